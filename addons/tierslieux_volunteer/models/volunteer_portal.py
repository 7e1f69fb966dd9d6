from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_booking.tools.booking_calendar import Event

from .assignment import HOLDING

# Free shifts are shown so long ahead, and so many.
HORIZON = timedelta(days=60)
SHOWN = 12
# Certificates of so many years are among the documents.
YEARS_SHOWN = 5
FEED_PAST = timedelta(days=31)


class TierslieuxVolunteer(models.Model):
    """What a volunteer sees online: their shifts, those that are free, their papers."""

    _name = "tierslieux.volunteer"
    _inherit = ["tierslieux.volunteer", "tierslieux.calendar.token.mixin"]

    shares_phone = fields.Boolean(
        string="Shows their telephone number", help="To those who are in the same shift."
    )
    shares_email = fields.Boolean(
        string="Shows their e-mail address", help="To those who are in the same shift."
    )

    _calendar_token_uniq = models.UniqueIndex(
        "(calendar_token) WHERE calendar_token IS NOT NULL", "Another volunteer has this address."
    )

    # -- shifts ----------------------------------------------------------------------------

    def _get_portal_assignments(self):
        """Shifts to come that they are in or are asked for, in superuser mode, by start."""
        # sudo: found by the volunteer whose page it is
        return (
            self.env["tierslieux.shift.assignment"]
            .sudo()
            .search(
                [
                    ("volunteer_id", "in", self.ids),
                    ("state", "in", ("proposed", "accepted", "confirmed", "came")),
                    ("shift_id.state", "in", ("open", "in_progress")),
                    ("stop", ">", fields.Datetime.now()),
                ],
                order="start, id",
            )
        )

    def _get_free_shifts(self, limit=SHOWN):
        """Shifts that still need somebody and fit them: the short ones first, then by start.

        :return: shifts, in superuser mode
        """
        now = fields.Datetime.now()
        # sudo: what is open to all volunteers of the association
        self_sudo = self.sudo()
        found = self_sudo.env["tierslieux.shift"]
        for volunteer in self_sudo:
            shifts = found.search(
                Domain("company_id", "=", volunteer.company_id.id)
                & Domain("state", "=", "open")
                & Domain("start", ">", now)
                & Domain("start", "<", now + HORIZON)
                & Domain("coverage", "in", ["short", "enough"])
                & Domain(
                    "assignment_ids",
                    "not any",
                    [
                        ("volunteer_id", "=", volunteer.id),
                        ("state", "in", ("proposed", "declined", *HOLDING)),
                    ],
                ),
                order="start, id",
                limit=300,
            )
            misfits = volunteer._get_misfits_of(shifts)
            found |= shifts.filtered(lambda s, v=volunteer, m=misfits: (v.id, s.id) not in m)
        return found.sorted(lambda s: (s.coverage != "short", s.start, s.id))[:limit]

    def _take_shift(self, shift, source):
        """They take a free shift by themselves: it must fit.

        In superuser mode; the caller has checked who acts.

        :raise UserError: naming what is against it; ``ShiftFull`` with what is free
        """
        self.ensure_one()
        row = shift.assignment_ids.filtered(lambda a: a.volunteer_id == self)
        row = row or row.create({"shift_id": shift.id, "volunteer_id": self.id})
        row._accept(source)
        return row

    # -- papers ----------------------------------------------------------------------------

    def _get_portal_documents(self):
        """What the volunteer finds among their documents. A seam: what makes documents (an
        engagement letter, a certificate of hours) adds them.

        :return: list of dict: ``title``, ``note``, ``url`` ("" where there is no file), and
            ``is_over`` for what is not valid any more
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        # sudo: the volunteer's own papers, for their page
        self_sudo = self.sudo()
        kinds = dict(self_sudo.paper_ids._fields["kind"]._description_selection(self.env))
        papers = [(kinds[paper.kind], paper.date_end) for paper in self_sudo.paper_ids]
        papers += [
            (holder.certification_id.name, holder.date_end)
            for holder in self_sudo.certification_ids
        ]
        return self._get_made_documents() + [
            {
                "title": title,
                "note": self.env._("valid until %s", end.strftime("%d/%m/%Y"))
                if end
                else self.env._("no end"),
                "url": "",
                "is_over": bool(end) and end < today,
            }
            for title, end in papers
        ]

    def _get_made_documents(self):
        """Those that are made when they are asked for: the engagement letter, and a certificate
        for each of the last years in which hours of theirs were validated.

        :return: as ``_get_portal_documents``
        """
        letter = {
            "title": self.env._("Engagement letter"),
            "note": "",
            "url": "/my/volunteering/letter",
            "is_over": False,
        }
        return [letter] + [
            {
                "title": self.env._("Certificate of hours %s", year),
                "note": self.sudo()._format_hours(hours),  # sudo: a format
                "url": f"/my/volunteering/certificate/{year}",
                "is_over": False,
            }
            for year, hours in self._get_certified_years()
        ]

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Engagement letter")

    def _get_certified_years(self):
        """:return: [(year, validated hours)], the last ones first, none without hours"""
        # sudo: the volunteer's own hours, for their page
        groups = (
            self.env["tierslieux.volunteer.hours"]
            .sudo()
            ._read_group(
                [("volunteer_id", "=", self.id), ("state", "=", "validated")],
                ["date:year"],
                ["hours:sum"],
            )
        )
        years = [(first.year, hours) for first, hours in groups if round(hours, 2) > 0]
        return sorted(years, reverse=True)[:YEARS_SHOWN]

    # -- calendar --------------------------------------------------------------------------

    def _get_calendar_kind(self):
        return "volunteer"

    def _get_feed_events(self):
        """:class:`Event` list of their shifts, from a month ago on."""
        self.ensure_one()
        # sudo: the secret of the address stands for the right; a system parameter
        self_sudo = self.sudo()
        domain = self_sudo.env["ir.config_parameter"].get_param("database.uuid")
        rows = self_sudo.env["tierslieux.shift.assignment"].search(
            [
                ("volunteer_id", "=", self.id),
                ("is_holding", "=", True),
                ("stop", ">", fields.Datetime.now() - FEED_PAST),
            ],
            order="start, id",
            limit=2000,
        )
        return [
            Event(
                uid=f"shift-{row.id}@{domain}",
                start=row.start,
                stop=row.stop,
                summary=row.mission_id.name,
                stamp=row.write_date,
                location=row.place_id.name,
                status="TENTATIVE" if row.to_reconfirm else "CONFIRMED",
                organizer_name=row.company_id.name,
                organizer_email=row.company_id.partner_id.email_normalized or "",
            )
            for row in rows
        ]

from odoo import api, fields, models
from odoo.fields import Domain

EVENTS = {
    "asked": "tierslieux_volunteer.mail_template_asked",
    "moved": "tierslieux_volunteer.mail_template_moved",
    "reconfirm": "tierslieux_volunteer.mail_template_reconfirm",
    "freed": "tierslieux_volunteer.mail_template_freed",
    "cancelled": "tierslieux_volunteer.mail_template_cancelled",
    "replacement": "tierslieux_volunteer.mail_template_replacement",
    "reminder": "tierslieux_volunteer.mail_template_reminder",
    "noted": "tierslieux_volunteer.mail_template_noted",
    "swap": "tierslieux_volunteer.mail_template_swap",
    "swapped": "tierslieux_volunteer.mail_template_swapped",
}
PAPER_TEMPLATE = "tierslieux_volunteer.mail_template_paper"
KINDS = [
    ("volunteer_asked", "Volunteer: can you come?"),
    ("volunteer_moved", "Volunteer: shift changed"),
    ("volunteer_reconfirm", "Volunteer: shift changed, still coming?"),
    ("volunteer_freed", "Volunteer: not needed any more"),
    ("volunteer_cancelled", "Volunteer: shift cancelled"),
    ("volunteer_paper", "Volunteer: paper to renew"),
    ("volunteer_replacement", "Volunteer: can you stand in?"),
    ("volunteer_reminder", "Volunteer: reminder"),
    ("volunteer_noted", "Volunteer: absence noted"),
    ("volunteer_swap", "Volunteer: swap?"),
    ("volunteer_swapped", "Volunteer: answer to a swap"),
]


class TierslieuxShiftAssignment(models.Model):
    """What volunteers are told of their shifts: through the outbox, by the way each chose."""

    _inherit = "tierslieux.shift.assignment"

    def _queue_messages(self, event):
        """Write one message to each of these persons about the shifts to come; what waits to be
        sent about the same shifts, and is not true any more, is dropped.

        :param event: key of ``EVENTS``
        :return: the messages
        """
        # sudo: the outbox is the house's own; nobody writes in it by hand
        Message_sudo = self.env["tierslieux.message"].sudo()
        now = fields.Datetime.now()
        rows = self.sudo().filtered(lambda a: a.start > now)
        Message_sudo._forget_shifts(rows)
        if not rows:
            return Message_sudo
        template = self.env.ref(EVENTS[event])
        vals_list = []
        for volunteer, theirs in rows.grouped("volunteer_id").items():
            lines = [
                {"assignment_id": row.id, "shift_start": row.start}
                for row in theirs.sorted("start")
            ]
            vals_list.append(volunteer._prepare_message_vals(f"volunteer_{event}", template, lines))
        return Message_sudo.create(vals_list)


class TierslieuxVolunteer(models.Model):
    _inherit = "tierslieux.volunteer"

    def _prepare_message_vals(self, kind, template, lines):
        """A message to this volunteer, by the way that they chose: see ``_get_message_channel``."""
        Message = self.env["tierslieux.message"]
        vals = Message._prepare_vals(kind, self.company_id, self.partner_id, template, lines)
        vals["channel"] = self._get_message_channel()
        return vals


class TierslieuxVolunteerPaper(models.Model):
    _inherit = "tierslieux.volunteer.paper"

    @api.model
    def _cron_remind(self):
        """Papers that end soon are asked for again, once each."""
        # sudo: the outbox is the house's own
        Message_sudo = self.env["tierslieux.message"].sudo()
        due = self._get_due_reminders(fields.Date.context_today(self))
        told = self.env["tierslieux.message.line"].sudo().search([("paper_id", "in", due.ids)])
        template = self.env.ref(PAPER_TEMPLATE)
        vals_list = [
            paper.volunteer_id._prepare_message_vals(
                "volunteer_paper",
                template,
                [{"paper_id": paper.id, "paper_end": paper.date_end}],
            )
            for paper in due
            if (paper, paper.date_end) not in {(line.paper_id, line.paper_end) for line in told}
        ]
        return Message_sudo.create(vals_list)


class TierslieuxMessage(models.Model):
    """Messages to volunteers, and the call list: what is told by telephone, ticked off."""

    _inherit = "tierslieux.message"

    kind = fields.Selection(selection_add=KINDS, ondelete={key: "cascade" for key, _ in KINDS})
    channel = fields.Selection(
        selection_add=[("call", "Telephone")], ondelete={"call": lambda records: records.unlink()}
    )
    phone = fields.Char(related="partner_id.phone")

    @api.model
    def _get_about_fields(self):
        return {
            **super()._get_about_fields(),
            "tierslieux.shift.assignment": "assignment_id",
            "tierslieux.volunteer.paper": "paper_id",
        }

    @api.model
    def _forget_shifts(self, assignments):
        """Drop what is not sent yet about these, which a later event makes void."""
        assignments.flush_recordset()
        pending = self.search(
            Domain("state", "=", "todo")
            & Domain("kind", "=like", "volunteer_%")
            & Domain("line_ids.assignment_id", "in", assignments.ids)
        )
        void = pending.line_ids.filtered(lambda line: line.assignment_id in assignments)
        pending.filtered(lambda m: not m.line_ids - void).unlink()
        void.exists().unlink()

    def _get_shift_lines(self):
        """For the texts: {what, when, where} of each shift, in the place's time."""
        self.ensure_one()
        # sudo: what the message is about, for who may read it
        rows = self.sudo().line_ids.assignment_id.sorted("start")
        return [
            {
                "what": row.mission_id.name,
                "when": row.shift_id._tell_period(),
                "where": row.place_id.name,
                "note": row.shift_id.cancel_reason or "",
                "url": row._get_action_url(),
            }
            for row in rows
        ]

    def _get_shift_title(self):
        """For the subject: what and when, or how many."""
        lines = self._get_shift_lines()
        if len(lines) == 1:
            return f"{lines[0]['what']}, {lines[0]['when']}"
        return self.env._("%s shifts", len(lines))

    def _get_reconfirm_until(self):
        # sudo: as above
        shift = self.sudo().line_ids.assignment_id.shift_id[:1]
        if not shift.reconfirm_until:
            return ""
        moment = shift._to_place_time(shift.reconfirm_until)
        return self.env._(
            "%(day)s, %(time)s",
            day=fields.Date.to_date(moment).strftime("%d/%m/%Y"),
            time=moment.strftime("%H:%M"),
        )

    def _get_paper(self):
        """For the text: {what, until} of the paper that ends."""
        # sudo: as above
        paper = self.sudo().line_ids.paper_id[:1]
        kinds = dict(paper._fields["kind"]._description_selection(paper.env))
        return {"what": kinds.get(paper.kind, ""), "until": paper.date_end}

    def _get_coordinator_contact(self):
        """Whom to ring: the coordinator of the mission, else the association."""
        # sudo: as above
        shifts = self.sudo().line_ids.assignment_id.shift_id
        if shifts:
            return shifts._get_coordinator_contact()
        reach = self.company_id.phone or self.company_id.email
        return " · ".join(filter(None, (self.company_id.name, reach)))


class TierslieuxMessageLine(models.Model):
    _inherit = "tierslieux.message.line"

    assignment_id = fields.Many2one(
        "tierslieux.shift.assignment", index="btree_not_null", ondelete="cascade"
    )
    shift_start = fields.Datetime(help="The start that it tells of.")
    paper_id = fields.Many2one(
        "tierslieux.volunteer.paper", index="btree_not_null", ondelete="cascade"
    )
    paper_end = fields.Date()

    _paper_uniq = models.UniqueIndex(
        "(paper_id, paper_end) WHERE paper_id IS NOT NULL", "This reminder was sent already."
    )

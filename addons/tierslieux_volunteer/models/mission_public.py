from datetime import timedelta
from urllib.parse import quote, urlencode

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import email_normalize
from odoo.tools.mail import html_to_inner_content
from odoo.tools.misc import format_duration

from odoo.addons.tierslieux_base.tools.plain_text import text_to_html
from odoo.addons.tierslieux_base.tools.rights import check_groups

COORDINATOR = "tierslieux_base.group_coordinator"
PATH = "/volunteering"
# Free shifts are counted so far ahead.
AHEAD = timedelta(days=60)
SLUG_MAX = 60
SUMMARY_MAX = 200
QR_SIZE = {"width": 240, "height": 240}


class TierslieuxMission(models.Model):
    """The page of a mission that anybody may open, once a coordinator has put it online.

    It says what, where, when and whom to ask: the association, nobody by name. Its address stays
    when the mission gets another name, so that what was shared still leads there.
    """

    _inherit = "tierslieux.mission"

    is_published = fields.Boolean(string="Online", readonly=True, copy=False, tracking=True)
    public_slug = fields.Char(readonly=True, copy=False)
    public_url = fields.Char(string="Public page", compute="_compute_public_url")
    public_email = fields.Char(
        string="Contact shown",
        help="An address of the association, such as benevoles@…; empty: that of the association."
        " Nobody's own.",
    )

    _public_slug_uniq = models.UniqueIndex(
        "(public_slug) WHERE public_slug IS NOT NULL", "Another mission has this address."
    )

    @api.depends("public_slug")
    def _compute_public_url(self):
        for mission in self:
            mission.public_url = mission.public_slug and mission._get_public_url()

    def _get_public_url(self):
        self.ensure_one()
        return f"{self.get_base_url()}{PATH}/{self.public_slug}"

    # -- buttons ---------------------------------------------------------------------------

    def action_publish(self):
        """Anybody may read its page from now on."""
        check_groups(self.env, COORDINATOR)
        self.check_access("write")
        for mission in self:
            mission.public_slug = mission.public_slug or mission._make_slug()
            mission.is_published = True
        return True

    def action_unpublish(self):
        """The page says that it is not online; its address stays for the next time."""
        check_groups(self.env, COORDINATOR)
        self.check_access("write")
        self.is_published = False
        return True

    def action_open_public_page(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"{PATH}/{self.public_slug}", "target": "new"}

    def _make_slug(self):
        """The name as an address, with a number where another mission has it."""
        self.ensure_one()
        base = self.env["ir.http"]._slugify(self.name, max_length=SLUG_MAX).strip("-") or "mission"
        # sudo: which addresses are taken, in other associations and archived too
        taken = set(
            self.sudo()
            .with_context(active_test=False)
            .search([("public_slug", "=like", f"{base}%")])
            .mapped("public_slug")
        )
        names = (base if number == 1 else f"{base}-{number}" for number in range(1, 10000))
        return next(name for name in names if name not in taken)

    # -- what the page says ----------------------------------------------------------------

    @api.model
    def _find_published(self, slug=None):
        """In superuser mode: the missions of the association that are online, or that of a slug."""
        # sudo: visitors have no rights; what was put online is for anybody
        domain = Domain("is_published", "=", True)
        if slug is not None:
            domain &= Domain("public_slug", "=", slug)
        else:
            domain &= Domain("company_id", "=", self.env.company.id)
        return self.sudo().search(domain, order="place_id, name, id")

    def _get_public_facts(self, free_counts=None):
        """What the page shows, in superuser mode: nothing of a person.

        :param dict free_counts: as ``_count_free_shifts`` of all those that are shown together
        :return: dict of texts, and of lists of texts
        """
        self.ensure_one()
        if free_counts is None:
            free_counts = self._count_free_shifts()
        place, company = self.place_id, self.company_id
        needs = self.need_ids
        where = " ".join(filter(None, (place.zip, place.city)))
        text = html_to_inner_content(self.description or "")
        return {
            "name": self.name,
            "url": self._get_public_url(),
            "path": f"{PATH}/{self.public_slug}",
            "mail_link": f"mailto:?subject={quote(self.name)}&body={quote(self._get_public_url())}",
            "qr": "/report/barcode/?"
            + urlencode({"barcode_type": "QR", "value": self._get_public_url(), **QR_SIZE}),
            "company": company.name,
            "text": self.description,
            "summary": " ".join(text.split())[:SUMMARY_MAX],
            "where": [line for line in (place.name, place.street, place.street2, where) if line],
            "when": self._tell_usual_week(),
            "must": needs.filtered(lambda n: n.kind == "must").volunteer_skill_id.mapped("name"),
            "nice": needs.filtered(lambda n: n.kind == "nice").volunteer_skill_id.mapped("name"),
            "certificates": self.certification_ids.mapped("name"),
            "min_age": self.min_age,
            "is_driving": self.is_driving,
            "pairs_newcomers": self.pairs_newcomers,
            "email": self.public_email or company.email or "",
            "phone": company.phone or "",
            "free_count": free_counts.get(self, 0),
        }

    def _tell_usual_week(self):
        """:return: list of texts, « Monday 14:00–16:00, every 2 weeks »"""
        self.ensure_one()
        today = fields.Date.context_today(self)
        days = dict(self.pattern_ids._fields["weekday"]._description_selection(self.env))
        lines = []
        for pattern in self.pattern_ids.sorted(lambda p: (p.weekday, p.hour_from)):
            if pattern.date_to and pattern.date_to < today:
                continue
            hours = f"{format_duration(pattern.hour_from)}–{format_duration(pattern.hour_to)}"
            line = f"{days[pattern.weekday]} {hours}"
            if pattern.every > 1:
                line = self.env._("%(when)s, every %(weeks)s weeks", when=line, weeks=pattern.every)
            lines.append(line)
        return lines

    def _count_free_shifts(self):
        """:return: {mission: how many of its shifts to come have a free seat}"""
        now = fields.Datetime.now()
        groups = self.env["tierslieux.shift"]._read_group(
            Domain("mission_id", "in", self.ids)
            & Domain("state", "=", "open")
            & Domain("start", ">", now)
            & Domain("start", "<", now + AHEAD)
            & Domain("coverage", "in", ["short", "enough"]),
            ["mission_id"],
            ["__count"],
        )
        return dict(groups)

    # -- « I'm interested » ----------------------------------------------------------------

    def _note_interest(self, name, email="", phone="", message=""):
        """Somebody wrote by the page: a newcomer's sheet, with a to-do for who coordinates. Whose
        address is known already is told to who coordinates, and nothing is written on their sheet.

        In superuser mode; the caller has checked what was typed.
        """
        self.ensure_one()
        email = email_normalize(email or "") or ""
        known = self._find_known(email)
        reach = " · ".join(filter(None, (email, phone)))
        text = "\n".join(filter(None, (name, reach, message)))
        if known:
            self._ask_to_answer(self, self.env._("Interested, known already: %s", name), text)
            return
        partner = self.env["res.partner"].create(
            {
                "name": name,
                "email": email,
                "phone": phone,
                "lang": self.env.lang or self.company_id.partner_id.lang,
                "company_id": self.company_id.id,
            }
        )
        sheet = self.env["tierslieux.volunteer"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company_id.id,
                "stage": "met",
                # An address that a stranger typed is asked for nothing before somebody knows whose.
                "is_to_meet": True,
                "contact_mode": "email" if email else "call",
                "place_ids": [Command.set(self.place_id.ids)],
                "wish_ids": [Command.create({"mission_id": self.id, "kind": "wish"})],
                "note": text,
            }
        )
        self._ask_to_answer(sheet, self.env._("Interested: %s", self.name), text)

    def _find_known(self, email):
        if not email:
            return self.env["res.partner"]
        return self.env["res.partner"].search([("email_normalized", "=", email)], limit=1)

    def _ask_to_answer(self, record, summary, text):
        user = self.coordinator_id or self.env.ref("base.user_admin")
        if not record.with_user(user).has_access("write"):
            user = self.env.ref("base.user_admin")
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary[:250],
            note=text_to_html(text),
            user_id=user.id,
        )

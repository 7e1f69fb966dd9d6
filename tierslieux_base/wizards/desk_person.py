import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.text_values import name_key


def _loose(name):
    """Pattern for ``=ilike`` that finds a name however its accents and hyphens are written.

    >>> _loose("Lefèvre-Petit")
    'L%f%vr%P%t%t'
    """
    return re.sub(r"(?i)[^b-df-hj-mp-tv-xz]+|[cn]", "%", name.strip())


class TierslieuxDeskPerson(models.AbstractModel):
    """A person in front of the desk: found, or typed in a few fields.

    People are never matched on the e-mail alone, which families share: those with the same
    name are proposed, and the desk says who it is.
    """

    _name = "tierslieux.desk.person"
    _description = "Person at the Desk"

    partner_id = fields.Many2one(
        "res.partner", string="Already known as", help="Empty: a new person is recorded."
    )
    match_ids = fields.Many2many("res.partner", compute="_compute_match_ids")
    has_one_match = fields.Boolean(compute="_compute_match_ids")
    is_someone_else = fields.Boolean(
        string="Another Person", help="The persons of that name are others: record a new one."
    )
    is_match = fields.Boolean(
        string="It is them", help="The person in front of you is the one already recorded."
    )
    firstname = fields.Char(string="First Name")
    lastname = fields.Char(string="Name")
    email = fields.Char()
    phone = fields.Char()

    @api.depends("firstname", "lastname", "partner_id")
    def _compute_match_ids(self):
        for wizard in self:
            wizard.match_ids = wizard._find_matches()
            wizard.has_one_match = len(wizard.match_ids) == 1

    def _find_matches(self):
        """Persons of the same name, names the other way round included."""
        if self.partner_id:
            return self.env["res.partner"]
        return self._find_persons(self.lastname, self.firstname)

    @api.model
    def _find_persons(self, lastname, firstname):
        Partner = self.env["res.partner"]
        last_key, first_key = name_key(lastname), name_key(firstname)
        if not last_key:
            return Partner
        if first_key:
            last, first = _loose(lastname), _loose(firstname)
            domain = Domain("lastname", "=ilike", last) & Domain("firstname", "=ilike", first)
            domain |= Domain("lastname", "=ilike", first) & Domain("firstname", "=ilike", last)
        else:
            domain = Domain("lastname", "=ilike", _loose(lastname))
            domain &= Domain("firstname", "in", (False, ""))
        found = Partner.search(Domain("is_company", "=", False) & domain)
        wanted = {last_key, first_key}
        return found.filtered(lambda p: {name_key(p.lastname), name_key(p.firstname)} == wanted)[:5]

    @api.onchange("is_match")
    def _onchange_is_match(self):
        """One click takes the only person of that name."""
        if self.is_match and self.has_one_match:
            self.partner_id = self.match_ids._origin
        self.is_match = False

    def _check_person(self):
        """:raise UserError: if nobody is named, or persons of that name are known already"""
        if self.partner_id:
            return
        if not (self.lastname or "").strip():
            raise UserError(self.env._("Give at least the person's name."))
        self._check_known()

    def _check_known(self):
        if self.match_ids and not self.is_someone_else:
            raise UserError(
                self.env._(
                    "%(names)s: already recorded. Choose the person in « Already known as », or "
                    "tick « Another Person ».",
                    names=", ".join(self.match_ids.mapped("display_name")),
                )
            )

    def _prepare_typed_vals(self):
        """What was typed of a person, besides the name."""
        return {"email": self.email, "phone": self.phone}

    def _get_or_create_person(self):
        """The chosen person, completed with what was typed; else a new one."""
        typed = self._prepare_typed_vals()
        if self.partner_id:
            missing = {
                name: value for name, value in typed.items() if value and not self.partner_id[name]
            }
            if missing:
                self.partner_id.write(missing)
            return self.partner_id
        return self.env["res.partner"].create(
            dict(
                typed,
                firstname=(self.firstname or "").strip(),
                lastname=(self.lastname or "").strip(),
            )
        )

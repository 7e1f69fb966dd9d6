from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """Who answers for whom: the family as the portal knows it."""

    _inherit = "res.partner"

    guardian_id = fields.Many2one(
        "res.partner",
        string="Responsible Adult",
        index="btree_not_null",
        ondelete="set null",
        domain="[('is_company', '=', False), ('id', '!=', id)]",
        help="Parent or guardian who looks after this person's memberships on the portal.",
    )
    dependant_ids = fields.One2many("res.partner", "guardian_id", string="Dependants")

    @api.constrains("guardian_id")
    def _check_guardian_id(self):
        if self._has_cycle("guardian_id"):
            raise ValidationError(
                self.env._("A person cannot be, even through others, their own responsible adult.")
            )

    def _get_family(self):
        """The persons whom this person looks after on the portal. Organisations are none of them.

        :return: ``res.partner`` recordset, without this person; read as superuser, since the
            portal gives no right on other persons
        """
        self.ensure_one()
        partner_sudo = self.sudo()
        family = partner_sudo._get_family_ties() - partner_sudo
        return family.filtered(lambda p: p.active and not p.is_company).sorted("name")

    def _get_family_ties(self):
        """Whoever something ties to this person, who is one of them or not, in superuser mode.

        A seam: here, those whose responsible adult this person is. A room whose records say who
        pays or answers for whom adds those.
        """
        self.ensure_one()
        return self.dependant_ids

    def _is_editable_by_guardian(self, guardian):
        """Whether ``guardian`` may change this person's name and birth date on the portal.

        A person with a login of their own, whatever their age, looks after themselves.
        """
        self.ensure_one()
        return self.guardian_id == guardian and not self.user_ids

    def _get_initials(self):
        """First letters of the first and last name, all that a stranger may see of a member."""
        self.ensure_one()
        if self.is_company:
            return self.name or ""
        words = [self.firstname, self.lastname] if self.lastname else [self.name]
        return " ".join(f"{word.strip()[0].upper()}." for word in words if word and word.strip())

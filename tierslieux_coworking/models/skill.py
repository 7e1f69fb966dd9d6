from odoo import api, fields, models

NAME_MAX = 40


class TierslieuxSkill(models.Model):
    """What people of the community know how to do, in the words that they chose."""

    _name = "tierslieux.skill"
    _description = "Skill"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    partner_ids = fields.Many2many(
        "res.partner",
        "tierslieux_skill_partner_rel",
        "skill_id",
        "partner_id",
        string="People",
        domain=[("community_visible", "=", True)],
    )

    _name_uniq = models.UniqueIndex("(lower(name))", "This skill is in the list already.")

    @api.model
    def _find_or_create(self, names):
        """Skills by their names, whatever the case; those nobody has written yet are made.

        :param names: list of strings, spaces and doubles allowed
        """
        wanted = {}
        for name in names:
            name = " ".join(name.split())[:NAME_MAX].rstrip()
            if name:
                wanted.setdefault(name.casefold(), name)
        if not wanted:
            return self.browse()
        # Case is ignored as PostgreSQL's lower() does: the list is short enough to be read.
        known = {
            skill.name.casefold(): skill
            for skill in self.with_context(active_test=False).search([])
        }
        missing = [name for key, name in wanted.items() if key not in known]
        created = self.create([{"name": name} for name in missing])
        return created + self.union(*(known[key] for key in wanted if key in known))

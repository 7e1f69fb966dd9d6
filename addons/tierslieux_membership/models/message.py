from odoo import api, fields, models


class TierslieuxMessage(models.Model):
    _inherit = "tierslieux.message"

    kind = fields.Selection(
        selection_add=[("membership_reminder", "Renewal reminder")],
        ondelete={"membership_reminder": "cascade"},
    )

    @api.model
    def _get_about_fields(self):
        return {**super()._get_about_fields(), "tierslieux.membership": "membership_id"}

    @api.model
    def _queue_reminders(self, reminders):
        """Queue one message per person, see ``_get_reminders``.

        sudo: nobody writes the outbox by hand; who sends was checked by the caller.
        """
        return self.sudo().create(
            [
                self._prepare_vals(
                    "membership_reminder",
                    reminder["company"],
                    reminder["payer"],
                    reminder["rule"].template_id,
                    [
                        {"membership_id": membership.id, "rule_id": rule.id}
                        for membership, rule in reminder["pairs"]
                    ],
                )
                for reminder in reminders
            ]
        )


class TierslieuxMessageLine(models.Model):
    """A membership gets each reminder once, and the database holds it."""

    _inherit = "tierslieux.message.line"

    membership_id = fields.Many2one(
        "tierslieux.membership", index="btree_not_null", ondelete="cascade"
    )
    rule_id = fields.Many2one("tierslieux.reminder.rule", string="Reminder", ondelete="restrict")

    _membership_rule_uniq = models.Constraint(
        "UNIQUE(membership_id, rule_id)", "This reminder was already sent for this membership."
    )

    def _get_outdated(self):
        outdated = super()._get_outdated()
        # sudo: whether a membership runs, whoever sends or prints
        lines_sudo = self.sudo().filtered(
            lambda line: line.kind == "membership_reminder" and line.membership_id
        )
        remindable_sudo = lines_sudo.membership_id._filter_still_ending()
        today = fields.Date.context_today(self)
        for line_sudo in lines_sudo:
            membership_sudo = line_sudo.membership_id
            if membership_sudo not in remindable_sudo:
                outdated[line_sudo.id] = self.env._(
                    "%(name)s: renewed, ended or left since.",
                    name=membership_sudo.partner_id.name,
                )
            elif line_sudo.rule_id.days < 0 and membership_sudo.date_end < today:
                outdated[line_sudo.id] = self.env._(
                    "%(name)s: this reminder was for before the end.",
                    name=membership_sudo.partner_id.name,
                )
        return outdated

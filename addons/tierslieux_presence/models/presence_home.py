from odoo import api, models

from odoo.addons.tierslieux_base.models.home import Badge, Gesture


class TierslieuxHome(models.AbstractModel):
    """Arrivals at the front desk: the day's board, who is here, in and out in one click."""

    _inherit = "tierslieux.home"

    @api.model
    def _receives_people(self):
        return self.env.user.has_group("tierslieux_base.group_reception")

    @api.model
    def _get_home_gestures(self):
        gestures = super()._get_home_gestures()
        if self._receives_people():
            gestures.append(
                Gesture(
                    self.env._("Somebody arrives"),
                    "fa-sign-in",
                    "tierslieux_presence.check_in_action",
                    sequence=10,
                    at_place=True,
                )
            )
        return gestures

    @api.model
    def _get_home_panels(self):
        panels = super()._get_home_panels()
        return [*panels, "today"] if self._receives_people() else panels

    @api.model
    def _get_here(self, partners):
        """Where these persons are now: {partner id: presence}."""
        Presence = self.env["tierslieux.presence"]
        if not self._receives_people():
            return {}
        here = Presence.search([("partner_id", "in", partners.ids), ("checkout_at", "=", False)])
        return {presence.partner_id.id: presence for presence in here}

    @api.model
    def _get_home_badges(self, partners):
        badges = super()._get_home_badges(partners)
        for partner_id, presence in self._get_here(partners).items():
            badges[partner_id].append(
                Badge(
                    self.env._("Here since %(hour)s", hour=presence._get_arrival()), kind="primary"
                )
            )
        return badges

    @api.model
    def _get_home_person_gestures(self, partners):
        gestures = super()._get_home_person_gestures(partners)
        if not self._receives_people():
            return gestures
        here = self._get_here(partners)
        for partner in partners.filtered(lambda p: not p.is_company):
            gestures[partner.id].append(
                self._get_check_out(here[partner.id])
                if partner.id in here
                else Gesture(
                    self.env._("Check in"),
                    "fa-sign-in",
                    "tierslieux_presence.check_in_action",
                    sequence=10,
                    context={"default_partner_id": partner.id},
                    at_place=True,
                )
            )
        return gestures

    @api.model
    def _get_check_out(self, presence):
        return Gesture(
            self.env._("Check out"),
            "fa-sign-out",
            sequence=10,
            model=presence._name,
            method="action_check_out",
            ids=tuple(presence.ids),
            done=self.env._("%s has left.", presence.partner_id.name),
        )

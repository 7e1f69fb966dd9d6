from odoo import api, models
from odoo.tools import format_amount, format_date

from odoo.addons.tierslieux_base.models.home import Badge, Gesture, Wait
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS


class TierslieuxHome(models.AbstractModel):
    """Memberships at the front desk: join, take a fee, renew; who is a member, and until when."""

    _inherit = "tierslieux.home"

    @api.model
    def _takes_fees(self):
        return any(self.env.user.has_group(group) for group in DESK_GROUPS)

    @api.model
    def _records_members(self):
        return self.env["tierslieux.membership"].has_access("create")

    @api.model
    def _get_home_gestures(self):
        gestures = super()._get_home_gestures()
        if self._records_members():
            gestures.append(
                Gesture(
                    self.env._("New Member"),
                    "fa-id-card-o",
                    "tierslieux_membership.membership_join_action",
                    sequence=40,
                )
            )
        if self._takes_fees():
            gestures.append(
                Gesture(
                    self.env._("Take a fee"),
                    "fa-money",
                    "tierslieux_membership.membership_action_to_pay",
                    sequence=45,
                )
            )
        return gestures

    @api.model
    def _get_home_waits(self):
        waits = super()._get_home_waits()
        Membership = self.env["tierslieux.membership"]
        if self._takes_fees():
            waits.append(
                Wait(
                    self.env._("Fees to take"),
                    "fa-id-card-o",
                    Membership.search_count([("state", "=", "to_pay")]),
                    "tierslieux_membership.membership_action_to_pay",
                    sequence=10,
                )
            )
        if self._records_members():
            waits.append(
                Wait(
                    self.env._("Memberships to renew"),
                    "fa-repeat",
                    Membership.search_count([("state", "=", "draft"), ("origin", "=", "renewal")]),
                    "tierslieux_membership.membership_action_renewals",
                    sequence=40,
                )
            )
        return waits

    @api.model
    def _get_home_badges(self, partners):
        badges = super()._get_home_badges(partners)
        for partner in partners:
            badges[partner.id].append(self._get_membership_badge(partner))
        return badges

    @api.model
    def _get_membership_badge(self, partner):
        """Whether this person is a member, as it is said at the desk."""
        end = partner.membership_date_end and format_date(self.env, partner.membership_date_end)
        if partner.membership_state == "to_pay" and not partner.is_member:
            return Badge(self.env._("Joined, fee not paid"), kind="warning")
        if partner.membership_state == "grace":
            return Badge(self.env._("Member, to renew since %(date)s", date=end), kind="warning")
        if partner.is_member:
            return Badge(
                self.env._(
                    "Member %(number)s until %(date)s", number=partner.member_number or "", date=end
                ),
                kind="success",
            )
        if partner.membership_state == "expired":
            return Badge(self.env._("Was a member until %(date)s", date=end))
        return Badge(self.env._("Not a member"))

    @api.model
    def _get_home_person_gestures(self, partners):
        gestures = super()._get_home_person_gestures(partners)
        for partner in partners:
            gestures[partner.id] += self._get_fee_gestures(partner)
        return gestures

    @api.model
    def _get_fee_gestures(self, partner):
        """The one next step of this person's membership, if there is one for this user."""
        if partner.membership_amount_due and self._takes_fees():
            amount = format_amount(
                self.env, partner.membership_amount_due, partner.membership_currency_id
            )
            return [
                Gesture(
                    self.env._("Take the fee: %(amount)s", amount=amount),
                    "fa-money",
                    sequence=4,
                    model="res.partner",
                    method="action_take_fee",
                    ids=(partner.id,),
                )
            ]
        if not self._records_members():
            return []
        if partner.membership_state in ("grace", "expired"):
            return [
                Gesture(
                    self.env._("Renew"),
                    "fa-repeat",
                    sequence=40,
                    model="res.partner",
                    method="action_renew_membership",
                    ids=(partner.id,),
                )
            ]
        if not partner.membership_state and not partner.is_company:
            return [
                Gesture(
                    self.env._("Make a member"),
                    "fa-id-card-o",
                    "tierslieux_membership.membership_join_action",
                    sequence=40,
                    context={"default_partner_id": partner.id},
                )
            ]
        return []

from datetime import timedelta

from odoo.fields import Command

from odoo.addons.tierslieux_base.tests.common import TierslieuxCommon
from odoo.addons.tierslieux_base.tests.portal_common import PortalCase


class MembershipCommon(TierslieuxCommon):
    """The association has membership types.

    ``cls.type_person`` (calendar year, 20 €), ``cls.type_family`` (30 €, four persons),
    ``cls.type_org`` (80 €, with counterpart), ``cls.type_scale`` (tiers of 20 € and 5 €, the
    second with a proof), ``cls.type_free`` (floor 1 €, 10 € suggested).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_types()

    @classmethod
    def _create_types(cls):
        cls.college = cls.env["tierslieux.college"].create({"name": "Members"})
        Type = cls.env["tierslieux.membership.type"]
        common = {"college_id": cls.college.id, "grace_days": 30}
        (cls.type_person, cls.type_family, cls.type_org, cls.type_scale, cls.type_free) = (
            Type.create(
                [
                    dict(common, name="Person", code="PERS", amount=20.0),
                    dict(
                        common,
                        name="Family",
                        code="FAM",
                        amount=30.0,
                        audience="family",
                        max_persons=4,
                    ),
                    dict(
                        common,
                        name="Organisation",
                        code="ORG",
                        amount=80.0,
                        audience="organisation",
                        has_counterpart=True,
                    ),
                    dict(
                        common,
                        name="Scale",
                        code="SCALE",
                        amount_mode="scale",
                        scale_ids=[
                            Command.create({"name": "Full", "amount": 20.0}),
                            Command.create(
                                {"name": "Reduced", "amount": 5.0, "proof_required": True}
                            ),
                        ],
                    ),
                    dict(
                        common,
                        name="Free",
                        code="FREE",
                        amount_mode="free",
                        amount_min=1.0,
                        amount_suggested=10.0,
                    ),
                ]
            )
        )
        cls.scale_full, cls.scale_reduced = cls.type_scale.scale_ids

    @classmethod
    def membership(cls, partner=None, membership_type=None, confirm=False, **vals):
        """A membership (draft, or confirmed with its invoice posted)."""
        membership = cls.env["tierslieux.membership"].create(
            {
                "partner_id": (partner or cls.person()).id,
                "type_id": (membership_type or cls.type_person).id,
                "company_id": cls.company.id,
                **vals,
            }
        )
        if confirm:
            membership.action_confirm()
        return membership

    @classmethod
    def many_of_2025(cls, label, size):
        """As many persons, each with a paid membership of 2025."""
        partners = cls.env["res.partner"].create(
            [{"lastname": f"{label} {size} {rank}"} for rank in range(size)]
        )
        memberships = cls.env["tierslieux.membership"].create(
            [
                {
                    "partner_id": partner.id,
                    "type_id": cls.type_person.id,
                    "state": "active",
                    "date_start": "2025-01-01",
                }
                for partner in partners
            ]
        )
        cls.env.flush_all()
        cls.env.invalidate_all()
        return memberships

    def pay(self, memberships, journal=None, user=None, **vals):
        """Take the fee at the desk, as ``user`` (superuser by default)."""
        wizard = (
            self.env["tierslieux.take.payment"]
            .with_user(user or self.env.user)
            .create(
                {
                    "membership_ids": [Command.set(memberships.ids)],
                    "journal_id": (journal or self.cash_journal).id,
                    **vals,
                }
            )
        )
        return wizard.action_pay()

    def paid(self, partner, **vals):
        """A membership whose fee was taken at the desk."""
        membership = self.membership(partner, confirm=True, **vals)
        self.pay(membership)
        return membership


class MembershipPortalCase(MembershipCommon, PortalCase):
    """Members who log in on the portal; all types but that of organisations are open online."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.type_person | cls.type_family | cls.type_scale | cls.type_free).portal_open = True

    def ending(self, partner, days=10, **vals):
        """A membership that ends in ``days`` days, after ten months."""
        return self.membership(
            partner,
            date_start=self.today - timedelta(days=300),
            date_end=self.today + timedelta(days=days),
            state="active",
            **vals,
        )

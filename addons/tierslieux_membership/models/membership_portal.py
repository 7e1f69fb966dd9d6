from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS


class TierslieuxMembership(models.Model):
    """What members see of their membership: words, next step; joining and renewing online."""

    _name = "tierslieux.membership"
    _inherit = ["tierslieux.link.mixin", "tierslieux.membership"]

    # What the team notes down and people's papers are for who looks at them at the desk: neither
    # the board, nor the treasurer, nor, through the portal, who is covered by another's fee.
    proof_attachment = fields.Binary(groups="tierslieux_base.group_reception")
    proof_filename = fields.Char(groups="tierslieux_base.group_reception")
    proof_date_end = fields.Date(groups=NOTE_GROUPS)
    # Nor is what another pays for them: pages show it to the payer.
    amount = fields.Monetary(groups="base.group_user")
    amount_due = fields.Monetary(groups="base.group_user")
    fee_state = fields.Selection(groups="base.group_user")
    fee_line_ids = fields.One2many(groups="base.group_user")
    invoice_id = fields.Many2one(groups="base.group_user")
    invoice_name = fields.Char(groups="base.group_user")
    scale_id = fields.Many2one(groups="base.group_user")
    proof_required = fields.Boolean(groups="base.group_user")
    proof_waived = fields.Boolean(groups="base.group_user")
    next_step = fields.Char(groups="base.group_user")

    def _get_link_partners(self):
        return self.payer_id

    def _get_link_title(self):
        self.ensure_one()
        return self.name

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for membership in self:
            membership.access_url = f"/my/memberships/{membership.id}"
        return result

    def _get_period_label(self):
        """The period in words: "from 01/01/2026 to 31/12/2026"."""
        self.ensure_one()
        if not self.date_start or not self.date_end:
            return ""
        return self.env._(
            "from %(start)s to %(end)s",
            start=format_date(self.env, self.date_start),
            end=format_date(self.env, self.date_end),
        )

    def _get_state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env)).get(self.state, "")

    def _is_portal_payable(self):
        """Whether the next step is to pay this membership's invoice."""
        self.ensure_one()
        return bool(
            self.state == "to_pay" and self.invoice_id and self.invoice_id._has_to_be_paid()
        )

    def _filter_portal_renewable(self):
        """Those whose next step is to renew: the person's latest of its type, near or past its
        end, not renewed yet. Proposals that the daily job drafts count for nothing here.

        One query for the whole recordset.
        """
        today = fields.Date.context_today(self)
        candidates = self.filtered(
            lambda m: (
                m.state in ("active", "grace", "expired")
                and not m.resign_date
                and m.type_id.active
                and m.type_id.portal_open
                and (m.date_end - today).days <= m.company_id.membership_proposal_days
            )
        )
        if not candidates:
            return candidates
        latest = {
            tuple(group): date_end
            for *group, date_end in self._read_group(
                [
                    ("partner_id", "in", candidates.partner_id.ids),
                    ("type_id", "in", candidates.type_id.ids),
                    ("state", "not in", ("draft", "cancelled")),
                ],
                ["partner_id", "type_id", "company_id"],
                ["date_end:max"],
            )
        }
        return candidates.filtered(
            lambda m: m.date_end >= latest[m.partner_id, m.type_id, m.company_id]
        )

    def _is_portal_renewable(self):
        self.ensure_one()
        return bool(self._filter_portal_renewable())

    def _is_portal_proof_needed(self):
        """Whether the renewal wants a new proof, so that one tap is not enough."""
        self.ensure_one()
        if not self.proof_required:
            return False
        start, _end = self._get_renewal_dates()
        return not self.proof_attachment or not self.proof_date_end or self.proof_date_end < start

    def _portal_renew(self, vals=None):
        """Renew and confirm: the next period, its invoice if there is a fee.

        :param dict vals: what the person chose anew (tier, amount, covered persons, proof…)
        :return: the renewal, to pay or active
        """
        self.ensure_one()
        renewal = self._renew()
        if renewal.state == "draft":
            renewal.write(dict(vals or {}, origin="portal"))
            renewal.action_confirm()
        return renewal

    @api.model
    def _portal_join(self, vals):
        """Take a membership from the portal: the renewal of the last one, or a first one.

        :param dict vals: values of the membership, each checked by the caller
        :return: the membership, to pay or active
        :raise UserError: if the person has this membership already
        """
        # Left on the way with another choice (tier, amount, persons): this one takes its place.
        self.search(
            [
                ("partner_id", "=", vals["partner_id"]),
                ("payer_id", "=", vals.get("payer_id") or vals["partner_id"]),
                ("type_id", "=", vals["type_id"]),
                ("company_id", "=", vals["company_id"]),
                ("state", "=", "to_pay"),
            ]
        )._filter_abandonable()._give_up()
        last = self.search(
            [
                ("partner_id", "=", vals["partner_id"]),
                ("type_id", "=", vals["type_id"]),
                ("company_id", "=", vals["company_id"]),
                ("state", "not in", ("draft", "cancelled")),
            ],
            order="date_end desc",
            limit=1,
        )
        if last._filter_portal_renewable():
            keep = {"partner_id", "type_id", "company_id"}
            if vals.get("date_end") and last._get_renewal_dates()[1] >= vals["date_end"]:
                keep.add("date_end")  # the renewal is for that period already
            return last._portal_renew({k: v for k, v in vals.items() if k not in keep})
        if last and last.state != "resigned" and last.date_end >= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(name)s already has this membership until %(date)s: it can be renewed from"
                    " %(days)s days before that day.",
                    name=last.partner_id.name,
                    date=format_date(self.env, last.date_end),
                    days=last.company_id.membership_proposal_days,
                )
            )
        membership = self.with_company(vals["company_id"]).create(vals)
        membership.action_confirm()
        return membership

    def _get_portal_status(self, sees_money=True):
        """Say where the membership stands and what to do next, in a member's words.

        :param bool sees_money: whether the reader may know what is paid
        :return: dict ``label``, ``color`` (Bootstrap), ``text``
        """
        self.ensure_one()
        _ = self.env._
        today = fields.Date.context_today(self)
        end = format_date(self.env, self.date_end) if self.date_end else ""
        start = format_date(self.env, self.date_start) if self.date_start else ""
        if self.state == "draft":
            return {
                "label": _("In preparation"),
                "color": "light",
                "text": _("The team is preparing this membership. You have nothing to do."),
            }
        if self.state == "to_pay":
            return {
                "label": _("To pay"),
                "color": "warning",
                "text": _(
                    "%(amount)s to pay. The membership counts as soon as it is paid.",
                    amount=format_amount(self.env, self.amount_due, self.currency_id),
                )
                if sees_money
                else _("The fee is not paid yet. The membership counts as soon as it is."),
            }
        if self.state == "active" and self.date_start and self.date_start > today:
            return {
                "label": _("Paid, not started"),
                "color": "info",
                "text": _("Everything is in order. It starts on %(date)s.", date=start),
            }
        if self.state == "active":
            return {
                "label": _("Up to date"),
                "color": "success",
                "text": _("Everything is in order until %(date)s.", date=end),
            }
        if self.state == "grace":
            return {
                "label": _("To renew"),
                "color": "warning",
                "text": _(
                    "It ended on %(date)s. You keep your rights for a few days more: renew now.",
                    date=end,
                ),
            }
        if self.state == "expired":
            return {
                "label": _("Finished"),
                "color": "light",
                "text": _("It ended on %(date)s.", date=end),
            }
        if self.state == "resigned":
            return {
                "label": _("Resigned"),
                "color": "light",
                "text": _("You left the association. You may join again whenever you like."),
            }
        return {
            "label": _("Cancelled"),
            "color": "light",
            "text": _("This membership was cancelled and gives no rights."),
        }


class TierslieuxLinkMixin(models.AbstractModel):
    _inherit = "tierslieux.link.mixin"

    @api.model
    def _get_link_pages(self):
        return {**super()._get_link_pages(), "memberships": "tierslieux.membership"}

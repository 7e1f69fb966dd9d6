import base64
from io import BytesIO

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_amount, format_date
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.rights import check_groups

COORDINATOR = "tierslieux_base.group_coordinator"
TREASURER = "tierslieux_base.group_treasurer"
RECEIPTS = ("application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic")
MAX_RECEIPT = 10 * 1024 * 1024
# External id in the chart of associations, and how its code begins in any other.
ACCOUNTS = {
    "km": ("pcg_6251", "6251"),
    "ticket": ("pcg_6251", "6251"),
    "meal": ("pcg_6256", "6256"),
    "purchase": ("pcg_6068", "6068"),
    "other": ("pcg_6256", "6256"),
}


class TierslieuxVolunteerExpense(models.Model):
    """Submitted, validated or refused, refunded by a bill."""

    _inherit = "tierslieux.volunteer.expense"

    @api.constrains("receipt")
    def _check_receipt(self):
        for expense in self:
            # sudo: the file of who sends it
            content = base64.b64decode(expense.sudo().with_context(bin_size=False).receipt or b"")
            if not content:
                continue
            if len(content) > MAX_RECEIPT:
                raise ValidationError(
                    self.env._("This receipt is over 10 MB: take a smaller photograph.")
                )
            head = BytesIO(content).read(64)
            is_heic = head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1")
            if not is_heic and guess_mimetype(content) not in RECEIPTS:
                raise ValidationError(
                    self.env._("A receipt is a photograph (JPEG, PNG…) or a PDF document.")
                )

    # -- submitted -------------------------------------------------------------------------

    def _submit(self):
        """Hand it in to be validated.

        :raise UserError: when something is missing: the sentence says what
        """
        for expense in self:
            if expense.state != "draft":
                raise UserError(self.env._("%s was handed in already.", expense.display_name))
            expense._check_complete()
        # sudo: the caller has checked whose it is
        self.sudo().write({"state": "submitted", "submitted_at": fields.Datetime.now()})
        return True

    def _check_complete(self):
        """:raise UserError: for an amount that nothing says, or without its receipt"""
        self.ensure_one()
        if self.kind == "km":
            problem = self._get_scale_problem()
            if problem:
                raise UserError(problem)
            if self.km <= 0:
                raise UserError(self.env._("Say how many kilometres."))
            return
        if self.amount <= 0:
            raise UserError(self.env._("Say how much was paid."))
        limit = self.env["tierslieux.volunteer.parameter"]._get_value(
            "receipt_limit", self.date, self.company_id
        )
        if self.amount > limit and not self.has_receipt:
            raise UserError(
                self.env._(
                    "%(expense)s: above %(limit)s a receipt is needed. Photograph it and add it.",
                    expense=self.display_name,
                    limit=format_amount(self.env, limit, self.currency_id),
                )
            )

    # -- validated, refused ------------------------------------------------------------------

    def _check_not_own(self):
        # sudo: whose they are, and no more
        if self.env.user.partner_id in self.sudo().partner_id:
            raise AccessError(self.env._("This expense is yours: somebody else decides on it."))

    def _check_decider(self, *groups):
        check_groups(self.env, *groups)
        self.check_access("write")
        self._check_not_own()

    def action_submit(self):
        self.check_access("write")
        return self._submit()

    def action_validate(self):
        """Accept it: its amount does not change any more, whatever becomes of the scale."""
        self._check_decider(COORDINATOR)
        take_turn(self)
        for expense in self.sorted(lambda e: (e.date, e.id)):
            if expense.state != "submitted":
                raise UserError(self.env._("%s is not to be validated.", expense.display_name))
            expense._check_complete()
            expense._write_facts(
                {
                    "state": "validated",
                    "validated_by_id": self.env.uid,
                    "validated_at": fields.Datetime.now(),
                    **expense._freeze(),
                }
            )
        return True

    def _freeze(self):
        """What is kept of the scale: its amount after the kilometres validated before."""
        if self.kind != "km":
            return {"amount": self.amount}
        amount = self._get_scale_amount()
        scale = self.env["tierslieux.mileage.scale"]._get_scale(self.date, self.company_id)
        rate = self.env._(
            "%(km)s km, %(scale)s (%(law)s): %(amount)s",
            km=f"{self.km:g}",
            scale=scale.name,
            law=scale.source,
            amount=format_amount(self.env, amount, self.currency_id),
        )
        return {"amount": amount, "scale_id": scale.id, "rate_text": rate}

    def _refuse(self, reason):
        """It is not refunded; the volunteer reads why."""
        self._check_decider(COORDINATOR, TREASURER)
        take_turn(self)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the volunteer reads it."))
        for expense in self:
            if expense.state not in ("submitted", "validated"):
                raise UserError(self.env._("%s is settled already.", expense.display_name))
        return self._write_facts(
            {
                "state": "refused",
                "reason": reason,
                "validated_by_id": self.env.uid,
                "validated_at": fields.Datetime.now(),
            }
        )

    def action_refuse(self):
        """Asks for the reason."""
        self.check_access("read")
        return self._open_window("tierslieux.expense.refusal", self.env._("Refuse"))

    def _open_window(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_expense_ids": self.ids},
        }

    # -- refunded ----------------------------------------------------------------------------

    def _check_settleable(self):
        for expense in self:
            if expense.state != "validated":
                raise UserError(
                    self.env._(
                        "%s: only what is validated, and neither refunded nor waived, is settled.",
                        expense.display_name,
                    )
                )

    def action_refund(self):
        """One bill per person for these expenses; the treasurer pays it as any other."""
        check_groups(self.env, TREASURER)
        self.check_access("write")
        self._check_not_own()
        take_turn(self)
        self._check_settleable()
        moves = self.env["account.move"]
        for (company, partner), expenses in self.grouped(
            lambda e: (e.company_id, e.partner_id)
        ).items():
            move = moves.with_company(company).create(expenses._prepare_bill(partner))
            expenses._write_facts({"state": "refunded", "move_id": move.id})
            moves |= move
        moves.action_post()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("account.action_move_in_invoice_type"),
            "domain": [("id", "in", moves.ids)],
        }

    def _prepare_bill(self, partner):
        company = self.company_id
        return {
            "move_type": "in_invoice",
            "company_id": company.id,
            "partner_id": partner.id,
            "invoice_date": self._get_place_today(),
            "ref": self.env._(
                "Expenses of %(who)s: %(numbers)s",
                who=partner.name,
                numbers=", ".join(map(str, sorted(self.ids))),
            ),
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": f"{format_date(self.env, expense.date)}, {expense.name}",
                        "quantity": 1,
                        "price_unit": expense.amount,
                        "account_id": expense._get_account().id,
                        # What a volunteer paid is refunded as paid.
                        "tax_ids": [Command.clear()],
                        "analytic_distribution": expense._get_distribution(),
                    }
                )
                for expense in self.sorted("date")
            ],
        }

    def _get_account(self):
        """The account that this kind is booked in: as the treasurer says, else by the chart."""
        self.ensure_one()
        own = self.env["tierslieux.expense.account"].search(
            [("company_id", "=", self.company_id.id), ("kind", "=", self.kind)], limit=1
        )
        return own.account_id or self.company_id._get_chart_account(
            *ACCOUNTS[self.kind], types=("expense", "expense_direct_cost")
        )

    def _get_distribution(self):
        # sudo: what it counts for; analytic accounts are not everybody's to read
        mission_sudo = self.sudo().mission_id
        if mission_sudo.analytic_distribution:
            return mission_sudo.analytic_distribution
        accounts = self.sudo().place_id.analytic_account_id | mission_sudo.programme_id
        return {",".join(map(str, accounts.ids)): 100.0} if accounts else False


class TierslieuxVolunteer(models.Model):
    _inherit = "tierslieux.volunteer"

    def _submit_expense(
        self,
        date,
        kind,
        name,
        amount=None,
        km=None,
        vehicle=None,
        is_electric=False,
        mission=None,
        place=None,
        receipt=None,
        receipt_name=None,
    ):
        """Enter an expense of this volunteer and hand it in; for the pages of the portal, which
        have checked who asks.

        :param str kind: one of ``KINDS``: "km" asks for ``km`` and ``vehicle``, the others for
            ``amount``
        :param bytes receipt: base64 of a photograph or a PDF, needed above the association's limit
        :raise UserError: (ValidationError is one) when something is missing or cannot be
        :return: the line, "submitted", in superuser mode
        """
        self.ensure_one()
        # sudo: a line for this volunteer: the caller has checked who enters it
        Expense_sudo = self.env["tierslieux.volunteer.expense"].sudo()
        vals = {
            "volunteer_id": self.id,
            "date": date,
            "kind": kind,
            "name": name,
            "km": km or 0.0,
            "vehicle": vehicle,
            "is_electric": is_electric,
            "mission_id": mission.id if mission else False,
            "receipt": receipt,
            "receipt_name": receipt_name,
        }
        if kind != "km":
            vals["amount"] = amount or 0.0
        if place:
            vals["place_id"] = place.id
        expense = Expense_sudo.create(vals)
        expense._submit()
        return expense

    def _get_expense_preview(self, date, km, vehicle, is_electric=False):
        """What a trip would be worth, before it is entered.

        :return: (amount or None, sentence that says why nothing is known, or "")
        """
        self.ensure_one()
        # sudo: of this volunteer alone, and nothing is written
        trip = (
            self.sudo()
            .env["tierslieux.volunteer.expense"]
            .new(
                {
                    "volunteer_id": self.id,
                    "kind": "km",
                    "date": date,
                    "km": km,
                    "vehicle": vehicle,
                    "is_electric": is_electric,
                }
            )
        )
        return trip._get_scale_amount(), trip._get_scale_problem() or ""

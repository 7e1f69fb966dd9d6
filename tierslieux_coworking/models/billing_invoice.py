from odoo import models
from odoo.fields import Command


class TierslieuxBillingRun(models.Model):
    _inherit = "tierslieux.billing.run"

    def _get_journal(self, known):
        """The sales journal of the invoices, looked up once a batch."""
        if "journal" not in known:
            invoice = self.env["account.move"].new(
                {"move_type": "out_invoice", "company_id": self.company_id.id}
            )
            known["journal"] = invoice._search_default_journal()
        return known["journal"]


class TierslieuxBillingLine(models.Model):
    """The invoice of one payer: what each part becomes on it."""

    _inherit = "tierslieux.billing.line"

    def _prepare_move_vals(self, run, payer, parts, known):
        """Values of the invoice of one payer: lines grouped by subscription.

        :param known: what the invoices of a batch share (journal, accounts), filled as it goes
        :return: dict, empty when nothing is due; a credit note when the sum is below zero
        """
        total = sum(self._get_parts_amount_of(parts))
        due = {
            line: [part for part in parts[line.id] if part["kind"] != "nothing"] for line in self
        }
        if not any(due.values()):
            return {}
        sign = -1 if self.currency_id.compare_amounts(total, 0.0) < 0 else 1
        titled = len(self.subscription_id.filtered(lambda s: s.plan_kind == "recurring")) > 1
        commands, last = [], None
        order = self.sorted(
            lambda line: (not line.subscription_id, line.subscription_id.id, line.period_start)
        )
        for line in order:
            if titled and line.subscription_id != last and due[line]:
                last = line.subscription_id
                commands.append(Command.create(line._prepare_section_vals()))
            commands += [
                Command.create(line._prepare_move_line_vals(part, sign, known))
                for part in due[line]
            ]
        return {
            "move_type": "out_invoice" if sign > 0 else "out_refund",
            "partner_id": payer.id,
            "company_id": run.company_id.id,
            "journal_id": run._get_journal(known).id,
            "currency_id": run.currency_id.id,
            "invoice_date": run.invoice_date,
            "invoice_origin": run.name,
            "invoice_line_ids": commands,
        }

    def _get_parts_amount_of(self, parts):
        return [line._get_parts_amount(parts[line.id]) for line in self]

    def _prepare_section_vals(self):
        """Title over the lines of one subscription, or over the extras."""
        self.ensure_one()
        lang = self.payer_id.lang or self.env.lang
        subscription = self.subscription_id.with_context(lang=lang)
        if subscription:
            name = f"{subscription.partner_id.name} – {subscription.plan_id.name}"
        else:
            name = self.with_context(lang=lang).env._("Extras of the past month")
        return {"display_type": "line_section", "name": name}

    def _prepare_move_line_vals(self, part, sign, known):
        """Values of the invoice line of one part."""
        self.ensure_one()
        if part["kind"] == "note":
            return {"display_type": "line_note", "name": part["name"]}
        subscription = part.get("subscription") or self.subscription_id
        booking = part.get("booking")
        product = part.get("product")
        vals = {
            "name": part["name"],
            "quantity": part["quantity"],
            "price_unit": sign * part["price_unit"],
            "billing_kind": part["kind"],
            "subscription_id": subscription.id if subscription else False,
            "booking_id": booking.id if booking else False,
            "analytic_distribution": (booking or subscription or self)._get_analytic_distribution(),
        }
        if product:
            vals["product_id"] = product.id
            account, is_untaxed = self._get_account(product, subscription.plan_id, known)
            if account:
                vals["account_id"] = account.id
            if is_untaxed:
                vals["tax_ids"] = False
        vals.update(part.get("line_vals") or {})
        if "tax_ids" in vals and not vals["tax_ids"]:
            vals["tax_ids"] = [Command.clear()]
            # Without tax the balance is known: Odoo need not work the line out once more.
            amount = self.currency_id.round(vals["quantity"] * vals["price_unit"])
            vals["balance"] = vals["amount_currency"] = -sign * amount
        return vals

    def _get_account(self, product, plan, known):
        """Income account of a plan's product, and whether no tax applies to it.

        The product alone says the taxes here, as it does on an invoice typed by hand; the
        payer's fiscal position then finds none to replace.

        :return: (account or empty, bool)
        """
        if product not in known:
            account = plan._get_income_account() if plan.product_id == product else None
            taxes = product.taxes_id.filtered(lambda tax: tax.company_id == self.company_id[:1])
            known[product] = account, bool(account and not taxes and not account.tax_ids)
        return known[product]

    def _get_analytic_distribution(self):
        """Extras without a record of their own carry no analytic distribution."""
        return False

# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.payment_means import is_cash, payment_means


class TierslieuxMemberImport(models.TransientModel):
    """Fees that the file says were paid, in accounting: an invoice and its payment each.

    Everything is made in batches (invoices, posting, payments, reconciliation), since 2 000
    fees taken one by one would keep the front desk waiting for minutes.

    sudo all along: the front desk has no right on accounting. What it writes here is bounded by
    the memberships just created, their amounts and a cash or bank journal of the company.
    """

    _inherit = "tierslieux.member.import"

    def _create_accounting(self, judged, memberships):
        """Invoice and pay the memberships of this import.

        :param dict memberships: {row number: membership}
        :return: the invoices, as superuser
        """
        methods = {item.row.number: item.row.get("payment_method") for item in judged}
        days = {item.row.number: item.fee.date_paid for item in judged if item.fee}
        amounts = {item.row.number: item.fee.amount for item in judged if item.fee}
        due = {
            number: membership.sudo().with_context(tracking_disable=True)
            for number, membership in memberships.items()
            if not membership.is_history and membership.amount
        }
        Move_sudo = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .with_context(tracking_disable=True, mail_create_nolog=True, mail_notrack=True)
        )
        if not due:
            return Move_sudo
        journals_sudo = self._journals_of(methods, due)
        new = {number: m for number, m in due.items() if not m.invoice_id}
        created_sudo = Move_sudo.create(
            [
                membership._prepare_invoice_vals()
                | {"invoice_date": days[number], "invoice_date_due": days[number]}
                for number, membership in new.items()
            ]
        )
        for membership, invoice in zip(new.values(), created_sudo, strict=True):
            membership.invoice_id = invoice
        created_sudo.action_post()
        # One for each fee: two fees may pay one invoice.
        invoices = [m.invoice_id.with_env(Move_sudo.env) for m in due.values()]
        paid = [amounts[number] for number in due]
        payments_sudo = self._create_payments(due, days, invoices, paid, journals_sudo)
        self._reconcile_payments(invoices, payments_sudo)
        return Move_sudo.concat(*invoices)

    def _journals_of(self, methods, due):
        """{row number: journal}: coins and notes to the cash journal, the rest to the bank.

        A bank journal named after a means of payment (cheques, cards) takes that means.

        :raise UserError: when the journal that is needed is missing
        """
        cash_sudo, bank_sudo = self.cash_journal_id.sudo(), self.bank_journal_id.sudo()
        others_sudo = bank_sudo.search(
            [("company_id", "=", self.company_id.id), ("type", "in", ("bank", "credit"))]
        )
        by_means = {}
        for journal_sudo in others_sudo - bank_sudo:
            for means in payment_means(f"{journal_sudo.name} {journal_sudo.code}"):
                by_means.setdefault(means, journal_sudo)
        journals = {}
        for number in due:
            means = payment_means(methods[number])
            own = next((by_means[m] for m in sorted(means) if m in by_means), bank_sudo)
            journal_sudo = cash_sudo if is_cash(methods[number]) else own
            if (
                not journal_sudo
                or journal_sudo.company_id != self.company_id
                or journal_sudo.type not in ("cash", "bank", "credit")
            ):
                raise UserError(
                    self.env._(
                        "No journal to record « %(method)s »: choose the cash and bank journals "
                        "in the step « Columns », or import the memberships as history.",
                        method=methods[number] or self.env._("no means of payment"),
                    )
                )
            journals[number] = journal_sudo
        return journals

    def _create_payments(self, due, days, invoices, paid, journals_sudo):
        """One posted payment per fee, made in batches where Odoo works one by one."""
        Payment_sudo = (
            self.env["account.payment"]
            .sudo()
            .with_company(self.company_id)
            .with_context(
                tracking_disable=True,
                mail_create_nolog=True,
                mail_notrack=True,
                skip_invoice_sync=True,
            )
        )
        accounts = {
            journal: self._payment_account(Payment_sudo, journal)
            for journal in set(journals_sudo.values())
        }
        vals_list = []
        for number, invoice, amount in zip(due, invoices, paid, strict=True):
            journal = journals_sudo[number]
            vals = {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": invoice.commercial_partner_id.id,
                "amount": amount,
                "currency_id": invoice.currency_id.id,
                "date": days[number],
                "journal_id": journal.id,
                "memo": invoice.name,
                "company_id": self.company_id.id,
            }
            vals["payment_method_line_id"] = journal.inbound_payment_method_line_ids[:1].id
            vals["outstanding_account_id"] = accounts[journal].id
            vals["invoice_ids"] = [fields.Command.link(invoice.id)]
            vals_list.append(vals)
        payments_sudo = Payment_sudo.create(vals_list)
        moves_sudo = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .with_context(**payments_sudo.env.context)
            .create([payment._generate_move_vals() for payment in payments_sudo])
        )
        # One statement and one recomputation: written one by one, each payment would look for
        # its invoices again.
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE account_payment SET move_id = move.id FROM account_move move"
                " WHERE move.origin_payment_id = account_payment.id"
                " AND account_payment.id IN %s RETURNING account_payment.id",
                tuple(payments_sudo.ids),
            )
        )
        payments_sudo.invalidate_recordset(["move_id"])
        payments_sudo.modified(["move_id"])
        moves_sudo.action_post()
        payments_sudo.action_post()
        return payments_sudo

    @staticmethod
    def _payment_account(Payment_sudo, journal):
        """Account that a payment debits: the method's, the cash box itself, or the chart's.

        Cash has no statement that would clear an outstanding account later.
        """
        method_line = journal.inbound_payment_method_line_ids[:1]
        if method_line.payment_account_id:
            return method_line.payment_account_id
        if journal.type == "cash":
            return journal.default_account_id
        draft = Payment_sudo.new({"journal_id": journal.id, "company_id": journal.company_id.id})
        return draft._get_outstanding_account("inbound")

    def _reconcile_payments(self, invoices, payments_sudo):
        """Settle each invoice with its payment, all in one plan."""
        self.env.flush_all()
        # Thousands of rows were just written and PostgreSQL has no figures about them yet: it
        # would plan Odoo's own queries as if the tables were empty, and take minutes.
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_payment, account_partial_reconcile"
        )
        plan = []
        for invoice, payment in zip(invoices, payments_sudo, strict=True):
            lines = (invoice | payment.move_id).line_ids.filtered(
                lambda line: (
                    line.account_id.account_type == "asset_receivable"
                    and line.parent_state == "posted"
                )
            )
            if len(lines.move_id) == 2:
                plan.append(lines)
        if plan:
            payments_sudo.move_id.line_ids._reconcile_plan(plan)

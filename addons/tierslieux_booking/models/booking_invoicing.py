from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.rights import DESK_GROUPS, check_groups

from .booking import COUNTED

REFUND_GROUPS = ("tierslieux_base.group_coordinator", "tierslieux_base.group_treasurer")

# An invoice or a credit note with something left to pay or to give back.
OPEN = ("not_paid", "partial")


class TierslieuxBooking(models.Model):
    """What is due for a booking, and its invoice when it is paid apart: at the desk or online.

    Whatever an invoice carries already is left alone by all others who bill. What is cancelled
    after it was invoiced gets a credit note of all that is no longer due.
    """

    _inherit = "tierslieux.booking"

    payment_state = fields.Selection(
        [
            ("nothing", "Nothing due"),
            ("due", "To pay"),
            ("invoiced", "Invoiced"),
            ("paid", "Paid"),
            ("refund", "To give back"),
        ],
        string="Payment",
        compute="_compute_payment_state",
        compute_sudo=True,
        search="_search_payment_state",
    )
    has_invoice = fields.Boolean(compute="_compute_payment_state", compute_sudo=True)
    # What is due is asked for all day, of all bookings ever made: their invoices are not read then.
    is_on_invoice = fields.Boolean(
        string="On an Invoice",
        compute="_compute_is_on_invoice",
        compute_sudo=True,
        store=True,
    )
    # Most bookings of a house cost nothing, or were invoiced: those that may be due are few.
    _price_idx = models.Index(
        "(state) WHERE (amount > 0 OR fee_amount > 0) AND is_on_invoice IS NOT TRUE"
    )
    open_amount = fields.Monetary(
        string="To settle",
        compute="_compute_open_amount",
        compute_sudo=True,
        help="What is left to take, or to give back, for this booking.",
    )

    # ------------------------------------------------------------------ what is due

    def _get_due_amount(self):
        """What the person owes for it, in the association's currency, invoiced or not."""
        self.ensure_one()
        if self.state in COUNTED:
            return self.amount
        if self.state in ("cancelled", "no_show") and not self.fee_waived:
            return self.fee_amount
        return 0.0

    def _get_living_lines(self):
        """Lines of the invoices and credit notes of these bookings that are not cancelled.

        sudo: whether it is invoiced and paid, not the invoice.
        """
        return self.sudo().invoice_line_ids.filtered(lambda line: line.parent_state != "cancel")

    @api.depends("invoice_line_ids.parent_state")
    def _compute_is_on_invoice(self):
        for booking in self:
            booking.is_on_invoice = bool(booking._get_living_lines())

    @api.depends(
        "state",
        "amount",
        "fee_amount",
        "fee_waived",
        "invoice_line_ids.parent_state",
        "invoice_line_ids.price_unit",
        "invoice_line_ids.quantity",
        "invoice_line_ids.move_id.payment_state",
    )
    def _compute_payment_state(self):
        for booking in self:
            booking.payment_state = booking._get_payment_state()
            booking.has_invoice = "posted" in booking.invoice_line_ids.mapped("parent_state")

    def _get_payment_state(self):
        lines = self._get_living_lines()
        if not lines:
            due = self._get_due_amount()
            return "due" if due and not self.currency_id.is_zero(due) else "nothing"
        still_open = lines.move_id.filtered(lambda move: move.payment_state in OPEN)
        if still_open.filtered(lambda move: move.move_type != "out_refund"):
            return "invoiced"
        if still_open:
            return "refund"
        return "paid" if lines._get_charged_amount() > 0 else "nothing"

    @api.depends("payment_state")
    def _compute_open_amount(self):
        due = self.filtered(lambda booking: booking.payment_state == "due")
        for booking in self - due:
            lines = booking._get_living_lines()
            booking.open_amount = sum(
                line.price_total for line in lines if line.move_id.payment_state in OPEN
            )
        # Which account and which taxes: asked once for all that have the same.
        for (company, product), alike in due.grouped(
            lambda booking: (booking.company_id, booking._get_price_product())
        ).items():
            account = alike[0]._get_income_account()
            for partner, bookings in alike.grouped("partner_id").items():
                taxes = company._get_sale_taxes(product, account, partner)
                for booking in bookings:
                    booking.open_amount = booking._get_taxed_due(taxes, product)

    def _get_taxed_due(self, taxes, product):
        """What is due with the taxes that the invoice will carry."""
        self.ensure_one()
        amount = self._get_due_amount()
        if not taxes:
            return amount
        return taxes.compute_all(amount, self.currency_id, 1.0, product)["total_included"]

    def _search_payment_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = set(value)
        if "nothing" in states:  # all that is in none of the others
            others = set(dict(self._fields["payment_state"]._selection)) - states
            return ~self._search_payment_state("in", others) if others else Domain.TRUE
        found = Domain.FALSE
        if "due" in states:
            found |= self._get_due_domain()
        if states - {"due"}:
            self.env["account.move.line"].flush_model(["booking_id", "price_unit", "quantity"])
            self.env["account.move"].flush_model(["state", "move_type", "payment_state"])
            found |= Domain("id", "in", self._select_invoiced(tuple(states)))
        return found

    @api.model
    def _get_due_domain(self):
        """Bookings that cost something and are on no invoice; ``_price_idx`` finds them."""
        return Domain("is_on_invoice", "=", False) & (
            Domain("state", "in", COUNTED) & Domain("amount", ">", 0)
            | Domain("state", "in", ("cancelled", "no_show"))
            & Domain("fee_amount", ">", 0)
            & Domain("fee_waived", "=", False)
        )

    # SQL: a question on the sums of other records, which a domain cannot ask.

    @api.model
    def _select_invoiced(self, states):
        """Bookings that are on invoices, by what is left to pay or to give back of these.

        Where only open invoices are asked for, the few that are open lead to their bookings: all
        that were ever paid are not read.
        """
        open_alone = SQL(
            """AND line.booking_id IN (
                   SELECT line.booking_id
                     FROM account_move move
                     JOIN account_move_line line ON line.move_id = move.id
                    WHERE move.payment_state IN %s AND move.move_type != 'entry'
                      AND line.booking_id IS NOT NULL)""",
            OPEN,
        )
        return SQL(
            """(
            SELECT line.booking_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.booking_id IS NOT NULL AND move.state != 'cancel' %(open_alone)s
             GROUP BY line.booking_id
            HAVING CASE
                   WHEN bool_or(move.payment_state IN %(open)s
                                AND move.move_type != 'out_refund') THEN 'invoiced'
                   WHEN bool_or(move.payment_state IN %(open)s) THEN 'refund'
                   WHEN sum(line.quantity * line.price_unit
                            * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END) > 0
                   THEN 'paid'
                   ELSE 'nothing' END IN %(states)s
            )""",
            open=OPEN,
            states=states,
            open_alone=open_alone if set(states) <= {"invoiced", "refund"} else SQL(),
        )

    # ------------------------------------------------------------------ invoice

    def _get_invoice_label(self):
        """What the invoice says of it, in the language of the environment."""
        self.ensure_one()
        values = {
            "resource": self.resource_id.name,
            "date": format_date(self.env, self.activity_date),
        }
        if self.state == "no_show":
            return self.env._("%(resource)s on %(date)s: booked, nobody came", **values)
        if self.state == "cancelled":
            return self.env._("%(resource)s on %(date)s: cancelled late", **values)
        name = self.env._("%(resource)s on %(date)s", **values)
        return f"{name} ({self.amount_note})" if self.amount_note else name

    def _get_price_product(self):
        """The product that says account and tax.

        sudo: who books or bills needs no right on the price lists.
        """
        return self.resource_id.sudo().rate_id.product_id

    def _get_income_account(self):
        """Account of the income: the product's, else the one of rooms in the chart."""
        self.ensure_one()
        product_sudo = self._get_price_product().with_company(self.company_id)
        account = product_sudo.property_account_income_id
        return account or self.company_id._get_chart_account("pcg_7083", "7083")

    def _prepare_invoice_line_vals(self):
        self.ensure_one()
        booking = self.with_context(lang=self.partner_id.lang or self.env.lang)
        return {
            "product_id": self._get_price_product().id,
            "name": booking._get_invoice_label(),
            "quantity": 1.0,
            "price_unit": self._get_due_amount(),
            "account_id": self._get_income_account().id,
            "analytic_distribution": self.sudo()._get_analytic_distribution(),
            "booking_id": self.id,
        }

    def _invoice_apart(self):
        """Post the invoices of what is due and not invoiced, one per person.

        sudo: the front desk has no right on accounting, and a member none at all; what they may
        do here is bounded by the price of the bookings, and by who calls.

        :return: the invoices, as superuser
        """
        bookings_sudo = self.sudo()
        bookings_sudo._lock_for_billing()
        invoices_sudo = self.env["account.move"].sudo()
        due = bookings_sudo.filtered(lambda booking: booking.payment_state == "due")
        for (company, partner), bookings in due.grouped(
            lambda booking: (booking.company_id, booking.partner_id)
        ).items():
            invoices_sudo |= invoices_sudo.with_company(company).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "invoice_date": fields.Date.context_today(self),
                    "invoice_line_ids": [
                        Command.create(booking._prepare_invoice_line_vals())
                        for booking in bookings.sorted("start")
                    ],
                }
            )
        if invoices_sudo:
            invoices_sudo.action_post()
        return invoices_sudo

    def _lock_for_billing(self):
        """Of those who bill these bookings at once (the desk, the portal, the run of the month, a
        second click), the later waits, then begins again and finds them invoiced.
        """
        take_turn(self)

    def _get_open_moves(self, refund=False):
        """Posted invoices of these bookings with something left to pay; credit notes likewise."""
        return self._get_living_lines().move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.payment_state in OPEN
                and (move.move_type == "out_refund") == refund
            )
        )

    def action_print_invoice(self):
        """Download the invoice as PDF.

        :raise AccessError: for who may not be given it
        """
        self.ensure_one()
        self.check_access("read")
        moves_sudo = self._get_living_lines().move_id.filtered(lambda move: move.state == "posted")
        if not moves_sudo:
            raise UserError(self.env._("%(booking)s: not invoiced yet.", booking=self._describe()))
        return moves_sudo.sorted("id")[-1].sudo(self.env.su)._get_download_action()

    # ------------------------------------------------------------------ take, give back

    def action_take_payment(self):
        """Open the desk's payment window for what is due ("Encaisser")."""
        return self._open_payment_window(
            ("due", "invoiced"),
            DESK_GROUPS,
            self.env._("Take Payment"),
            self.env._("Nothing to take: these bookings are paid, or free of charge."),
        )

    def action_give_back(self):
        """Open the window where what was paid and is no longer due is given back."""
        return self._open_payment_window(
            ("refund",),
            REFUND_GROUPS,
            self.env._("Give back"),
            self.env._("Nothing to give back for these bookings."),
        )

    def _open_payment_window(self, states, groups, title, nothing):
        check_groups(self.env, *groups)
        payable = self.filtered(lambda booking: booking.payment_state in states)
        if not payable:
            raise UserError(nothing)
        if len(payable.company_id) > 1:
            raise UserError(
                self.env._("Take what is due to one association at a time: several are selected.")
            )
        self.env["tierslieux.desk.payment"]._check_desk_journal(payable.company_id)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "tierslieux.booking.payment",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_booking_ids": [Command.set(payable.ids)],
                "default_is_refund": states == ("refund",),
            },
        }

    def _format_due(self):
        """What is still to be invoiced, for the desk's board; empty when nothing is."""
        self.ensure_one()
        if self.payment_state != "due":
            return ""
        return self._format_money(self.open_amount)

    def _get_payment_terms(self):
        """How what is due is paid, told to the person."""
        return self.env._("To be paid at the front desk.")

    # ------------------------------------------------------------------ no longer due

    def _credit_excess(self):
        """Give back by a credit note what was invoiced beyond what is due."""
        for booking in self:
            lines = booking._get_living_lines()
            excess = lines._get_charged_amount() - booking._get_due_amount()
            if not lines or booking.currency_id.compare_amounts(excess, 0.0) <= 0:
                continue
            for line in lines.filtered(lambda line: line.move_type != "out_refund"):
                part = min(excess, line.quantity * line.price_unit)
                excess -= part
                if booking.currency_id.compare_amounts(part, 0.0) > 0:
                    line._give_back(
                        part,
                        booking.env._("Cancelled: %(booking)s", booking=booking._describe()),
                    )

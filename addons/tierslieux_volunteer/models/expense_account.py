from odoo import fields, models

from .expense import KINDS


class TierslieuxExpenseAccount(models.Model):
    """Where the treasurer books a kind of expense, instead of what the chart proposes."""

    _name = "tierslieux.expense.account"
    _description = "Account of Volunteers' Expenses"
    _order = "company_id, kind"
    _rec_name = "kind"
    _check_company_auto = True

    kind = fields.Selection(KINDS, required=True)
    account_id = fields.Many2one(
        "account.account",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Association",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _kind_uniq = models.Constraint(
        "UNIQUE(company_id, kind)", "This kind of expense has an account already."
    )


class AccountMove(models.Model):
    """A bill that is undone leaves the expenses to be refunded again."""

    _inherit = "account.move"

    def _release_volunteer_expenses(self):
        # sudo: what the bill was made of, whoever of accounting undoes it
        expenses_sudo = (
            self.env["tierslieux.volunteer.expense"].sudo().search([("move_id", "in", self.ids)])
        )
        expenses_sudo.write({"state": "validated", "move_id": False})

    def button_cancel(self):
        result = super().button_cancel()
        self.filtered(lambda move: move.state == "cancel")._release_volunteer_expenses()
        return result

    def unlink(self):
        self._release_volunteer_expenses()
        return super().unlink()

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from odoo.addons.tierslieux_base.models.once_mixin import take_turn

from .expense import WAYS

# External id in the chart of associations, and how its code begins in any other.
VOLUNTEERS = ("pca_4681", "4681")
GIFTS = ("pca_75412", "75412")


class TierslieuxVolunteerExpense(models.Model):
    """Validated expenses that a volunteer leaves to the association, in writing."""

    _inherit = "tierslieux.volunteer.expense"

    def _get_waiver_text(self):
        """The words that the volunteer signs, proposed."""
        total = sum(self.mapped("amount"))
        # sudo: names of the person and of the association, for who may read the lines
        return self.env._(
            "I, %(who)s, expressly waive the refund of the expenses above, %(amount)s in all, and"
            " leave them to %(association)s as a gift.",
            who=self.sudo().partner_id[:1].name,
            amount=format_amount(self.env, total, self.currency_id[:1]),
            association=self.sudo().company_id[:1].name,
        )

    def _waive(self, text, way, date=None):
        """The volunteer leaves these validated expenses to the association, in writing.

        For the portal, which has checked whose they are (``way="portal"``), and for the window of
        the team, which records a paper or an e-mail.

        :param str text: the words that were signed, kept as they are
        :param str way: one of ``WAYS``
        :param date: the day of the signature, today by default
        """
        if not (text or "").strip() or way not in dict(WAYS):
            raise UserError(
                self.env._("A waiver is in writing: its words and how it was given are kept.")
            )
        today = self._get_place_today()
        # Nor before what is waived: it would be a gift of a year that had not cost anything yet.
        if date and (date > today or any(date < expense.date for expense in self)):
            raise UserError(
                self.env._("A waiver is recorded once it is signed, and signed after the expense.")
            )
        take_turn(self)
        self._check_settleable()
        # sudo: facts; the caller has checked who waives
        self.sudo().write(
            {
                "state": "waived",
                "waived_on": date or today,
                "waiver_text": text,
                "waiver_way": way,
                "waived_by_id": self.env.uid,
            }
        )
        self.sudo()._book_waivers()
        return True

    def action_waive(self):
        """Record a waiver that was signed on paper or sent by e-mail."""
        self.check_access("read")
        return self._open_window("tierslieux.expense.waiver", self.env._("Record a waiver"))

    def _book_waivers(self):
        """Book what is waived as the law of associations says (expense to 4681, then 4681 to
        75412), where the association says that this is done here, and not by its accountant."""
        Parameter = self.env["tierslieux.volunteer.parameter"]
        for expense in self:
            company = expense.company_id
            if not Parameter._get_value("waiver_entry", expense.waived_on, company):
                continue
            owed = company._get_chart_account(*VOLUNTEERS, types=("liability_current",))
            gift = company._get_chart_account(*GIFTS)
            move = (
                self.env["account.move"]
                .with_company(company)
                .create(expense._prepare_waiver_entry(owed, gift))
            )
            move.action_post()
            expense.waiver_move_id = move

    def _prepare_waiver_entry(self, owed, gift):
        sides = (
            (self._get_account(), self.amount, self._get_distribution()),
            (owed, -self.amount, False),
            (owed, self.amount, False),
            (gift, -self.amount, self._get_distribution()),
        )
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "date": self.waived_on,
            "ref": self.env._("Expense waived: %s", self.display_name),
            "line_ids": [
                Command.create(
                    {
                        "name": self.name,
                        "partner_id": self.partner_id.id,
                        "account_id": account.id,
                        "balance": balance,
                        "analytic_distribution": distribution,
                    }
                )
                for account, balance, distribution in sides
            ],
        }

    @api.model
    def _get_waived_expenses(self, year):
        """Expenses waived in writing in a civil year, of the associations of the user: what the
        gifts' receipts of finance are made of. By the day of the waiver, which is when the gift is
        made.

        :return: lines; their ``amount`` by ``partner_id`` is what each gave
        """
        return self.search(
            [
                ("state", "=", "waived"),
                ("waived_on", ">=", f"{year}-01-01"),
                ("waived_on", "<=", f"{year}-12-31"),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

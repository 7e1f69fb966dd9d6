from datetime import date, timedelta

from odoo.fields import Command

from .chapter import Chapter

# (month, day), supplier, account, label, amount: each year.
BILLS = [
    ((1, 15), "assurances_pays", "pcg_6161", "Assurance multirisque des locaux", 612.40),
    *(
        ((month, 5), "fibre_rurale", "pcg_626", "Accès internet, trimestre", 149.70)
        for month in (1, 4, 7, 10)
    ),
    *(
        ((month, 20), "energie_ouest", "pcg_6061", "Électricité et chauffage", amount)
        for month, amount in ((2, 684.15), (5, 312.80), (8, 148.30), (11, 402.65))
    ),
]
# (month, day), payer, label, amount: hire of rooms.
HIRES = [
    ((3, 14), "menhir_data", "Location de la salle de réunion, une journée", 120.0),
    ((6, 6), "cabinet_vilaine", "Location de la salle de réunion, demi-journée", 70.0),
    ((10, 9), "admr", "Location de la salle de formation, une journée", 150.0),
]
# (month, day) of notification, (month, day) of payment, funder, label, amount, funding account.
GRANTS = [
    ((1, 31), (3, 12), "mairie_tinteniac", "Subvention de fonctionnement", 8000.0, "commune"),
    ((2, 20), (6, 5), "communaute", "Convention lieux de vie", 12000.0, "communaute"),
    ((4, 2), (9, 18), "departement", "Inclusion numérique et aidants", 17500.0, "departement"),
]
# Wages of a month, and what the association pays on them.
WAGES, SOCIAL_CHARGES = 2460.0, 620.0


class Ledger(Chapter):
    """The rest of the books: what was there, grants, bills and hires of two years."""

    def tell(self):
        cash, equity = self.chart("cash").default_account_id, self.chart("pcg_1068")
        first = self.year_start(-1)
        entries = [self.entry(first, "À-nouveaux", [(cash, 120.0), (equity, -120.0)])]
        bank = [(first, "À-nouveaux", 9480.0, equity, None)]
        invoices = []
        for year in (first.year, self.today.year):
            entries += [*self.grants(year), *self.wages(year)]
            bank += [*self.grants_paid(year), *self.wages_paid(year)]
            invoices += self.invoices(year, "in_invoice", BILLS)
            invoices += self.invoices(
                year, "out_invoice", [(d, p, "pcg_7083", *rest) for d, p, *rest in HIRES]
            )
        moves = self.env["account.move"].create(
            sorted(entries + invoices, key=lambda values: values["date"])
        )
        moves.action_post()
        lines = self.bank_lines(bank)
        self.reconcile(moves.line_ids | lines.line_ids)
        # By transfer, three weeks later: the last ones are still to pay.
        due = [
            (move, self.chart("bank"), move.invoice_date + timedelta(days=21), False)
            for move in moves
            if move.is_invoice()
        ]
        self.settle([row for row in due if row[2] <= self.today])

    def reconcile(self, lines):
        """Match grants and wages with what the bank paid, label by label, when it has."""
        accounts = self.chart("pcg_441_account") | self.chart("pcg_421")
        lines = lines.filtered(lambda item: item.account_id in accounts)
        pairs = lines.grouped(
            lambda item: (item.account_id, item.move_id.ref or item.name)
        ).values()
        self.env["account.move.line"]._reconcile_plan([pair for pair in pairs if len(pair) > 1])

    def past(self, year, month_day):
        """The day, or None if it is still to come."""
        day = date(year, *month_day)
        return day if day <= self.today else None

    def entry(self, day, label, lines, partner=None, distribution=False):
        """Values of an entry; lines are (account, amount), a debit when above zero."""
        return {
            "move_type": "entry",
            "date": day,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "debit": max(amount, 0.0),
                        "credit": max(-amount, 0.0),
                        "partner_id": partner and partner.id,
                        "name": label,
                        "analytic_distribution": (
                            distribution if account.account_type == "income" else False
                        ),
                    }
                )
                for account, amount in lines
            ],
        }

    def grants(self, year):
        """A grant is due when it is notified, and paid months later."""
        for notified, _paid, funder, label, amount, funding in GRANTS:
            if day := self.past(year, notified):
                yield self.entry(
                    day,
                    f"{label} {year}",
                    [(self.chart("pcg_441_account"), amount), (self.chart("pcg_741"), -amount)],
                    self.ref(funder),
                    {str(self.ref(f"funding_{funding}").id): 100.0},
                )

    def grants_paid(self, year):
        for _notified, paid, funder, label, amount, _funding in GRANTS:
            if day := self.past(year, paid):
                account = self.chart("pcg_441_account")
                yield (day, f"{label} {year}", amount, account, self.ref(funder))

    def wages(self, year):
        """One entry a month: the desk and the coordination, both part-time."""
        for month in range(1, 13):
            if day := self.past(year, (month, 28)):
                yield self.entry(
                    day,
                    f"Salaires {day:%m/%Y}",
                    [
                        (self.chart("pcg_6411"), WAGES),
                        (self.chart("pcg_6451"), SOCIAL_CHARGES),
                        (self.chart("pcg_421"), -WAGES - SOCIAL_CHARGES),
                    ],
                )

    def wages_paid(self, year):
        for month in range(1, 13):
            if day := self.past(year, (month, 28)):
                amount = -WAGES - SOCIAL_CHARGES
                yield (day, f"Salaires {day:%m/%Y}", amount, self.chart("pcg_421"), None)

    def invoices(self, year, move_type, rows):
        """Values of the bills or invoices of a year; those to come are left out."""
        rows = [(self.past(year, day), *rest) for day, *rest in rows]
        place = str(self.ref("place_fabrique").analytic_account_id.id)
        return [
            {
                "move_type": move_type,
                "partner_id": self.ref(partner).id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": day + timedelta(days=30),
                "ref": f"{partner[:3].upper()}-{day:%Y%m}" if move_type[:2] == "in" else False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": label,
                            "account_id": self.chart(account).id,
                            "quantity": 1.0,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {place: 100.0},
                        }
                    )
                ],
            }
            for day, partner, account, label, amount in rows
            if day
        ]

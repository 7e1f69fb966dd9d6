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
        bank = self.chart("bank").default_account_id
        cash = self.chart("cash").default_account_id
        equity = self.chart("pcg_1068")
        entries = [
            self.entry(
                self.year_start(-1),
                "À-nouveaux",
                [(bank, 9480.0), (cash, 120.0), (equity, -9600.0)],
            )
        ]
        invoices = []
        for offset in (-1, 0):
            year = self.today.year + offset
            entries += [*self.grants(year, bank), *self.wages(year, bank)]
            invoices += self.invoices(year, "in_invoice", BILLS)
            invoices += self.invoices(
                year, "out_invoice", [(d, p, "pcg_7083", *rest) for d, p, *rest in HIRES]
            )
        moves = self.env["account.move"].create(
            sorted(entries + invoices, key=lambda values: values["date"])
        )
        moves.action_post()
        # By transfer, three weeks later: the last ones are still to pay.
        due = [
            (move, self.chart("bank"), move.invoice_date + timedelta(days=21), False)
            for move in moves
            if move.is_invoice()
        ]
        self.settle([row for row in due if row[2] <= self.today])

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

    def grants(self, year, bank):
        """A grant is due when it is notified, and paid months later."""
        due = self.chart("pcg_441_account")
        for notified, paid, funder, label, amount, funding in GRANTS:
            partner = self.ref(funder)
            if day := self.past(year, notified):
                distribution = {str(self.ref(f"funding_{funding}").id): 100.0}
                lines = [(due, amount), (self.chart("pcg_741"), -amount)]
                yield self.entry(day, f"{label} {year}", lines, partner, distribution)
            if day := self.past(year, paid):
                lines = [(bank, amount), (due, -amount)]
                yield self.entry(day, f"{label} {year}, versement", lines, partner)

    def wages(self, year, bank):
        """One entry a month: the desk and the coordination, both part-time."""
        for month in range(1, 13):
            if day := self.past(year, (month, 28)):
                yield self.entry(
                    day,
                    f"Salaires {day:%m/%Y}",
                    [
                        (self.chart("pcg_6411"), WAGES),
                        (self.chart("pcg_6451"), SOCIAL_CHARGES),
                        (bank, -WAGES - SOCIAL_CHARGES),
                    ],
                )

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

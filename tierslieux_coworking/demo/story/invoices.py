from datetime import timedelta

from .chapter import CoworkingChapter
from .subscribers import BILLED_MONTHS

# Payers who are late: how many of their last invoices wait.
LATE = {"pham_minh": 2, "riou_evan": 1, "lebihan_solene": 1}


class Invoices(CoworkingChapter):
    """Three months billed as the run bills them, and paid by transfer in the fortnight; the
    running month is ready to bill."""

    def tell(self):
        runs = self.env["tierslieux.billing.run"]
        for offset in range(-BILLED_MONTHS, 0):
            runs |= self.bill(self.month(offset))
        self.pay(runs.line_ids.move_id)

    def bill(self, month):
        run = self.env["tierslieux.billing.run"].create(
            {
                "date": month,
                "invoice_date": month,
                "company_id": self.company.id,
                "send_invoices": False,
            }
        )
        run.action_preview()
        # What was to check was checked, then.
        run.line_ids.filtered(lambda line: line.state == "failed").action_accept()
        run.action_launch()
        while run.state == "running" and run._bill_batch():
            pass
        if run.state == "running":
            run._finish()
        return run

    def pay(self, invoices):
        late = {self.ref(key): count for key, count in LATE.items()}
        settlements = []
        for invoice in invoices.sorted("invoice_date", reverse=True):
            payer = invoice.partner_id
            if late.get(payer):
                late[payer] -= 1
                continue
            if invoice.move_type != "out_invoice" or not invoice.amount_residual:
                continue
            day = invoice.invoice_date + timedelta(days=self.random.randint(3, 14))
            settlements.append((invoice, self.chart("bank"), min(day, self.today), "virement"))
        self.settle(sorted(settlements, key=lambda row: (row[2], row[0].id)))

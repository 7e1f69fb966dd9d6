"""The books of a network: invoices of its bookings, subscriptions of the running month."""

from network_rows import Rows

from odoo import Command


class Books(Rows):
    """After the persons (``grown_person``) and the bookings (``grown_booking``)."""

    def _grow_invoices(self):
        """Paid invoices of one booking each, one in a hundred of which waits to be paid."""
        model = self._find(
            "account.move",
            [
                ("move_type", "=", "out_invoice"),
                ("payment_state", "=", "paid"),
                ("company_id", "=", self.company.id),
            ],
            "paid invoice",
        )
        self._sql(
            """
            CREATE TEMP TABLE grown_move AS
            SELECT nextval('account_move_id_seq')::int AS id, b.id AS booking_id, b.partner_id,
                   b.start::date AS day, b.n, b.n %% 100 = 2 AS is_open,
                   'RES/' || to_char(b.start, 'YYYY') || '/' || to_char(b.n, 'FM000000') AS name
              FROM grown_booking b
             WHERE b.state = 'done' AND b.n %% 150 != 1 AND b.n %% 2 = 0
             ORDER BY b.n LIMIT %(count)s
            """,
            count=self.missing["invoices"],
        )
        self._sql(
            "UPDATE tierslieux_booking b SET amount = 12, is_on_invoice = true"
            " FROM grown_move m WHERE b.id = m.booking_id"
        )
        source = "SELECT * FROM grown_move"
        dated = {"date": "s.day", "invoice_date": "s.day", "partner_id": "s.partner_id"}
        self._copy(
            model,
            source,
            {
                **dated,
                "id": "s.id",
                "name": "s.name",
                "payment_reference": "s.name",
                "sequence_prefix": "left(s.name, 9)",
                "sequence_number": "s.n",
                "invoice_date_due": "s.day + 30",
                "commercial_partner_id": "s.partner_id",
                "partner_shipping_id": "s.partner_id",
                "payment_state": "CASE WHEN s.is_open THEN 'not_paid' ELSE m.payment_state END",
                "amount_residual": "CASE WHEN s.is_open THEN m.amount_total ELSE 0 END",
                "inalterable_hash": "NULL",
                "secure_sequence_number": "NULL",
            },
        )
        open_line = "s.is_open AND m.display_type = 'payment_term'"
        self._copy(
            model.line_ids,
            source,
            {
                **dated,
                "move_id": "s.id",
                "move_name": "s.name",
                "date_maturity": "CASE WHEN m.date_maturity IS NOT NULL THEN s.day + 30 END",
                "booking_id": "CASE WHEN m.display_type = 'product' THEN s.booking_id END",
                "membership_id": "NULL",
                "full_reconcile_id": "NULL",
                "matching_number": "NULL",
                "amount_residual": f"CASE WHEN {open_line} THEN m.balance ELSE 0 END",
                "amount_residual_currency": f"CASE WHEN {open_line} THEN m.balance ELSE 0 END",
                "reconciled": f"CASE WHEN {open_line} THEN false ELSE m.reconciled END",
            },
        )

    def _grow_subscriptions(self):
        plan = self.env["tierslieux.plan"].create(
            {
                "name": "Réseau, temps plein",
                "amount": 180.0,
                "company_id": self.company.id,
                "credit_ids": [
                    Command.create(
                        {
                            "type_id": self.env.ref(
                                "tierslieux_coworking.credit_type_meeting_hour"
                            ).id,
                            "quantity": 10,
                        }
                    )
                ],
            }
        )
        self.env.cr.execute(
            "SELECT id FROM grown_person ORDER BY n LIMIT %s", [self.missing["subscriptions"]]
        )
        partner_ids = [partner_id for (partner_id,) in self.env.cr.fetchall()]
        self.env["tierslieux.subscription"].create(
            [
                {
                    "partner_id": partner_id,
                    "plan_id": plan.id,
                    "date_start": self.today.replace(day=1),
                    "state": "active",
                }
                for partner_id in partner_ids
            ]
        )
        self.env["res.partner"].browse(partner_ids[::2]).write({"community_visible": True})

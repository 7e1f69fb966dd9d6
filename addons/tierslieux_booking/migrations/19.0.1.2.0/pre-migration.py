def migrate(cr, version):
    """Whether a booking is on an invoice is known at once of all that were ever made: the column
    is filled here, rather than worked out record by record."""
    cr.execute("ALTER TABLE tierslieux_booking ADD COLUMN IF NOT EXISTS is_on_invoice boolean")
    cr.execute(
        """
        UPDATE tierslieux_booking SET is_on_invoice = true
         WHERE id IN (
               SELECT line.booking_id
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                WHERE line.booking_id IS NOT NULL AND move.state != 'cancel')
        """
    )

def migrate(cr, version):
    """Departures of before the mark: what ended that day, for that reason, ended by them."""
    cr.execute(
        """
        UPDATE tierslieux_membership membership
           SET is_ended_by_departure = TRUE
          FROM res_partner partner, ir_model_data data
         WHERE partner.id = membership.partner_id
           AND partner.departure_date IS NOT NULL
           AND (membership.resign_date = partner.departure_date
                OR membership.is_cancelled AND membership.resign_date IS NULL)
           AND data.model = 'tierslieux.resign.reason'
           AND data.res_id = membership.resign_reason_id
           AND data.module = 'tierslieux_membership'
           AND data.name = 'resign_reason_' || partner.departure_kind
        """
    )

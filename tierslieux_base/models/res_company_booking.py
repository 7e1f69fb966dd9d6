from odoo import fields, models


class ResCompany(models.Model):
    """What an association chooses about the messages and delays of its bookings."""

    _inherit = "res.company"

    booking_mails = fields.Boolean(
        string="Write to those who book",
        default=True,
        help="A message when a booking is confirmed, moved or cancelled, with a calendar file.",
    )
    booking_reminder_hours = fields.Integer(
        string="Reminder (hours before)", default=24, help="0: no reminder."
    )
    wait_offer_hours = fields.Integer(
        string="A freed slot is kept (hours)",
        default=12,
        help="How long a freed slot is kept for the first person of the waiting list, before it"
        " is offered to the next one.",
    )

    _booking_hours_check = models.Constraint(
        "CHECK(booking_reminder_hours >= 0 AND wait_offer_hours > 0)",
        "A reminder cannot be after the start, and an offer must hold for an hour at least.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    booking_mails = fields.Boolean(related="company_id.booking_mails", readonly=False)
    booking_reminder_hours = fields.Integer(
        related="company_id.booking_reminder_hours", readonly=False
    )
    wait_offer_hours = fields.Integer(related="company_id.wait_offer_hours", readonly=False)

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

    trust_new_hours = fields.Float(
        string="Hours booked ahead, before a first Payment",
        default=16.0,
        help="Hours to come that somebody who has never paid may have booked online, all their"
        " bookings together. 0: no limit.",
    )
    trust_new_days = fields.Integer(
        string="Days ahead, before a first Payment",
        default=30,
        help="How far ahead somebody who has never paid may book online. 0: no limit.",
    )

    _booking_hours_check = models.Constraint(
        "CHECK(booking_reminder_hours >= 0 AND wait_offer_hours > 0)",
        "A reminder cannot be after the start, and an offer must hold for an hour at least.",
    )
    _booking_trust_check = models.Constraint(
        "CHECK(trust_new_hours >= 0 AND trust_new_days >= 0)",
        "A limit of what is booked before it is paid cannot be negative; 0 means without limit.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    booking_mails = fields.Boolean(related="company_id.booking_mails", readonly=False)
    booking_reminder_hours = fields.Integer(
        related="company_id.booking_reminder_hours", readonly=False
    )
    wait_offer_hours = fields.Integer(related="company_id.wait_offer_hours", readonly=False)

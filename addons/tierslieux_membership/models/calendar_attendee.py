from odoo import fields, models


class CalendarAttendee(models.Model):
    """The secret by which somebody answers an invitation is theirs: nobody else reads it."""

    _inherit = "calendar.attendee"

    access_token = fields.Char(groups=fields.NO_ACCESS)

    def _notify_attendees(self, mail_template, *args, **kwargs):
        # sudo: the e-mail to each attendee holds their own secret
        return super(CalendarAttendee, self.sudo())._notify_attendees(
            mail_template and mail_template.sudo(), *args, **kwargs
        )

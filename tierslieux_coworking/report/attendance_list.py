from odoo import api, fields, models
from odoo.tools import format_date, format_time


class ReportAttendanceList(models.AbstractModel):
    """Values of the attendance list of teleworkers: a page each, a line a day, boxes to sign."""

    _name = "report.tierslieux_coworking.report_attendance_list"
    _inherit = ["tierslieux.document"]
    _description = "Attendance List of a Teleworker"

    @api.model
    def _get_report_values(self, docids, data=None):
        wizards = self._get_printed(docids)
        wizards.subscription_ids.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": wizards._name,
            "docs": wizards,
            "get_sheets": self._prepare_sheets,
        }

    @api.model
    def _prepare_sheets(self, wizard):
        """One sheet per teleworker of the subscriptions chosen.

        :return: list of dict ``subscription``, ``partner``, ``place``, ``month`` (in words),
            ``rows`` (``_prepare_row``), ``total`` (days, in words), ``agreement`` (the sentence)
        """
        first, last = wizard._get_bounds()
        subscriptions = wizard.subscription_ids
        people = self.env["res.partner"].union(*(s._get_teleworkers() for s in subscriptions))
        days = subscriptions._get_telework_days_by_person(first, last)
        stays = subscriptions._get_telework_stays(people, first, last)
        sheets = []
        for subscription in subscriptions:
            for partner in subscription._get_teleworkers():
                own = days.get((subscription.id, partner.id), [])
                # Each in the language of the employer, who receives the list.
                local = subscription.with_context(
                    lang=subscription.employer_id.lang or self.env.lang
                )
                by_day = {}
                for stay in stays.get((partner.id, subscription.company_id.id), ()):
                    by_day.setdefault(stay.day, []).append(stay)
                sheets.append(
                    {
                        "subscription": local,
                        "partner": partner,
                        "place": self._get_places(
                            local, stays.get((partner.id, subscription.company_id.id), ())
                        ),
                        "month": format_date(local.env, first, date_format="MMMM y"),
                        "rows": [
                            self._prepare_row(local, day, count, by_day.get(day, ()))
                            for day, count in own
                        ],
                        "total": local.env["tierslieux.credit.type"]._format_number(
                            sum(count for _day, count in own)
                        ),
                        "agreement": local._get_agreement_note(own),
                        "issued": self._get_issued(local),
                    }
                )
        return sheets

    @api.model
    def _prepare_row(self, subscription, day, count, stays):
        """A day: its date in words, hours of arrival and departure, half or whole."""
        env = subscription.env
        hours = ""
        if stays:
            begin = stays[0]._to_local(min(stay.checkin_at for stay in stays)).time()
            end = stays[0]._to_local(max(stay.checkout_at for stay in stays)).time()
            hours = env._(
                "%(begin)s to %(end)s",
                begin=format_time(env, begin, time_format="short"),
                end=format_time(env, end, time_format="short"),
            )
        return {
            "day": format_date(env, day, date_format="EEEE d MMMM"),
            "hours": hours or env._("Booking kept"),
            "count": env._("Day") if count >= 1 else env._("Half-day"),
        }

    @api.model
    def _get_places(self, subscription, stays):
        """Where they were: the places of their stays, else that of the subscription."""
        names = dict.fromkeys(stay.place_id.name for stay in stays)
        return ", ".join(names) or subscription.place_id.name or subscription.company_id.name

    @api.model
    def _get_issued(self, subscription):
        env, company = subscription.env, subscription.company_id
        today = format_date(env, fields.Date.context_today(subscription))
        if company.city:
            return env._("Issued in %(city)s on %(date)s.", city=company.city, date=today)
        return env._("Issued on %(date)s.", date=today)

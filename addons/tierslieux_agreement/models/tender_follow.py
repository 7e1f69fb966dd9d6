from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieux_base.models.home import Wait
from odoo.addons.tierslieux_base.tools.plain_text import text_to_html

from ..tools.tender import SOON_DAYS

FILE_TODO = "tierslieux_agreement.activity_type_tender_file"
# So many days before a file is wanted, who prepares it is told.
TOLD_DAYS = 7


class TierslieuxTenderDocument(models.Model):
    """Who prepares a file is told before it is wanted: once, however often the job runs."""

    _inherit = "tierslieux.tender.document"

    @api.model
    def _get_to_tell_domain(self):
        today = self.env["agreement"]._get_local_day()
        return (
            Domain("state", "!=", "ready")
            & Domain("user_id", "!=", False)
            & Domain("told_at", "=", False)
            & Domain("due_on", "<=", today + timedelta(days=TOLD_DAYS))
            & Domain("lead_id.tender_submitted_at", "=", False)
            & Domain("lead_id.tender_outcome", "=", False)
            & Domain("lead_id.active", "=", True)
        )

    @api.model
    def _cron_tell(self):
        cron = self.env["ir.cron"]
        wanted = self._get_to_tell_domain()
        documents = self.search(wanted)
        cron._commit_progress(remaining=len(documents))
        for document in documents:
            document = document.try_lock_for_update().filtered_domain(wanted)
            if document:
                document._tell()
            if not cron._commit_progress(1):
                return

    def _tell(self):
        """A to-do on the tender for who prepares this file."""
        self.ensure_one()
        # Who has left the house reads no to-do: whoever follows the tender does then.
        user = self.user_id.filtered("active") or self.lead_id.user_id.filtered("active")
        if not user:
            return
        lead = self.lead_id.with_context(lang=user.lang or self.env.lang)
        self.activity_id = lead.activity_schedule(
            FILE_TODO,
            date_deadline=self.due_on,
            summary=lead.env._("To prepare: %(file)s", file=self.name),
            note=text_to_html(
                lead.env._(
                    "For « %(tender)s ». Add the file on the page « Files » and say that it is"
                    " ready.",
                    tender=lead.name,
                )
            ),
            user_id=user.id,
        )
        self.told_at = fields.Datetime.now()


class TierslieuxHome(models.AbstractModel):
    """Tenders on the home: what is to be handed in soon."""

    _inherit = "tierslieux.home"

    @api.model
    def _get_home_waits(self):
        waits = super()._get_home_waits()
        if not self.env.user.has_group("tierslieux_base.group_manager"):
            return waits
        Lead = self.env["crm.lead"]
        near = Lead._get_near_tenders_domain(SOON_DAYS)
        return [
            *waits,
            Wait(
                self.env._("Tenders to hand in within %s days", SOON_DAYS),
                "fa-gavel",
                Lead.search_count(near),
                "tierslieux_agreement.tender_action",
                sequence=64,
                domain=list(near),
            ),
        ]

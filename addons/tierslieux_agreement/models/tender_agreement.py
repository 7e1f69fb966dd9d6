from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard

from .agreement_price import MONEY_READERS
from .tender import TENDER_READERS

_lt = LazyTranslate(__name__)
WON = {"tender_id", "awarded_amount"}


class Agreement(models.Model):
    """The tender that it was won by, and what was asked for then."""

    _inherit = "agreement"

    tender_id = fields.Many2one(
        "crm.lead",
        string="Tender Won",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=TENDER_READERS,
    )
    awarded_amount = fields.Monetary(
        string="Amount Won",
        readonly=True,
        copy=False,
        groups=MONEY_READERS,
        help="Of the lots that were won. What is invoiced when is written on the page « Money ».",
    )

    _tender_uniq = models.Constraint(
        "unique(tender_id)", "This tender has become an agreement already: open that one."
    )

    @api.model
    def _get_guard_names(self):
        return super()._get_guard_names() | WON

    @api.model
    def _get_guards(self):
        guard = Guard(
            WON,
            sentence=_lt(
                "%(fields)s of « %(record)s »: use the button « Make the Agreement » of the tender."
            ),
        )
        return (*super()._get_guards(), guard)

    def action_open_tender(self):
        """The tender that it was won by."""
        self.ensure_one()
        return self.tender_id.get_formview_action()

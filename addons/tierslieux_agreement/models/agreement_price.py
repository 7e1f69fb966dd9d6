from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..tools.rhythm import Price, get_instalments
from .agreement_duty import RHYTHMS
from .agreement_part import SIGNED_SENTENCE

_lt = LazyTranslate(__name__)

DIRECTIONS = [("in", "They pay us"), ("out", "We pay them")]
BASES = [("fixed", "Fixed"), ("indexed", "Indexed"), ("presence", "By presence day held")]
PRORATAS = [("whole", "Whole periods"), ("days", "By days")]
# What its signers signed, as the contract says it: it changes by an amendment from then on.
PRICE_TERMS = (
    "name",
    "direction",
    "partner_id",
    "basis",
    "index_id",
    "amount",
    "rhythm",
    "prorata",
    "arrears",
    "date_start",
    "date_end",
)
# What an invoice was made by: a new line begins where this one ends.
INVOICED_TERMS = frozenset(PRICE_TERMS) - {"name", "date_end"}
INVOICED_SENTENCE = _lt(
    "« %(record)s » was invoiced already: with the button « Amend » of the agreement, give it a"
    " last day, and add a line for what is due from then on (%(fields)s)."
)
# Who sees what is paid, and who sets it off.
MONEY_READERS = (
    "tierslieux_base.group_coordinator,tierslieux_base.group_treasurer,tierslieux_base.group_board"
)
TREASURERS = ("tierslieux_base.group_manager", "tierslieux_base.group_treasurer")


class TierslieuxAgreementPrice(models.Model):
    """What is paid under an agreement, by them or by us: how much, how often, from when to when.

    Its instalments are worked out from it (``tools/rhythm.py``) and written down when they fall
    due, once each.
    """

    _name = "tierslieux.agreement.price"
    _description = "Price under an Agreement"
    _inherit = ["tierslieux.agreement.part", "analytic.mixin"]
    _order = "agreement_id, date_start, id"
    _part_terms = PRICE_TERMS

    agreement_id = fields.Many2one("agreement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    # Stored: a pivot of amounts looks up the rate of each line.
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True)
    name = fields.Char(string="What for", required=True)
    direction = fields.Selection(DIRECTIONS, required=True, default="in")
    partner_id = fields.Many2one(
        "res.partner",
        string="With",
        ondelete="restrict",
        help="Empty: the main partner of the agreement.",
    )
    basis = fields.Selection(BASES, required=True, default="fixed")
    amount = fields.Monetary(required=True, help="Of each instalment, or of each presence day.")
    rhythm = fields.Selection(RHYTHMS, required=True, default="yearly")
    arrears = fields.Boolean(string="Paid Afterwards", help="When its period is over.")
    prorata = fields.Selection(
        PRORATAS,
        string="First and Last Period",
        required=True,
        default="whole",
        help="By days: periods are calendar months, quarters and years, and the first and the last"
        " one cost their share of days. Whole periods: counted from the first day, each costs the"
        " whole amount.",
    )
    date_start = fields.Date(string="From", copy=False, help="Empty: with the agreement.")
    date_end = fields.Date(
        string="Until", copy=False, help="Last day; empty: as long as the agreement runs."
    )
    index_id = fields.Many2one(
        "tierslieux.agreement.index", ondelete="restrict", index="btree_not_null"
    )
    product_id = fields.Many2one(
        "product.product", ondelete="restrict", help="Says the account it is booked in."
    )
    tax_ids = fields.Many2many(
        "account.tax", string="Taxes", domain="[('company_id', 'parent_of', company_id)]"
    )
    pause_ids = fields.One2many("tierslieux.agreement.pause", "price_id", string="Pauses")
    instalment_ids = fields.One2many(
        "tierslieux.agreement.instalment", "price_id", string="Instalments", readonly=True
    )
    is_paused = fields.Boolean(string="Paused", compute="_compute_is_paused")

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A price cannot end before it begins: see its two dates.",
    )
    _year_likely = models.Constraint(
        "CHECK(date_start >= '1990-01-01')", "This price began before 1990: see its year."
    )
    _amount_positive = models.Constraint("CHECK(amount >= 0)", "What is paid is not below zero.")
    _index_needed = models.Constraint(
        "CHECK(basis <> 'indexed' OR index_id IS NOT NULL)",
        "Say by which index this price rises.",
    )

    @api.model
    def _get_guards(self):
        invoiced = Guard(INVOICED_TERMS, when="_has_invoices", sentence=INVOICED_SENTENCE)
        signed = Guard(set(PRICE_TERMS), when="_is_signed", sentence=SIGNED_SENTENCE)
        moved = Guard({"agreement_id"}, when="_is_made")
        return (*super()._get_guards(), invoiced, signed, moved)

    def _has_invoices(self, _name=None, _value=None):
        # sudo: whether there are any, and no more
        return bool(self) and bool(self.sudo().instalment_ids.move_id)

    @api.depends("company_id")
    def _compute_currency_id(self):
        for price in self:
            price.currency_id = (price.company_id or self.env.company).currency_id

    @api.depends("pause_ids.date_from", "pause_ids.date_to")
    def _compute_is_paused(self):
        today = self.env["agreement"]._get_local_day()
        for price in self:
            price.is_paused = any(
                pause.date_from <= today and (not pause.date_to or today <= pause.date_to)
                for pause in price.pause_ids
                if pause.date_from
            )

    # -- what was signed -----------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        if self._has_invoices():
            raise UserError(
                self.env._("This price was invoiced: it stays. Give it a last day instead.")
            )

    def unlink(self):
        self.check_access("unlink")
        self._check_unsigned()
        # sudo: what is not invoiced follows from the price, which the user may delete
        self.sudo().instalment_ids.filtered(lambda line: not line.move_id).unlink()
        return super().unlink()

    def _check_amendable(self, changed):
        if not self._has_invoices():
            return
        names = INVOICED_TERMS & set(changed or ())
        if names:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
            # What a lazy sentence names is put in once it is translated.
            sentence = self.env._(INVOICED_SENTENCE)
            raise UserError(sentence % {"record": self.name, "fields": ", ".join(labels)})

    def _get_term_label(self):
        return self.env._("Price: %s", self.name)

    def _describe_term(self):
        """The price in words: « 300 € every month, from 01/03/2026 »."""
        self.ensure_one()

        def label(name):
            return dict(self._fields[name]._description_selection(self.env))[self[name]]

        agreement = self.agreement_id
        parts = [
            label("direction"),
            f"{self.currency_id.format(self.amount)} ({label('rhythm')}, {label('basis')})",
            label("prorata"),
        ]
        if self.index_id:
            parts.append(self.index_id.name)
        if self.partner_id:
            parts.append(self.partner_id.name)
        if self.arrears:
            parts.append(self._fields["arrears"]._description_string(self.env))
        parts.append(
            f"{agreement._format_day(self.date_start or agreement.start_date)} –"
            f" {agreement._format_day(self.date_end)}"
        )
        return "; ".join(parts)

    def _get_start(self):
        """Its first day: that of the agreement, where it says none; False for none at all."""
        self.ensure_one()
        return self.date_start or self.agreement_id.start_date

    # -- pause ---------------------------------------------------------------------------

    def action_pause(self):
        """From today on nothing falls due, until it goes on."""
        self._check_treasurer()
        for price in self.filtered(lambda p: not p.is_paused):
            price.pause_ids.create(
                {"price_id": price.id, "date_from": price.agreement_id._get_local_day()}
            )
        return True

    def action_resume(self):
        """It goes on from today; what was missed is not asked for, unless somebody says so."""
        self._check_treasurer()
        for price in self:
            today = price.agreement_id._get_local_day()
            for pause in price.pause_ids.filtered(lambda p: not p.date_to):
                if pause.date_from >= today:
                    pause.unlink()
                else:
                    pause.date_to = fields.Date.subtract(today, days=1)
        return True

    def _check_treasurer(self):
        check_groups(
            self.env,
            *TREASURERS,
            sentence=_lt("Only a manager or the treasurer deals with what is paid: ask one."),
        )
        self.check_access("write")

    # -- instalments ---------------------------------------------------------------------

    def _get_price(self, without_pauses=False):
        """The :class:`Price` of one line: it ends with its agreement."""
        self.ensure_one()
        ends = [day for day in (self.date_end, self.agreement_id.final_end) if day]
        return Price(
            amount=Decimal(str(self.amount)),
            rhythm=self.rhythm,
            start=self._get_start(),
            end=min(ends, default=None),
            arrears=self.arrears or self.basis == "presence",
            rises=tuple((rate.date, Decimal(str(rate.percent))) for rate in self.index_id.rate_ids)
            if self.basis == "indexed"
            else (),
            pauses=tuple((p.date_from, p.date_to or None) for p in self.pause_ids),
            by_days=self.prorata == "days" and self.basis != "presence",
        )

    def _ensure_instalments(self):
        """Write down what has fallen due, once each; what is not invoiced yet follows its index."""
        Instalment = self.env["tierslieux.agreement.instalment"]
        for price in self.filtered(lambda p: p._get_start()):
            dues = get_instalments(price._get_price(), price.agreement_id._get_local_day())
            starts = {due.start for due in dues}
            # What its dates no longer give, and nobody has invoiced or left out, is not asked for.
            price.instalment_ids.filtered(
                lambda line, s=starts: line.state == "todo" and line.period_start not in s
            ).unlink()
            known = {line.period_start: line for line in price.instalment_ids}
            values = []
            for due in dues:
                line = known.get(due.start)
                if line and line.move_id:
                    continue
                quantity = 1.0
                if price.basis == "presence":
                    quantity = price.agreement_id._get_given_hours(due.start, due.end)[1]
                amounts = {"price_unit": float(due.amount), "quantity": quantity}
                if line:
                    line.write({**amounts, "period_end": due.end, "date": due.due})
                    continue
                values.append(
                    {
                        "price_id": price.id,
                        "period_start": due.start,
                        "period_end": due.end,
                        "date": due.due,
                        "is_skipped": due.is_paused,
                        **amounts,
                    }
                )
            Instalment.create(values)


class TierslieuxAgreementPause(models.Model):
    """Some days on which a price does not fall due."""

    _name = "tierslieux.agreement.pause"
    _description = "Pause of a Price"
    _order = "date_from, id"

    price_id = fields.Many2one(
        "tierslieux.agreement.price", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="price_id.company_id", store=True, index=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", help="Last day; empty: until it goes on.")

    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A pause cannot end before it begins."
    )


class TierslieuxAgreementIndex(models.Model):
    """What prices rise by: an index with its dates."""

    _name = "tierslieux.agreement.index"
    _description = "Index of Prices"
    _order = "name, id"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", index=True, default=lambda self: self.env.company)
    rate_ids = fields.One2many("tierslieux.agreement.index.rate", "index_id", string="Rates")


class TierslieuxAgreementIndexRate(models.Model):
    _name = "tierslieux.agreement.index.rate"
    _description = "Rise of an Index"
    _order = "date desc"
    _rec_name = "date"

    index_id = fields.Many2one(
        "tierslieux.agreement.index", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="index_id.company_id", store=True, index=True)
    date = fields.Date(string="From", required=True)
    percent = fields.Float(string="Rise (%)", required=True, digits=(8, 4))

    _date_uniq = models.Constraint(
        "unique(index_id, date)", "This index has a rise on that day already: correct that one."
    )

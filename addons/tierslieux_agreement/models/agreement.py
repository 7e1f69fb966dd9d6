from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import Guard
from odoo.addons.tierslieux_base.models.res_users import NOTE_GROUPS
from odoo.addons.tierslieux_base.tools.readers import PLACES, TEAM

from ..tools.periods import find_overlap

_lt = LazyTranslate(__name__)

# What its signers signed: it changes by an amendment from then on.
TERMS = (
    "name",
    "agreement_type_id",
    "partner_id",
    "start_date",
    "end_date",
    "renewal",
    "renewal_months",
    "renewal_most",
    "notice_count",
    "notice_unit",
    "purpose",
    "body",
)
# What its life writes: buttons, windows and jobs.
LIFE = {
    "signature_date",
    "version",
    "notice_date",
    "notice_party_id",
    "notice_reason",
    "stop_date",
    "cancelled_on",
    "decided_for",
    "alerted_for",
    "deputy_alerted_for",
}
# Whose it is, and that it is no template: who reads it and who invoices follow from these.
KEPT = {"company_id", "is_template"}
GUARDS = (
    Guard(KEPT, when="_is_signed"),
    Guard(
        LIFE,
        sentence=_lt(
            "%(fields)s of « %(record)s »: use the buttons « Signed », « Give Notice », « Amend »…"
        ),
    ),
    Guard(
        set(TERMS),
        when="_is_signed",
        sentence=_lt(
            "« %(record)s » is signed: what its parties agreed (%(fields)s) changes by an"
            " amendment. Use the button « Amend »."
        ),
    ),
)


class Agreement(models.Model):
    """An agreement with partners: what was agreed, with whom, for where and how long.

    Its periods are worked out when they are asked (``agreement_period.py``); its life is in
    ``agreement_life.py``, what follows it up in ``agreement_follow.py``.
    """

    _name = "agreement"
    _inherit = ["agreement", "tierslieux.guarded.mixin", "analytic.mixin"]
    _order = "code desc, id desc"
    _rec_names_search = ["code", "name", "partner_id"]
    _guards_readonly = False

    code = fields.Char(default=lambda self: self._default_code(), copy=False)
    # Fields that lead to records of ours: for who may read those.
    party_ids = fields.One2many(
        "tierslieux.agreement.party", "agreement_id", string="Parties", groups=TEAM
    )
    place_ids = fields.Many2many("tierslieux.place", string="Places", groups=PLACES, copy=False)
    programme_ids = fields.Many2many(
        "account.analytic.account",
        "tierslieux_agreement_programme_rel",
        string="Programmes",
        copy=False,
        domain="[('root_plan_id', '=', programme_plan_id)]",
        groups=TEAM,
    )
    programme_plan_id = fields.Many2one(
        "account.analytic.plan", compute="_compute_programme_plan_id", compute_sudo=True
    )
    start_date = fields.Date(copy=False)
    end_date = fields.Date(copy=False)
    purpose = fields.Text(string="Subject", help="What it is about, in a few sentences.")
    note = fields.Text(string="Notes", groups=NOTE_GROUPS, copy=False, help="For the team.")
    renewal = fields.Selection(
        [("none", "Ends on its last day"), ("tacit", "Renews itself")],
        required=True,
        default="none",
    )
    renewal_months = fields.Integer(string="Renewed for (months)", default=12)
    renewal_most = fields.Integer(
        string="Renewed at Most (times)", help="0: as often as nobody gives notice."
    )
    notice_count = fields.Integer(string="Notice", default=0)
    notice_unit = fields.Selection(
        [("months", "months"), ("days", "days")], required=True, default="months"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        index="btree_not_null",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    deputy_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Told when nothing is decided shortly before the last day to give notice.",
    )
    overlap_warning = fields.Char(compute="_compute_overlap_warning", groups=TEAM)

    _dates_ordered = models.Constraint(
        "CHECK(end_date IS NULL OR start_date IS NULL OR end_date >= start_date)",
        "An agreement cannot end before it begins: see its two dates.",
    )
    _counts_positive = models.Constraint(
        "CHECK(renewal_months >= 0 AND renewal_most >= 0 AND notice_count >= 0)",
        "Months of renewal and notice are not below zero.",
    )
    _renewal_complete = models.Constraint(
        # A draft may wait for its dates: a copy begins without any.
        "CHECK(renewal <> 'tacit' OR renewal_months > 0"
        " AND (end_date IS NOT NULL OR signature_date IS NULL))",
        "An agreement that renews itself needs its first end, and for how many months.",
    )

    @api.model
    def _default_code(self):
        return self.env["ir.sequence"].next_by_code("agreement") or "/"

    @api.model
    def _get_guard_names(self):
        """What we guard of OCA's model."""
        return {*LIFE, *TERMS, *KEPT}

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), *GUARDS)

    def _is_signed(self, _name=None, _value=None):
        return bool(self and self.signature_date)

    def _compute_programme_plan_id(self):
        self.programme_plan_id = self.env.ref(
            "tierslieux_base.analytic_plan_programme", raise_if_not_found=False
        )

    # -- create, write -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._add_main_parties()
        return agreements

    def write(self, vals):
        before = {a: a._get_terms() for a in self} if vals.keys() & set(TERMS) else {}
        result = super().write(vals)
        if vals.get("signature_date"):
            self._fix_price_starts()
        if vals.get("partner_id"):
            self._add_main_parties()
        if "place_ids" in vals:  # the text names them
            self._void_documents()
        for agreement, terms in before.items():
            if agreement._get_terms() != terms:
                agreement._void_documents()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for agreement in self:
            # sudo: whether anything was signed, and no more
            if agreement.signature_date or agreement.sudo().document_ids:
                raise UserError(
                    self.env._(
                        "%(agreement)s was signed, or was to be: it stays. Archive it instead.",
                        agreement=agreement.display_name,
                    )
                )
        # sudo: what a draft says goes with it, for who may delete it
        self.sudo().duty_ids.unlink()
        self.sudo().price_ids.unlink()

    def copy_data(self, default=None):
        default = dict(default or {})
        # OCA gives the copy the code of its model: a new agreement has a number of its own.
        if not default.get("code") or default["code"].startswith(self[:1].code or "-"):
            default["code"] = self._default_code()
        return super().copy_data(default)

    def copy(self, default=None):
        """A draft with the same parties, places, programmes, duties and prices; what happened to
        the first one (dates, signatures, proofs, invoices) stays with it."""
        copies = self.browse()
        for agreement in self:
            copy = super(Agreement, agreement).copy(default)
            copy._copy_parts(agreement)
            copies += copy
        return copies

    def _copy_parts(self, agreement):
        """Bring along the parts of another agreement, which the user may read and copy."""
        # sudo: what was agreed there becomes a draft here, nothing of it written by the client;
        # who pays what is checked by the treasurer before it is signed
        new, old = self.sudo(), agreement.sudo()
        new.programme_ids = [Command.set(old.programme_ids.ids)]
        if new.company_id == old.company_id:
            new.place_ids = [Command.set(old.place_ids.ids)]
        if old.party_ids:
            new.party_ids.unlink()
        for party in old.party_ids:
            party.copy({"agreement_id": new.id})
        new._add_main_parties()  # where the copy is for somebody else
        parties = {party.partner_id: party for party in new.party_ids}
        for duty in old.duty_ids:
            party = parties.get(duty.party_id.partner_id)
            duty.copy({"agreement_id": new.id, "party_id": party.id if party else False})
        for price in old.price_ids:
            price.copy({"agreement_id": new.id})

    def _fix_price_starts(self):
        """What is paid « with the agreement » has a day of its own once it is signed: a later
        change of the first day does not ask again for what was invoiced."""
        # sudo: it follows from the signature, whoever wrote that down
        for price in self.sudo().price_ids.filtered(lambda p: not p.date_start):
            agreement = price.agreement_id
            price.date_start = agreement.start_date or agreement.signature_date

    def _add_main_parties(self):
        """The main partner is one of the parties, whoever wrote it down."""
        # sudo: it follows from who the partner is, which the user was let write
        for agreement in self.sudo():
            partner = agreement.partner_id
            if partner and partner not in agreement.party_ids.partner_id:
                agreement.party_ids = [Command.create({"partner_id": partner.id})]

    # -- two at once ---------------------------------------------------------------------

    @api.depends(
        "agreement_type_id", "start_date", "final_end", "party_ids.partner_id", "cancelled_on"
    )
    def _compute_overlap_warning(self):
        for agreement in self:
            other = agreement._find_overlapping()[:1]
            if not other:
                agreement.overlap_warning = False
                continue
            shared = other._get_partners() & agreement._get_partners()
            agreement.overlap_warning = self.env._(
                "%(other)s is of the same kind, with %(partner)s, for some of these days"
                " (%(start)s – %(end)s). Keep both only if they say different things.",
                other=other.display_name,
                partner=", ".join(shared.mapped("name")),
                start=other._format_day(other.start_date),
                end=other._format_day(other.final_end),
            )

    def _get_partners(self):
        return self.party_ids.partner_id.commercial_partner_id._origin

    def _find_overlapping(self):
        """Others of the same kind, with one of the same parties, on some of the same days."""
        self.ensure_one()
        if not self.agreement_type_id or not self.party_ids or self.cancelled_on:
            return self.browse()
        others = self.search(
            Domain("id", "!=", self._origin.id)
            & Domain("agreement_type_id", "=", self.agreement_type_id._origin.id)
            & Domain("is_template", "=", False)
            & Domain("cancelled_on", "=", False)
            & Domain("company_id", "in", [self.company_id.id, False])
            & Domain("party_ids.partner_id.commercial_partner_id", "in", self._get_partners().ids)
        )
        return others.filtered(
            lambda other: find_overlap(
                self.start_date or None,
                self.final_end or None,
                other.start_date or None,
                other.final_end or None,
            )
        )

    # -- in words ------------------------------------------------------------------------

    def _format_day(self, day):
        return format_date(self.env, day) if day else "…"

    def _get_terms(self):
        """What its parties agreed, in words: {name of the field: (label, value)}."""
        self.ensure_one()
        terms = {}
        for name in TERMS:
            field = self._fields[name]
            value = self[name]
            if field.type == "many2one":
                value = value.sudo().display_name
            elif field.type == "selection":
                value = dict(field._description_selection(self.env)).get(value)
            elif field.type == "date":
                value = value and format_date(self.env, value)
            terms[name] = (field._description_string(self.env), str(value or ""))
        return terms

    def _get_part_terms(self):
        """The lines of what was agreed, in words: {(name of the model, id): (label, value)}."""
        self.ensure_one()
        # sudo: what stands in the contract, for the amendment that whoever may write it makes
        agreement = self.sudo()
        return {
            (part._name, part.id): (part._get_term_label(), part._describe_term())
            for parts in (agreement.party_ids, agreement.duty_ids, agreement.price_ids)
            for part in parts
        }


class AgreementType(models.Model):
    _inherit = "agreement.type"

    name = fields.Char(translate=True)
    text_id = fields.Many2one(
        "tierslieux.agreement.text",
        groups=TEAM,
        copy=False,
        help="The text that contracts of this kind begin with.",
    )

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

SIGNED_SENTENCE = _lt(
    "The agreement of « %(record)s » is signed: what its parties agreed (%(fields)s) changes by an"
    " amendment. Open the agreement and use the button « Amend »."
)


class TierslieuxAgreementPart(models.AbstractModel):
    """A line of what is agreed: a party, a duty, a price.

    While it is a draft each change makes void what waits for signatures; once it is signed they
    come, change and go by an amendment alone.
    """

    _name = "tierslieux.agreement.part"
    _description = "Part of what is agreed"
    _inherit = ["tierslieux.guarded.mixin"]

    # The fields that are in the text that was signed.
    _part_terms = ()

    # For the screens, which close what an amendment alone changes.
    is_signed = fields.Boolean(string="Signed", compute="_compute_is_signed", compute_sudo=True)

    def _compute_is_signed(self):
        for part in self:
            part.is_signed = part._is_signed()

    def _is_signed(self, _name=None, _value=None):
        # sudo: whether it is signed, and no more
        return bool(self) and any(self.sudo().agreement_id.mapped("signature_date"))

    def _is_made(self, _name, _value):
        return bool(self)

    def _check_unsigned(self):
        """:raise UserError: when somebody adds to a signed agreement, or takes from it, by hand"""
        if self.env.su:
            return
        for part in self:
            if part._is_signed():
                raise UserError(
                    self.env._(
                        "%(agreement)s is signed: « %(part)s » comes or goes by an amendment. Open"
                        " the agreement and use the button « Amend ».",
                        agreement=part.agreement_id.display_name,
                        part=part.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_unsigned()
        parts.agreement_id._void_documents()
        return parts

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {*self._part_terms, "agreement_id"}:
            self.agreement_id._void_documents()
        return result

    def unlink(self):
        self._check_unsigned()
        agreements = self.agreement_id
        result = super().unlink()
        agreements.exists()._void_documents()
        return result

    # -- amendments ----------------------------------------------------------------------

    def _apply_amendment(self, agreement, values):
        """Add this line to an agreement, change it, or take it out, as its parties agreed.

        :param values: None to take it out; a line that is empty is added
        """
        if not self:
            self._create_facts([{**values, "agreement_id": agreement.id}])
            return
        self.ensure_one()
        if self.agreement_id != agreement:
            raise UserError(self.env._("This line is of another agreement: open it again."))
        if values is None:
            self.check_access("unlink")
            self._check_amendable(None)
            # sudo: an amendment takes out what is signed; the right to delete it was checked
            self.sudo().unlink()
            return
        changed = {n: v for n, v in values.items() if not self._has_value(n, v)}
        if changed:
            self._check_amendable(changed)
            self._write_facts(changed)

    def _check_amendable(self, changed):
        """:raise UserError: when something came of the line that the change would rewrite

        :param changed: {field: value}, None when it is taken out
        """

    # -- in words ------------------------------------------------------------------------

    def _get_term_label(self):
        """What an amendment calls this line; each model says how."""
        raise NotImplementedError

    def _describe_term(self):
        """What was agreed of it, in words; each model says how."""
        raise NotImplementedError

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.tierslieux_base.models.once_mixin import take_turn
from odoo.addons.tierslieux_base.tools.readers import TEAM

from ..tools.tender import get_outcome
from .tender import TENDER_READERS

OUTCOMES = [
    ("won", "Won"),
    ("lost", "Lost"),
    ("void", "Called off by the buyer"),
    ("given_up", "Given up, not handed in"),
]
# The kind of agreement that a tender which was won becomes; a partnership may be any.
AGREEMENT_TYPES = {
    "public": "tierslieux_agreement.type_contract_won",
    "private": "tierslieux_agreement.type_contract_won",
    "call": "tierslieux_agreement.type_funding",
}


class CrmLead(models.Model):
    """What happens to a tender: handed in, won, lost, called off, given up; then an agreement."""

    _inherit = "crm.lead"

    tender_submitted_at = fields.Datetime(string="Submitted at", readonly=True, copy=False)
    tender_submitted_by_id = fields.Many2one(
        "res.users", string="Submitted by", readonly=True, copy=False
    )
    tender_receipt_file = fields.Binary(
        string="Receipt", attachment=True, readonly=True, copy=False, groups=TENDER_READERS
    )
    tender_receipt_filename = fields.Char(
        string="Name of the Receipt", readonly=True, copy=False, groups=TENDER_READERS
    )
    tender_late_reason = fields.Text(
        string="Why after the Deadline", readonly=True, copy=False, groups=TENDER_READERS
    )
    tender_outcome = fields.Selection(
        OUTCOMES, string="Result", readonly=True, copy=False, index="btree_not_null"
    )
    tender_decided_on = fields.Date(string="Decided on", readonly=True, copy=False)
    tender_agreement_ids = fields.One2many(
        "agreement", "tender_id", string="Agreement", readonly=True, groups=TEAM
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted_tender(self):
        for lead in self.filtered("tender_kind"):
            if lead.tender_submitted_at:
                raise UserError(
                    self.env._(
                        "« %s » was handed in: it stays, and counts in the figures.",
                        lead.display_name,
                    )
                )

    # -- buttons -------------------------------------------------------------------------

    def action_tender_submit(self):
        """It was handed in: opens the window for when, the receipt, and what is missing."""
        return self._open_tender_window("tierslieux.tender.submit", self.env._("Submitted"))

    def action_tender_decide(self):
        """What became of it: opens the window, lot by lot."""
        return self._open_tender_window("tierslieux.tender.decide", self.env._("Result"))

    def _open_tender_window(self, model, name):
        self.ensure_one()
        self._check_tender_manager()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_lead_id": self.id},
        }

    def action_tender_not_submitted(self):
        """Recorded by mistake: it is to be handed in again."""
        self._check_tender_manager()
        take_turn(self)
        for lead in self.filtered("tender_submitted_at"):
            if lead.tender_outcome or lead._has_decided_lots():
                raise UserError(
                    self.env._("« %s » has a result: take that back first.", lead.display_name)
                )
            lead._write_facts(
                {
                    "tender_submitted_at": False,
                    "tender_submitted_by_id": False,
                    "tender_receipt_file": False,
                    "tender_receipt_filename": False,
                    "tender_late_reason": False,
                    **lead._get_stage_vals("preparing"),
                }
            )
            lead.message_post(body=self.env._("Not submitted after all: recorded by mistake."))
        return True

    def action_tender_undecide(self):
        """The result was recorded by mistake: it is to be decided again."""
        self._check_tender_manager()
        take_turn(self)
        for lead in self.filtered(lambda lead: lead.tender_outcome or lead._has_decided_lots()):
            # sudo: whether an agreement was made of it and goes on, and no more
            agreement = (
                lead.sudo()
                .with_context(active_test=False)
                .tender_agreement_ids.filtered(lambda agreement: not agreement.cancelled_on)[:1]
            )
            if agreement:
                raise UserError(
                    self.env._(
                        "« %(tender)s » has become the agreement %(agreement)s: delete that draft,"
                        " or give it up, first.",
                        tender=lead.display_name,
                        agreement=agreement.code,
                    )
                )
            # sudo: facts of its lots; that a manager may write the tender was checked
            lead.sudo().tender_lot_ids.write(
                {"state": "waiting", "decided_on": False, "lost_reason_id": False}
            )
            stage = "submitted" if lead.tender_submitted_at else "preparing"
            lead._write_facts(
                {
                    "tender_outcome": False,
                    "tender_decided_on": False,
                    "lost_reason_id": False,
                    "active": True,
                    **lead._get_stage_vals(stage),
                }
            )
            lead.message_post(body=self.env._("The result was taken back."))
        return True

    def _has_decided_lots(self):
        return any(lot.state != "waiting" for lot in self.sudo().tender_lot_ids)  # sudo: whether

    def _get_stage_vals(self, name):
        stage = self._get_tender_stage(name)
        return {"stage_id": stage.id} if stage else {}

    # -- handed in -----------------------------------------------------------------------

    def _submit_tender(self, moment, receipt=None, late_reason=None):
        """Write down that it was handed in.

        :param moment: naive UTC
        :param receipt: (name of the file, content), or None
        :raise UserError: after the deadline without a reason, in the future, or a second time
        """
        self.ensure_one()
        self._check_tender_manager()
        take_turn(self)
        if self.tender_submitted_at or self.tender_outcome:
            raise UserError(
                self.env._("« %s » was handed in or decided already.", self.display_name)
            )
        if moment > fields.Datetime.now():
            raise UserError(
                self.env._("It is written down once it was handed in, not before: see the hour.")
            )
        late = bool(self.tender_deadline) and moment > self.tender_deadline
        if late and not (late_reason or "").strip():
            raise UserError(
                self.env._(
                    "The deadline of « %(tender)s » was %(deadline)s. If it was accepted all the"
                    " same (put off, platform out of order…), say why.",
                    tender=self.display_name,
                    deadline=self._format_tender_time(self.tender_deadline),
                )
            )
        vals = {
            "tender_submitted_at": moment,
            "tender_submitted_by_id": self.env.uid,
            "tender_late_reason": late_reason if late else False,
            **self._get_stage_vals("submitted"),
        }
        if receipt:
            vals["tender_receipt_filename"] = receipt[0]
            vals["tender_receipt_file"] = base64.b64encode(receipt[1])
        missing = self.tender_missing
        self._write_facts(vals)
        self._close_tender_todos()
        body = self.env._("Submitted at %s.", self._format_tender_time(moment))
        if missing:
            body += " " + self.env._("Missing then: %s.", missing.replace("\n", "; "))
        self.message_post(body=body)

    def _close_tender_todos(self):
        # sudo: to-dos of others for its files, which nobody waits for any more
        self.sudo().tender_document_ids.activity_id.filtered("active").unlink()

    # -- decided -------------------------------------------------------------------------

    def _decide_tender(self, day, outcome=None, reason=None, lots=None):
        """Write down what became of it: of each lot that is told, or of the whole.

        :param outcome: a key of ``OUTCOMES``, for what has no lots or was never handed in
        :param reason: crm.lost.reason, why it was lost
        :param lots: {lot: (state, crm.lost.reason)}
        """
        self.ensure_one()
        self._check_tender_manager()
        take_turn(self)
        reason = reason or self.env["crm.lost.reason"]
        self._check_decision(day, outcome, reason, lots)
        for lot, (state, lot_reason) in (lots or {}).items():
            # What was decided on another day keeps its day.
            if lot.state != state or (state == "lost" and lot.lost_reason_id != lot_reason):
                lot._write_facts(
                    {
                        "state": state,
                        "decided_on": day,
                        "lost_reason_id": lot_reason.id if state == "lost" else False,
                    }
                )
        if lots:
            bid = self.tender_lot_ids.filtered("is_bid")
            outcome = get_outcome(bid.mapped("state"))
            reason = reason or bid.lost_reason_id[:1]
        if not outcome:
            self.message_post(body=self.env._("Some lots are decided; others still wait."))
            return
        vals = {"tender_outcome": outcome, "tender_decided_on": day}
        if self.tender_kind == "partnership" and outcome != "given_up":
            # Partners agree without a file that is handed in.
            vals["tender_submitted_at"] = self.tender_submitted_at or fields.Datetime.now()
        self._write_facts(vals)
        self._close_tender_todos()
        # sudo: what its pipeline shows follows from the result, which a manager may write
        lead_sudo = self.sudo()
        if outcome == "won":
            lead_sudo.action_set_won()
        else:
            lead_sudo.action_set_lost(lost_reason_id=reason.id)
        self.message_post(
            body=self.env._(
                "Result: %s.",
                dict(self._fields["tender_outcome"]._description_selection(self.env))[outcome],
            )
        )

    def _check_decision(self, day, outcome, reason, lots):
        if self.tender_outcome:
            raise UserError(
                self.env._("« %s » is decided already: take the result back first.",
                           self.display_name)
            )  # fmt: skip
        if day > self.env["agreement"]._get_local_day():
            raise UserError(
                self.env._("A result is written down once it is known, not before: see its day.")
            )
        is_submitted = self.tender_submitted_at or self.tender_kind == "partnership"
        if not is_submitted and (lots or outcome != "given_up"):
            raise UserError(
                self.env._(
                    "« %s » was not handed in: it can be given up, and neither won nor lost. If it"
                    " was, use « Submitted » first.",
                    self.display_name,
                )
            )
        if self.tender_submitted_at and outcome == "given_up":
            raise UserError(
                self.env._("« %s » was handed in: it is won, lost or called off.",
                           self.display_name)
            )  # fmt: skip
        needs = [why for state, why in (lots or {}).values() if state == "lost"]
        needs += [reason] if outcome == "lost" else []
        if not all(needs):
            raise UserError(self.env._("Say why it was lost: the next one learns from it."))
        if any(lot.lead_id != self or not lot.is_bid for lot in lots or ()):
            raise UserError(self.env._("A result is that of a lot of this tender that we bid for."))
        self._check_lots_stay_decided(lots or {})

    def _check_lots_stay_decided(self, lots):
        """A window that somebody opened before another decided does not undo what that one said."""
        for lot, (state, _reason) in lots.items():
            if state == "waiting" and lot.state != "waiting":
                raise UserError(
                    self.env._(
                        "« %s » is decided already: open « Result » again. If it was decided by"
                        " mistake, take the result back first.",
                        lot.display_name,
                    )
                )

    # -- the agreement -------------------------------------------------------------------

    def action_make_agreement(self):
        """The agreement that a tender which was won becomes, filled in; a second tap opens the
        same."""
        self.ensure_one()
        self._check_tender_manager()
        take_turn(self)
        if self.tender_outcome != "won":
            raise UserError(
                self.env._("« %s » is not won: there is nothing to agree yet.", self.display_name)
            )
        agreement = self.env["agreement"].with_context(active_test=False).search(
            [("tender_id", "=", self.id)], limit=1
        )  # fmt: skip
        if not agreement:
            agreement = self._make_agreement()
        return agreement.get_formview_action()

    def _make_agreement(self):
        if not self.partner_id:
            raise UserError(
                self.env._("Say who the buyer or the partner of « %s » is first.",
                           self.display_name)
            )  # fmt: skip
        kind = self.env.ref(AGREEMENT_TYPES.get(self.tender_kind, ""), raise_if_not_found=False)
        won = self.tender_lot_ids.filtered(lambda lot: lot.state == "won")
        amount = sum(won.mapped("amount")) if won else self.tender_amount
        agreement = self.env["agreement"]._create_facts(
            [
                {
                    "name": self.name,
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "agreement_type_id": kind.id if kind else False,
                    "start_date": self.tender_start_on,
                    "end_date": self.tender_end_on,
                    "place_ids": [Command.set(self.tender_place_id.ids)],
                    "programme_ids": [Command.set(self.tender_programme_ids.ids)],
                    "purpose": self._get_agreement_purpose(won),
                    "user_id": (self.user_id or self.env.user).id,
                    "tender_id": self.id,
                    "awarded_amount": amount,
                }
            ]
        )
        self.message_post(
            body=self.env._("It has become the agreement %s, a draft.", agreement.code)
        )
        return agreement

    def _get_agreement_purpose(self, lots):
        lines = [self.name]
        if self.tender_reference:
            lines.append(self.env._("Reference of the buyer: %s", self.tender_reference))
        lines += [f"{lot.display_name} – {lot.currency_id.format(lot.amount)}" for lot in lots]
        return "\n".join(lines)

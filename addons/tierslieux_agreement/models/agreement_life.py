from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.tools.readers import TEAM
from odoo.addons.tierslieux_base.tools.rights import check_groups

from ..tools.periods import get_exit, get_period

_lt = LazyTranslate(__name__)

WRITERS = ("tierslieux_base.group_coordinator",)
NOT_YOURS = _lt("Only a coordinator or a manager changes an agreement: ask one of them.")


class Agreement(models.Model):
    """What happens to it: signed, amended, left, given up; each by a button, and told below."""

    _inherit = "agreement"

    version = fields.Integer(default=1, readonly=True, copy=False, help="1, then one more by each.")
    signature_date = fields.Date(string="Signed on", readonly=True, copy=False)
    notice_date = fields.Date(string="Notice Given on", readonly=True, copy=False)
    notice_party_id = fields.Many2one(
        "tierslieux.agreement.party",
        string="Notice Given by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups=TEAM,
        help="Empty: by us.",
    )
    notice_reason = fields.Text(string="Why Notice Was Given", readonly=True, copy=False)
    stop_date = fields.Date(string="Stops on", readonly=True, copy=False)
    cancelled_on = fields.Date(string="Given up on", readonly=True, copy=False)
    amendment_ids = fields.One2many(
        "tierslieux.agreement.amendment",
        "agreement_id",
        string="Amendments",
        readonly=True,
        groups=TEAM,
    )

    def _check_writer(self):
        check_groups(self.env, *WRITERS, sentence=NOT_YOURS)
        self.check_access("write")

    # -- buttons -------------------------------------------------------------------------

    def action_give_notice(self):
        """Say that it ends: opens the window, which works out when."""
        return self._open_window("tierslieux.agreement.notice", self.env._("Give Notice"))

    def action_amend(self):
        """Change what was agreed: opens the window, which keeps what it was before."""
        return self._open_window("tierslieux.agreement.amend", self.env._("Amend"))

    def action_sign_paper(self):
        """It was signed on paper: opens the window for the scan and the day."""
        return self._open_window("tierslieux.agreement.sign", self.env._("Signed on Paper"))

    def _open_window(self, model, name):
        self.ensure_one()
        self._check_writer()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_agreement_id": self.id},
        }

    def action_cancel(self):
        """Give up a draft."""
        self._check_writer()
        for agreement in self:
            if agreement.signature_date:
                raise UserError(
                    self.env._(
                        "%(agreement)s is signed: it ends by a notice, not by giving it up.",
                        agreement=agreement.display_name,
                    )
                )
            agreement._write_facts({"cancelled_on": agreement._get_local_day()})
            agreement._void_documents()
        return True

    def action_reopen(self):
        """A draft given up by mistake goes on."""
        self._check_writer()
        self._write_facts({"cancelled_on": False})
        return True

    def action_withdraw_notice(self):
        """The notice is taken back: it goes on as if nobody had given any."""
        self._check_writer()
        for agreement in self.filtered("notice_date"):
            if agreement.state == "ended":
                raise UserError(
                    self.env._(
                        "%(agreement)s has ended: make a new one.", agreement=agreement.display_name
                    )
                )
            agreement._write_facts(
                {
                    "notice_date": False,
                    "notice_party_id": False,
                    "notice_reason": False,
                    "stop_date": False,
                    # It is to decide again, and to be told again.
                    "decided_for": False,
                    "alerted_for": False,
                    "deputy_alerted_for": False,
                }
            )
            agreement.message_post(body=self.env._("The notice was taken back."))
        return True

    def action_let_renew(self):
        """Decided: it goes on for another period, and nobody is alarmed about this one."""
        self._check_writer()
        for agreement in self:
            if not agreement.notice_deadline:
                raise UserError(
                    self.env._("%(agreement)s has no end.", agreement=agreement.display_name)
                )
            agreement._write_facts({"decided_for": agreement.notice_deadline})
            agreement.activity_unlink(["tierslieux_agreement.activity_type_notice"])
            agreement.message_post(
                body=self.env._(
                    "Decided: nothing is said before %(day)s, the last day to give notice.",
                    day=agreement._format_day(agreement.notice_deadline),
                )
            )
        return True

    # -- notice --------------------------------------------------------------------------

    def _get_notice_end(self, day):
        """The day on which it ends when notice is given on ``day``; None when it ends anyway."""
        self.ensure_one()
        found = get_exit(self._get_period_terms(), day)
        return found and found.end

    def _check_notice(self, day, end):
        """:raise UserError: for a notice given after its date, or for a day that is no end"""
        self.ensure_one()
        if self.state not in ("running", "signed"):
            raise UserError(
                self.env._(
                    "%(agreement)s does not run: there is no notice to give.",
                    agreement=self.display_name,
                )
            )
        if day > self._get_local_day():
            raise UserError(
                self.env._("A notice is written down once it is given, not before: see its date.")
            )
        first = self._get_notice_end(day)
        if first is None:
            raise UserError(
                self.env._(
                    "The last day to give notice was %(last)s. It ends by itself on %(end)s.",
                    last=self._format_day(self.notice_deadline),
                    end=self._format_day(self.final_end),
                )
            )
        if end and end >= first:
            return
        if not end:
            raise UserError(
                self.env._("Say when it ends: %s at the soonest.", self._format_day(first))
            )
        missed = get_period(self._get_period_terms(), end)
        raise UserError(
            self.env._(
                "Too late to end it on %(end)s: the last day to say so was %(last)s. A notice given"
                " on %(day)s ends it on %(first)s. To end it sooner, agree on it by an amendment.",
                end=self._format_day(end),
                last=self._format_day(missed.notice_day),
                day=self._format_day(day),
                first=self._format_day(first),
            )
        )

    def _give_notice(self, day, end, party, reason):
        """Write down a notice that was given in time."""
        self._check_writer()
        self._check_notice(day, end)
        self._write_facts(
            {
                "notice_date": day,
                "notice_party_id": party.id,
                "notice_reason": reason,
                "stop_date": end,
                "decided_for": self.notice_deadline,
            }
        )
        self.activity_unlink(["tierslieux_agreement.activity_type_notice"])
        self.message_post(
            body=self.env._(
                "Notice given on %(day)s by %(who)s: it ends on %(end)s.",
                day=self._format_day(day),
                who=party.partner_id.name or self.env.company.name,
                end=self._format_day(end),
            )
        )

    # -- amendments ----------------------------------------------------------------------

    def _amend(self, vals, reason, day, changes=()):
        """Change what was agreed, and keep what it was: a version of its own.

        :param dict vals: terms of the agreement
        :param changes: its parties, duties and prices: pairs (line, values), an empty line to add
            one, no values to take it out
        :return: the amendment
        """
        self.ensure_one()
        self._check_writer()
        if not self.signature_date:
            raise UserError(
                self.env._(
                    "%(agreement)s is not signed yet: change it as it stands.",
                    agreement=self.display_name,
                )
            )
        before = self._get_terms() | self._get_part_terms()
        self._write_facts(vals)
        for part, values in changes:
            part._apply_amendment(self, values)
        after = self._get_terms() | self._get_part_terms()
        lines = [
            {
                "name": (after.get(key) or before[key])[0],
                "before": before.get(key, ("", ""))[1],
                "after": after.get(key, ("", ""))[1],
            }
            for key in {**before, **after}
            if before.get(key) != after.get(key)
        ]
        if not lines:
            raise UserError(self.env._("Nothing is changed: there is nothing to amend."))
        # What was signed stays with the version that it was signed for.
        # The to-do of its last day goes: the next night makes one on the new terms.
        self._write_facts(
            {"version": self.version + 1, "alerted_for": False, "deputy_alerted_for": False}
        )
        self.activity_unlink(["tierslieux_agreement.activity_type_notice"])
        amendment = self.env["tierslieux.agreement.amendment"]._create_facts(
            [
                {
                    "agreement_id": self.id,
                    "number": self.version - 1,
                    "date": day,
                    "reason": reason,
                    "line_ids": [Command.create(line) for line in lines],
                }
            ]
        )
        self.message_post(
            body=self.env._(
                "Amendment %(number)s: %(fields)s. %(reason)s",
                number=amendment.number,
                fields=", ".join(line["name"] for line in lines),
                reason=reason or "",
            )
        )
        return amendment


class TierslieuxAgreementAmendment(models.Model):
    """What an amendment changed, before beside after."""

    _name = "tierslieux.agreement.amendment"
    _description = "Amendment of an Agreement"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "agreement_id, number desc"

    agreement_id = fields.Many2one(
        "agreement", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    number = fields.Integer(required=True, readonly=True)
    date = fields.Date(string="In Force from", required=True, readonly=True)
    reason = fields.Text(string="Why", readonly=True)
    line_ids = fields.One2many(
        "tierslieux.agreement.amendment.line", "amendment_id", string="Changes", readonly=True
    )

    _number_uniq = models.Constraint(
        "unique(agreement_id, number)",
        "Somebody amended this agreement just now: look at it again.",
    )

    def _compute_display_name(self):
        for amendment in self:
            amendment.display_name = self.env._(
                "Amendment %(number)s of %(code)s",
                number=amendment.number,
                code=amendment.agreement_id.code,
            )


class TierslieuxAgreementAmendmentLine(models.Model):
    _name = "tierslieux.agreement.amendment.line"
    _description = "Change by an Amendment"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "id"

    amendment_id = fields.Many2one(
        "tierslieux.agreement.amendment",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    name = fields.Char(string="What", required=True, readonly=True)
    before = fields.Text(readonly=True)
    after = fields.Text(readonly=True)

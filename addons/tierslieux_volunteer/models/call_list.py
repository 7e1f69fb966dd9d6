from odoo import api, fields, models
from odoo.exceptions import UserError

ANSWERS = [
    ("yes", "Yes"),
    ("no", "No"),
    ("told", "Told"),
    ("unreached", "Not reached"),
]
QUESTIONS = ("volunteer_asked", "volunteer_replacement", "volunteer_reconfirm")


class TierslieuxMessage(models.Model):
    """The call list: what to say on the telephone, and what was answered, entered by the team."""

    _inherit = "tierslieux.message"

    what_to_say = fields.Text(compute="_compute_what_to_say")
    call_answer = fields.Selection(ANSWERS, string="Answer", readonly=True, copy=False)
    called_by_id = fields.Many2one("res.users", string="Rung by", readonly=True, copy=False)
    called_at = fields.Datetime(string="Rung on", readonly=True, copy=False)
    is_question = fields.Boolean(compute="_compute_is_question")

    @api.depends("kind")
    def _compute_is_question(self):
        for message in self:
            message.is_question = message.kind in QUESTIONS

    @api.depends("kind", "line_ids")
    @api.depends_context("lang")
    def _compute_what_to_say(self):
        for message in self:
            kind = (message.kind or "").removeprefix("volunteer_")
            sentences = self._get_call_sentences()
            if kind == "paper":
                message.what_to_say = message._get_paper_sentence()
                continue
            # sudo: the first name of the person who is rung, for who may read the list
            person = message.sudo().partner_id
            message.what_to_say = sentences.get(kind, "%(shifts)s") % {
                "who": person.firstname or person.name,
                "association": message.company_id.name,
                "shifts": "; ".join(
                    f"{line['what']}, {line['when']}, {line['where']}"
                    for line in (message._get_shift_lines() if message.kind else ())
                ),
            }

    def _get_paper_sentence(self):
        paper = self._get_paper()
        return self.env._(
            "To renew: %(what)s, valid until %(until)s.",
            what=paper["what"],
            until=paper["until"] and paper["until"].strftime("%d/%m/%Y"),
        )

    @api.model
    def _get_call_sentences(self):
        """{event: what to say on the telephone}"""
        _ = self.env._
        return {
            "asked": _("Hello %(who)s, this is %(association)s. Could you come? %(shifts)s."),
            "replacement": _(
                "Hello %(who)s, this is %(association)s. Somebody cannot come: could you stand in?"
                " %(shifts)s."
            ),
            "reconfirm": _(
                "Hello %(who)s, this is %(association)s. Your shift was moved. Are you still"
                " coming? It is now: %(shifts)s."
            ),
            "moved": _(
                "Hello %(who)s, this is %(association)s. Your shift has changed. It is now:"
                " %(shifts)s."
            ),
            "freed": _(
                "Hello %(who)s, this is %(association)s. Fewer people are needed, you need not"
                " come: %(shifts)s."
            ),
            "cancelled": _(
                "Hello %(who)s, this is %(association)s. This does not take place, you need not"
                " come: %(shifts)s."
            ),
            "noted": _(
                "Hello %(who)s, this is %(association)s. We read in your e-mail that you do not"
                " come: %(shifts)s. Is that right?"
            ),
            "reminder": _(
                "Hello %(who)s, this is %(association)s. We expect you: %(shifts)s. Is that still"
                " all right?"
            ),
        }

    # -- buttons ---------------------------------------------------------------------------

    def _note_call(self, answer):
        """Who rang, when, and what was answered stay."""
        vals = {
            "call_answer": answer,
            "called_by_id": self.env.uid,
            "called_at": fields.Datetime.now(),
        }
        if answer != "unreached":
            vals.update(state="sent", sent_at=fields.Datetime.now())
        calls = self.filtered(lambda m: m.channel == "call")
        return calls._change_state(("todo",), vals)

    def _get_asked(self):
        """The rows that these questions are about, for the team's gestures."""
        self._check_clerk()
        if self.filtered(lambda m: not m.is_question):
            raise UserError(self.env._("This asks nothing: note that they were told."))
        # sudo: who may read the list was checked; answers are entered by the team
        return self.sudo().line_ids.assignment_id

    def action_call_yes(self):
        """They said yes on the telephone: their seat is theirs, or the list says what is free."""
        for row in self._get_asked():
            row._accept("phone", is_forced=True)
        return self._note_call("yes")

    def action_call_no(self):
        for row in self._get_asked():
            if row.is_holding:
                row._cannot_come("phone")
            elif row.state == "proposed":
                row._decline("phone")
        return self._note_call("no")

    def action_call_unreached(self):
        """Nobody answered: they stay on the list."""
        return self._note_call("unreached")

    def action_mark_called(self):
        return self._note_call("told")

    def action_print_calls(self):
        self._check_clerk()
        return self.env.ref("tierslieux_volunteer.action_report_call_list").report_action(
            self, config=False
        )

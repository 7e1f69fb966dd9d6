import secrets
import time

from odoo import api, fields, models
from odoo.tools import SQL, consteq, hmac

SCOPE = "tierslieux.form.submission"
# A form left open longer is shown again; what was sent is remembered longer than that, so that
# no token ever outlives the memory of what it sent.
TOKEN_DAYS = 7
KEPT_DAYS = 9


class TierslieuxFormSubmission(models.Model):
    """A form that was sent, and where it led: sent twice, it leads there twice and acts once.

    Each form shown carries a token of its own, signed for the browser's session. The row of the
    token is written in the transaction of the work: whoever sends the same form at the same
    instant waits for that transaction, then finds its result; if it failed, nothing is left, and
    the form can be sent again. See ``controllers/form_once.py``.
    """

    _name = "tierslieux.form.submission"
    _description = "Form sent Once"
    _order = "id desc"

    token = fields.Char(required=True, readonly=True)
    path = fields.Char(required=True, readonly=True)
    fingerprint = fields.Char(required=True, readonly=True, help="Of what was typed.")
    result_url = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    message_kind = fields.Char(readonly=True)

    _token_uniq = models.Constraint("UNIQUE(token)", "This form was sent already.")

    # ------------------------------------------------------------------ tokens

    @api.model
    def _make_token(self, session_key):
        """The token of one form shown, worth nothing in another session.

        :param str session_key: what identifies the browser's session
        """
        nonce = f"{int(time.time())}-{secrets.token_urlsafe(12)}"
        return f"{nonce}.{self._sign(nonce, session_key)}"

    def _sign(self, nonce, session_key):
        # sudo: the key of signatures is read by nobody else
        return hmac(self.env(su=True), SCOPE, f"{nonce}.{session_key}")

    @api.model
    def _read_token(self, token, session_key):
        """What identifies a form shown in this session; "" for a token that is none of ours."""
        nonce, _dot, signature = str(token or "").rpartition(".")
        moment = nonce.partition("-")[0]
        if not (moment.isascii() and moment.isdecimal() and signature.isascii()):
            return ""
        if not consteq(self._sign(nonce, session_key), signature):
            return ""
        return nonce if int(moment) + TOKEN_DAYS * 86400 > time.time() else ""

    # ------------------------------------------------------------------ sent

    @api.model
    def _claim(self, nonce, path, fingerprint):
        """Write down that this form is being sent, to be called as superuser.

        Waits for whoever sends the same form at this instant; PostgreSQL then has the request
        tried again, which finds what the other one made.

        :return: (submission, whether this is the first time)
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO tierslieux_form_submission
                    (token, path, fingerprint, create_uid, create_date, write_uid, write_date)
                VALUES (%(token)s, %(path)s, %(fingerprint)s, %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (token) DO NOTHING
                RETURNING id
                """,
                token=nonce,
                path=path,
                fingerprint=fingerprint,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            ),
            # A serialization failure is how PostgreSQL says that the other one was quicker.
            log_exceptions=False,
        )
        row = self.env.cr.fetchone()
        if row:
            return self.browse(row[0]), True
        return self.search([("token", "=", nonce)], limit=1), False

    @api.autovacuum
    def _gc_submissions(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        # Far more than an association sends in a day: one run is enough.
        self.sudo().search([("create_date", "<", limit)], limit=100_000).unlink()

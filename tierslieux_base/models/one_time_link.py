import hashlib
import secrets

from odoo import api, fields, models
from odoo.fields import Domain

# What an e-mail says in place of the secret until it leaves: see ``mail.mail``.
TO_SEND = "to-send"
# How long a link holds, at least: a reminder may be read weeks later.
VALID_DAYS = 30
# How many links somebody may ask for, for one record, within an hour.
MAX_ASKED = 3
# Links that are over say so for a while, and offer a new one.
KEPT_DAYS = 180


class TierslieuxOneTimeLink(models.Model):
    """An address sent by e-mail that lets its person do one thing, once, without a login.

    The secret is made when the e-mail leaves and is written nowhere: the database keeps its hash.
    Opening the address changes nothing, since programs that look through e-mails open it too;
    the first form sent from its page uses the link up.

    A line without a hash says that somebody asked for a link.
    """

    _name = "tierslieux.one.time.link"
    _description = "One-time Link"
    _order = "id desc"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Sent to", required=True, readonly=True, ondelete="cascade"
    )
    token_hash = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    expires_at = fields.Datetime(readonly=True)
    used_at = fields.Datetime(readonly=True)

    _token_hash_uniq = models.UniqueIndex(
        "(token_hash) WHERE token_hash IS NOT NULL", "This link was made already."
    )
    _record_idx = models.Index("(res_model, res_id)")

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

    @api.model
    def _issue(self, record, partner):
        """A new link of this person to this record. :return: its secret, to be sent at once"""
        token = secrets.token_urlsafe(32)
        self.create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "partner_id": partner.id,
                "token_hash": self._hash(token),
                "expires_at": record._get_link_expiry(),
            }
        )
        return token

    @api.model
    def _find(self, record, token):
        """The link to this record whose secret this is, used or over or not; else empty.

        A link dies with the person's part in the record: a booking handed over, another payer.
        """
        if not token or not isinstance(token, str) or token == TO_SEND:
            return self.browse()
        link = self.search(
            [
                ("token_hash", "=", self._hash(token)),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ],
            limit=1,
        )
        return link if link.partner_id in record._get_link_partners() else self.browse()

    def _is_open(self):
        """Whether the page may be read by it: used up or not, until it is over."""
        return bool(self) and self.expires_at > fields.Datetime.now()

    def _take(self):
        """Use the link up. One UPDATE: of two forms sent at the same instant, one gets it.

        :return: whether it was this call that used it
        """
        self.ensure_one()
        self.flush_recordset()
        now = fields.Datetime.now()
        self.env.cr.execute(
            """
            UPDATE tierslieux_one_time_link SET used_at = %s
             WHERE id = %s AND used_at IS NULL AND expires_at > %s
            """,
            (now, self.id, now),
        )
        taken = bool(self.env.cr.rowcount)
        self.invalidate_recordset(["used_at"])
        return taken

    # ------------------------------------------------------------------ asked for

    @api.model
    def _send_anew(self, record, partner):
        """Send this person a new link to this record, soon.

        :return: False when enough were asked for within the hour
        """
        asked = self.search_count(
            Domain("res_model", "=", record._name)
            & Domain("res_id", "=", record.id)
            & Domain("partner_id", "=", partner.id)
            & Domain("token_hash", "=", False)
            & Domain("create_date", ">", fields.Datetime.subtract(fields.Datetime.now(), hours=1))
        )
        if asked >= MAX_ASKED:
            return False
        line = self.create(
            {"res_model": record._name, "res_id": record.id, "partner_id": partner.id}
        )
        template = self.env.ref("tierslieux_base.mail_template_one_time_link")
        mail_id = template.send_mail(line.id, force_send=False)
        self.env["mail.mail"].browse(mail_id).send_after_commit()
        return True

    def _get_record(self):
        """For the message's template: what the link is about, in the reader's language."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).with_context(lang=self.partner_id.lang)

    def _get_company(self):
        return self._get_record().company_id

    # ------------------------------------------------------------------ old ones

    @api.autovacuum
    def _gc_links(self):
        """Delete what has been over for long."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        over = Domain("expires_at", "<", limit)
        over |= Domain("expires_at", "=", False) & Domain("create_date", "<", limit)
        self.search(over, limit=10000).unlink()

import logging
from collections import namedtuple
from contextlib import contextmanager
from datetime import timedelta

from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL, hmac

from ..tools.client_address import get_address
from ..tools.typed import to_int

_logger = logging.getLogger(__name__)

Rate = namedtuple("Rate", "hits minutes")
# How often one may do a thing in so many minutes, counted from the first time. A parameter
# ``tierslieux.rate.<name>`` (« 10/15 ») changes one; no hits at all (« 0 ») means without limit.
#
# What one person does is counted by address and by whom it is about, so that a whole town hall
# behind one address is not closed out by one of them; the address alone has a larger limit.
RATES = {
    "login": Rate(10, 15),  # wrong passwords, by address and login
    "login_address": Rate(100, 15),  # wrong passwords of all logins, by address
    "login_known": Rate(0, 60 * 24 * 30),  # a login that succeeded from an address
    "api_key": Rate(30, 15),  # wrong keys, by address
    "reset_password": Rate(3, 60),  # e-mails with a new password, by address and login
    "reset_password_address": Rate(30, 60),
    "signup": Rate(20, 60),  # accounts opened, by address
    "link": Rate(30, 10),  # secrets of an address that nobody has, by address
    "card": Rate(60, 10),  # membership cards that are none, by address
    "feed": Rate(120, 60),  # readings of one calendar
    "kiosk_card": Rate(30, 10),  # cards that are none, by tablet
    "kiosk_name": Rate(15, 10),  # names that nobody has, by tablet
    "trial": Rate(3, 60),  # trial days asked for, by address and e-mail
    "trial_address": Rate(30, 60),
    "interest": Rate(3, 60),  # « I'm interested » in a mission, by address and e-mail or phone
    "interest_address": Rate(30, 60),
    "join": Rate(20, 60),  # memberships and plans taken online, by account
    "invite": Rate(20, 60),  # persons taken into a team, each of whom is written to, by account
    "wait": Rate(20, 60),  # places on waiting lists, by account
    "form": Rate(60, 10),  # forms of our pages, by account
    "form_address": Rate(300, 10),  # the same, of those who are not logged in
}
PARAMETER = "tierslieux.rate."


class RateLimited(UserError):
    """Too many in too short a time. ``seconds``: when to try again."""

    http_status = 429

    def __init__(self, message, seconds):
        super().__init__(message)
        self.seconds = seconds


class TierslieuxRateLimit(models.Model):
    """Counts, in the database so that they hold for all processes and over a restart.

    Each hit is one statement on a connection of its own: it stays when the request that makes it
    is refused, and waits for nobody else's transaction. No address and no login is kept, only what
    they give with the secret of the database.
    """

    _name = "tierslieux.rate.limit"
    _description = "Rate Limit: Count"
    _log_access = False

    scope = fields.Char(required=True)
    key = fields.Char(required=True)
    hits = fields.Integer(required=True)
    expires = fields.Datetime(required=True, index=True)

    _scope_key_uniq = models.UniqueIndex("(scope, key)")

    # ------------------------------------------------------------------ what callers ask

    @api.model
    def _check(self, scope, *key):
        """Count one, and refuse it when that is too many.

        :param key: whom or what it is about: ids, addresses, logins
        :raise RateLimited: with a sentence that says when to try again
        """
        seconds = self._hit(scope, *key)
        if seconds:
            self._refuse(seconds)

    @api.model
    def _check_address(self, scope, *key):
        """The same for whoever is served now, by address; outside of requests, nothing."""
        address = get_address()
        if address:
            self._check(scope, address, *key)

    @api.model
    def _refuse(self, seconds):
        """:raise RateLimited: and answer 429, whatever page shows the sentence"""
        if request:
            request.tierslieux_retry_after = seconds
        raise RateLimited(self._get_sentence(seconds), seconds)

    @api.model
    def _get_sentence(self, seconds):
        """When to try again, in words: those of the association for who has no language yet."""
        # sudo: nobody is logged in
        company_sudo = self.env["res.company"].sudo().search([], order="id", limit=1)
        self = self.with_context(lang=self.env.lang or company_sudo.partner_id.lang)
        minutes = -(-seconds // 60)
        if minutes > 1:
            return self.env._("Too many tries in a short time. Try again in %s minutes.", minutes)
        return self.env._("Too many tries in a short time. Try again in a minute.")

    @api.model
    def _hit(self, scope, *key):
        """Count one.

        :return: 0 while it is within the limit, else seconds until the count begins anew
        """
        rate = self._get_rate(scope)
        if not rate.hits:
            return 0
        hits, seconds = self._count(scope, key, rate)
        if hits <= rate.hits:
            return 0
        if hits == rate.hits + 1 or not hits % 100:
            _logger.warning(
                "Rate limit « %s »: %s hits in %s minutes from %s, refused for %s seconds",
                scope,
                hits,
                rate.minutes,
                get_address() or "no address",
                seconds,
            )
        return seconds

    @api.model
    def _is_over(self, scope, *key):
        """Seconds until the count begins anew when no more may come, without counting; else 0."""
        rate = self._get_rate(scope)
        hits, seconds = self._read_count(scope, key)
        return seconds if rate.hits and hits >= rate.hits else 0

    @api.model
    def _is_known(self, scope, *key):
        """Whether something was counted that has not expired."""
        return bool(self._read_count(scope, key)[0])

    @api.model
    def _remember(self, scope, *key):
        """Count one that no limit refuses, to be asked for by ``_is_known``."""
        self._count(scope, key, self._get_rate(scope))

    @api.model
    def _take_back(self, scope, *key):
        """What was counted was right: it counts no more."""
        with self._own_cursor() as cr:
            cr.execute(
                SQL(
                    "UPDATE tierslieux_rate_limit SET hits = hits - 1"
                    " WHERE scope = %s AND key = %s AND hits > 0",
                    scope,
                    self._get_key(scope, key),
                )
            )

    @api.model
    def _forget(self, scope, *key):
        """Begin anew."""
        with self._own_cursor() as cr:
            cr.execute(
                SQL(
                    "DELETE FROM tierslieux_rate_limit WHERE scope = %s AND key = %s",
                    scope,
                    self._get_key(scope, key),
                )
            )

    # ------------------------------------------------------------------ counting

    @api.model
    def _get_rate(self, scope):
        """The limit of a scope: the parameter's, else ours; nonsense in a parameter is ours."""
        # sudo: whoever is refused reads no parameter
        text = self.env["ir.config_parameter"].sudo().get_param(PARAMETER + scope) or ""
        hits, _sep, minutes = text.partition("/")
        default = RATES[scope]
        return Rate(
            to_int(hits, default.hits), min(to_int(minutes) or default.minutes, 60 * 24 * 365)
        )

    @api.model
    def _get_key(self, scope, key):
        # sudo: the secret of the database
        return hmac(self.env(su=True), f"tierslieux.rate.{scope}", [str(part) for part in key])

    @contextmanager
    def _own_cursor(self):
        with self.env.registry.cursor() as cr:
            # Two that count at once wait for each other and both count. In the tests of Odoo the
            # connection is shared, and has begun already.
            if cr.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            yield cr

    @api.model
    def _count(self, scope, key, rate):
        """:return: (hits, seconds until they expire), this one included"""
        now = fields.Datetime.now()
        with self._own_cursor() as cr:
            cr.execute(
                SQL(
                    """
                    INSERT INTO tierslieux_rate_limit AS known (scope, key, hits, expires)
                    VALUES (%(scope)s, %(key)s, 1, %(expires)s)
                    ON CONFLICT (scope, key) DO UPDATE SET
                        hits = CASE WHEN known.expires <= %(now)s THEN 1
                                    ELSE LEAST(known.hits + 1, 1000000) END,
                        expires = CASE WHEN known.expires <= %(now)s OR known.hits = 0
                                       THEN EXCLUDED.expires ELSE known.expires END
                    RETURNING hits, expires
                    """,
                    scope=scope,
                    key=self._get_key(scope, key),
                    now=now,
                    expires=now + timedelta(minutes=rate.minutes),
                )
            )
            hits, expires = cr.fetchone()
        return hits, max(int((expires - now).total_seconds()), 1)

    @api.model
    def _read_count(self, scope, key):
        """:return: (hits, seconds until they expire), (0, 0) for none"""
        now = fields.Datetime.now()
        with self._own_cursor() as cr:
            cr.execute(
                SQL(
                    "SELECT hits, expires FROM tierslieux_rate_limit"
                    " WHERE scope = %s AND key = %s AND expires > %s",
                    scope,
                    self._get_key(scope, key),
                    now,
                )
            )
            hits, expires = cr.fetchone() or (0, now)
        return hits, max(int((expires - now).total_seconds()), 1) if hits else 0

    @api.autovacuum
    def _gc_expired(self):
        self.env.cr.execute(
            SQL("DELETE FROM tierslieux_rate_limit WHERE expires < %s", fields.Datetime.now())
        )

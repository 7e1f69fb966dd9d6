import inspect
import json
import re

from werkzeug.exceptions import (
    HTTPException,
    NotFound,
    TooManyRequests,
    Unauthorized,
    abort,
)
from werkzeug.routing import ValidationError

from odoo import models
from odoo.http import Response, request

from odoo.addons.base.models.ir_http import SignedIntConverter

from ..tools import client_address
from ..tools.typed import INT_MAX, to_line, to_text, to_token
from .rate_limit import RateLimited

# Where the handlers of our pages are. Odoo's own read their requests by themselves.
OUR_HANDLERS = "odoo.addons.tierslieux_"
# What a named value of an address may hold: secrets, ids, words that are searched.
VALUE_MAX = 500
# Values that are secrets wherever a handler names them: compared, never shown.
SECRETS = ("access_token", "token", "signature", "link", "form_token")
# Our JSON requests say a card, or a name and a year.
JSON_MAX_BYTES = 64 * 1024


# What a page says again of a form that came too soon, for it to be sent once more.
RESENT_MAX = 100
_PATH_IDS = re.compile(r"<int(?:\([^)]*\))?:(\w+)>")


class BoundedIntConverter(SignedIntConverter):
    """An id in an address: what no database holds is no address of ours, and is "not found"."""

    regex = r"-?[0-9]{1,10}"

    def to_python(self, value):
        number = super().to_python(value)
        if abs(number) > INT_MAX:
            raise ValidationError()
        return number


class IrHttp(models.AbstractModel):
    """Requests that nobody makes by accident end in "not found" or "bad request", in words.

    The handlers of our routes get what their signature names as texts that can be kept, or as
    nothing; what else was sent they read with ``tools.typed`` or ``controllers.portal_form``.
    """

    _inherit = "ir.http"

    @classmethod
    def _get_converters(cls):
        return {**super()._get_converters(), "int": BoundedIntConverter}

    @classmethod
    def _match(cls, path_info):
        if to_text(path_info) != path_info:
            raise NotFound()
        return super()._match(path_info)

    @classmethod
    def _serve_fallback(cls):
        # Odoo looks the address up among attachments: a database knows no such text.
        path = request.httprequest.path
        return super()._serve_fallback() if to_text(path) == path else None

    @classmethod
    def _pre_dispatch(cls, rule, args):
        if "csrf_token" in request.httprequest.files:
            # Odoo reads its token as a text, whatever is sent in its place.
            abort(Response(request.env._("This request cannot be read."), status=400))
        if is_ours(rule.endpoint) and rule.endpoint.routing["type"] == "jsonrpc":
            cls._check_json()
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _check_json(cls):
        """Answer 400 to a body that is no JSON-RPC with named parameters.

        A response, as Odoo does for what it cannot read: there is no JSON request to answer.
        """
        body = request.httprequest.get_data(cache=True)
        try:
            sent = json.loads(body) if len(body) <= JSON_MAX_BYTES else None
        except (ValueError, RecursionError):  # damaged, of another encoding, or nested without end
            sent = None
        if not isinstance(sent, dict) or not isinstance(sent.get("params", {}), dict):
            abort(Response(request.env._("This request cannot be read."), status=400))

    @classmethod
    def _handle_error(cls, exception):
        if isinstance(exception, RateLimited) and request.dispatcher.routing_type == "http":
            return cls._show_rate_limited(exception)
        if isinstance(exception, HTTPException):
            # Odoo tells whoever sends JSON where in the code an address was found wrong.
            exception.with_traceback(None)
            exception.__context__ = exception.__cause__ = None
        response = super()._handle_error(exception)
        if isinstance(response, Response):  # of a JSON request
            cls._say_when_to_try_again(response)
        return response

    @classmethod
    def _dispatch(cls, endpoint):
        with client_address.serving(request.httprequest.remote_addr):
            if is_ours(endpoint):
                request.params = _read_params(endpoint, request.params)
                if request.httprequest.method == "POST" and endpoint.routing["type"] == "http":
                    cls._check_form_rate()
            return super()._dispatch(endpoint)

    # ------------------------------------------------------------------ rates

    @classmethod
    def _check_form_rate(cls):
        """:raise RateLimited: for forms that come faster than anybody fills them in"""
        Limit = request.env["tierslieux.rate.limit"]
        if request.env.user._is_public():
            Limit._check_address("form_address")
        else:
            Limit._check("form", request.env.uid)

    @classmethod
    def _auth_method_bearer(cls):
        """Wrong keys are counted; a right one is never refused for those that others try."""
        try:
            return super()._auth_method_bearer()
        except Unauthorized:
            if request.httprequest.headers.get("Authorization"):
                with client_address.serving(request.httprequest.remote_addr):
                    cls._count_wrong_key()
            raise

    @classmethod
    def _count_wrong_key(cls):
        """:raise TooManyRequests: as Odoo makes any other error of a login a mere denial"""
        try:
            request.env["tierslieux.rate.limit"]._check_address("api_key")
        except RateLimited as error:
            raise TooManyRequests(str(error), retry_after=error.seconds) from None

    @classmethod
    def _show_rate_limited(cls, error):
        """The page that says when to try again, and sends once more what was typed."""
        headers = {"Retry-After": str(error.seconds), "Cache-Control": "no-store"}
        if not getattr(request, "is_frontend", False):  # a calendar reads its feed: no page
            return Response(str(error), status=429, headers=headers)
        request.env.cr.rollback()
        form = request.httprequest.form
        values = {
            "sentence": str(error),
            "url": request.httprequest.path,
            "is_form": request.httprequest.method == "POST",
            "has_file": any(upload.filename for upload in request.httprequest.files.values()),
            "typed": [
                (to_line(name), to_text(value))
                for name, value in form.items(multi=True)
                if name not in ("csrf_token", "password")
            ][:RESENT_MAX],
        }
        html = request.env["ir.ui.view"]._render_template("tierslieux_base.rate_limited", values)
        return Response(html, status=429, headers=headers, content_type="text/html; charset=utf-8")

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        cls._say_when_to_try_again(response)
        return result

    @staticmethod
    def _say_when_to_try_again(response):
        """The status of an answer that says by itself that it is too soon: the login, a form."""
        seconds = getattr(request, "tierslieux_retry_after", 0)
        if seconds:
            response.status_code = 429
            response.headers["Retry-After"] = str(seconds)


def is_ours(endpoint):
    """Whether a handler of our modules answers."""
    return getattr(endpoint.func, "__module__", "").startswith(OUR_HANDLERS)


def _read_params(endpoint, params):
    """What was sent, fit for the signature of the handler: named texts without what no text of
    ours holds; a file, a list or the like where a text is awaited is as if it were not there."""
    signature = inspect.signature(endpoint.func.original_endpoint)
    named = {
        name
        for name, parameter in signature.parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD
    }
    in_path = set(_PATH_IDS.findall(" ".join(endpoint.routing["routes"])))
    read = {}
    for name, value in params.items():
        if name in in_path and not isinstance(value, int):
            continue  # an id of the path, given in the query or the form of its other address
        if name in SECRETS:
            value = to_token(value)
        elif name in named and isinstance(value, str):
            value = to_line(value, VALUE_MAX)
        elif name in named and (isinstance(value, bool) or not isinstance(value, int)):
            continue
        read[name] = value
    return read

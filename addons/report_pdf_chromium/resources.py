"""Answer, without any network, the addresses that a report asks for."""

import base64
import logging
import mimetypes
import threading
import uuid
from contextlib import nullcontext
from urllib.parse import parse_qsl, unquote, urlsplit

from psycopg2 import Error as DatabaseError
from reportlab.graphics.renderPM import RenderPMError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder, run_wsgi_app

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.http import request, root
from odoo.service import security
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

_logger = logging.getLogger(__name__)

PLACEHOLDER = "/web/static/img/placeholder.png"
NO_LOGO = "/web/static/img/nologo.png"


def _rules(prefix, endpoint, *suffixes):
    return [Rule(prefix + suffix, endpoint=endpoint) for suffix in suffixes]


ROUTES = Map(
    [
        Rule("/web/assets/<string:unique>/<string:filename>", endpoint="assets"),
        Rule("/report/barcode", endpoint="barcode"),
        Rule("/report/barcode/<barcode_type>/<path:value>", endpoint="barcode"),
        *_rules("", "logo", "/logo", "/logo.png", "/web/binary/company_logo"),
        *(
            rule
            for key in (
                "",
                "/<int:id>",
                "/<int:id>-<string:unique>",
                "/<string:xmlid>",
                "/<string:model>/<int:id>/<string:field>",
            )
            for rule in (
                *_rules(f"/web/image{key}", "image", "", "/<string:filename>"),
                *_rules(
                    f"/web/image{key}/<int:width>x<int:height>",
                    "image",
                    "",
                    "/<string:filename>",
                ),
            )
        ),
        *(
            rule
            for key in (
                "",
                "/<int:id>",
                "/<string:xmlid>",
                "/<string:model>/<int:id>/<string:field>",
            )
            for rule in _rules(f"/web/content{key}", "image", "", "/<string:filename>")
        ),
    ],
    strict_slashes=False,
    merge_slashes=False,
)


class Resources:
    """What the pages of one print may fetch: themselves, and addresses of this Odoo.

    The usual addresses (styles, fonts, pictures, bar codes, logo) are answered in the running
    transaction, with the rights of the user who prints; any other address of this Odoo goes
    through its own routes, in this process. No other server is ever asked.

    :param env: environment of the print
    :param str base_url: address of this Odoo as reports write it
    """

    def __init__(self, env, base_url):
        # The user's own rights even when the caller prints with sudo(): what a report shows is
        # partly typed by users, who could ask for any picture. As with a browser, somebody who is
        # not logged in (a scheduled job) only gets what is public.
        user_id = env.uid if env.uid != SUPERUSER_ID else env.ref("base.public_user").id
        self.env = env(user=user_id, su=False)
        parts = urlsplit(base_url or "")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            parts = urlsplit("http://localhost")
        self.base_url = f"{parts.scheme}://{parts.netloc}"
        self.hosts = {parts.netloc}
        own_url = env["ir.config_parameter"].sudo().get_param("web.base.url")
        self.hosts.add(urlsplit(own_url or "").netloc)
        if request:
            self.hosts.add(request.httprequest.host)
        self.path = f"/report_pdf_chromium/{uuid.uuid4().hex}/"
        self._documents = {}
        self._cache = {}
        self._last = 0
        self._session = None

    def add(self, body, mimetype="text/html; charset=utf-8"):
        """Publish a document of this print and return its address."""
        self._last += 1
        url = f"{self.base_url}{self.path}{self._last}"
        self._documents[url] = (200, mimetype, body)
        return url

    def add_base64(self, data, mimetype):
        """Publish a picture given in base 64 and return its address."""
        return self.add(base64.b64decode(data), mimetype)

    def drop(self, url):
        """Forget a document that has been printed."""
        self._documents.pop(url, None)

    def close(self):
        """Delete the session that other routes needed, if any."""
        if self._session:
            root.session_store.delete(self._session)
            self._session = None

    def fetch(self, url):
        """Return (status, mimetype, body) for an address, or None to refuse it."""
        if url in self._documents:
            return self._documents[url]
        parts = urlsplit(url)
        if parts.netloc not in self.hosts:
            _logger.info("A report asked for %s: not fetched, it is on another server.", url)
            return None
        if url not in self._cache:
            self._cache[url] = self._answer(unquote(parts.path), parts.query)
        return self._cache[url]

    def _answer(self, path, query):
        if path == "/favicon.ico" or ".." in path.split("/"):
            return None
        static = self._static(path)
        if static:
            return static
        try:
            endpoint, values = ROUTES.bind("localhost").match(path)
        except HTTPException:
            return self._dispatch(path, query)
        params = {**dict(parse_qsl(query, keep_blank_values=True)), **values}
        return getattr(self, f"_get_{endpoint}")(path, query, params)

    def _static(self, path):
        filename = root.get_static_file(path)
        if not filename:
            return None
        mimetype = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        with open(filename, "rb") as file:
            return 200, mimetype, file.read()

    def _get_assets(self, path, query, params):
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("public", "=", True),
                    ("url", "=", path),
                    ("res_model", "=", "ir.ui.view"),
                    ("res_id", "=", 0),
                    ("create_uid", "=", SUPERUSER_ID),
                ],
                limit=1,
            )
        )
        if attachment:
            return 200, attachment.mimetype, attachment.raw
        if params["filename"].endswith(".js"):
            return None  # scripts do not run
        cursor = nullcontext(self.env.cr)
        if self.env.cr.readonly:
            self.env.cr.rollback()  # nothing to lose, and what the other writes can then be seen
            cursor = self.env.registry.cursor()
        try:
            with cursor as cr:
                env = self.env(cr=cr)
                name, rtl, _type, autoprefix = env["ir.asset"]._parse_bundle_name(
                    params["filename"], False
                )
                bundle = env["ir.qweb"]._get_asset_bundle(
                    name, css=True, js=False, rtl=rtl, autoprefix=autoprefix
                )
                return 200, "text/css; charset=utf-8", bundle.css().raw
        except ValueError:
            return self._dispatch(path, query)

    def _get_image(self, path, query, params):
        model = params.get("model") or "ir.attachment"
        field = params.get("field") or "raw"
        number = params.get("id")
        try:
            record = self.env["ir.binary"]._find_record(
                params.get("xmlid"),
                model,
                int(number) if number else None,
                params.get("access_token"),
                field=field,
            )
            if record._name == "ir.attachment" and field in ("raw", "datas", "db_datas"):
                if record.type == "url":
                    return self._static(record.url or "") or self._dispatch(path, query)
                data = record.raw
            else:
                # The field is named by the address, hence maybe no binary or not for this user
                if record._fields[field].type != "binary":
                    return None
                record._check_field_access(record._fields[field], "read")
                data = base64.b64decode(record.with_context(bin_size=False)[field] or b"")
        except (UserError, KeyError, ValueError):
            return self._static(PLACEHOLDER)
        if not data:
            return self._static("/" + record._get_placeholder_filename(field).lstrip("/"))
        return self._resized(data, params)

    def _resized(self, data, params):
        size = (int(params.get("width") or 0), int(params.get("height") or 0))
        mimetype = guess_mimetype(data, default="image/png")
        if any(size) and mimetype != "image/svg+xml":
            try:
                data = image_process(data, size=size, crop=params.get("crop") or None)
            except UserError:
                _logger.info("A picture of a report could not be resized to %s", size)
        return 200, mimetype, data

    def _get_logo(self, path, query, params):
        company = self.env.company
        if str(params.get("company", "")).isdigit():
            # A logo is public: anybody gets it at this address
            company = self.env["res.company"].browse(int(params["company"])).exists()
        logo = company.sudo().logo_web
        if not logo:
            return self._static(NO_LOGO)
        data = base64.b64decode(logo)
        return 200, guess_mimetype(data, default="image/png"), data

    def _get_barcode(self, path, query, params):
        kwargs = dict(params)
        try:
            kind, value = kwargs.pop("barcode_type"), kwargs.pop("value")
            image = self.env["ir.actions.report"].barcode(kind, value, **kwargs)
        except (ValueError, AttributeError, KeyError):
            _logger.info("A report asked for an impossible bar code: %s?%s", path, query)
            return None
        except RenderPMError as error:
            _logger.error("Bar codes cannot be drawn on this server: %s", error)
            return None
        return 200, "image/png", image

    def _dispatch(self, path, query):
        """Ask this Odoo's own routes, in this process, as the user's browser would."""
        environ = EnvironBuilder(path, self.base_url, query_string=query).get_environ()
        cookie = self._session_cookie()
        if cookie:
            environ["HTTP_COOKIE"] = cookie
        thread = threading.current_thread()
        before = dict(thread.__dict__)
        try:
            body, status, headers = run_wsgi_app(root, environ, buffered=True)
            content = b"".join(body)
        except (OSError, DatabaseError) as error:
            _logger.warning("A report could not get %s: %s", path, error)
            return None
        finally:
            # The application counts and names what it does on the thread: ours goes on
            thread.__dict__.clear()
            thread.__dict__.update(before)
        return int(status.split()[0]), headers.get("Content-Type", "text/plain"), content

    def _session_cookie(self):
        if not request or not request.db:
            return None
        if not self._session:
            # A short-lived copy, which leaves no trace in the user's devices
            session = root.session_store.new()
            session.update({**request.session, "debug": "", "_trace_disable": True})
            if session.uid:
                session.session_token = security.compute_session_token(session, self.env)
            root.session_store.save(session)
            self._session = session
        cookies = {**request.httprequest.cookies, "session_id": self._session.sid}
        return "; ".join(f"{name}={value}" for name, value in cookies.items())

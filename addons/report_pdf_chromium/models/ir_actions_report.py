import logging
from contextlib import closing

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.base.models.report_paperformat import PAPER_SIZES

from .. import compose, layers
from ..chromium import Chromium, ChromiumCrashed, ChromiumError, ChromiumTimeout, find_binary
from ..geometry import make_geometry
from ..resources import Resources

_logger = logging.getLogger(__name__)

SIZES = {size["key"]: (size["width"], size["height"]) for size in PAPER_SIZES if "width" in size}
DEFAULT_TIMEOUT = 50
# Context key: the ids that are being printed, in order
IDS_KEY = "report_pdf_chromium_res_ids"
_warned = set()


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    # Which engine

    @api.model
    def _get_chromium_binary(self):
        """Return the path of the Chromium to print with, or None: wkhtmltopdf then prints.

        Parameter ``report_pdf_chromium.binary`` comes first, then the environment's
        ``CHROMIUM_BIN``, then the usual names on the PATH.
        """
        configured = self.env["ir.config_parameter"].sudo().get_param("report_pdf_chromium.binary")
        binary = find_binary(configured)
        if not binary and "missing" not in _warned:
            _warned.add("missing")
            _logger.warning(
                "Chromium was not found (%s): PDF reports are printed by wkhtmltopdf, maybe "
                "without header and footer. Install Chromium or set the system parameter "
                "report_pdf_chromium.binary.",
                configured or "looked for on the PATH",
            )
        return binary

    @api.model
    def get_wkhtmltopdf_state(self):
        """Tell the web client that PDFs can be printed, whoever prints them."""
        if self._get_chromium_binary():
            return "ok"
        return super().get_wkhtmltopdf_state()

    @api.model
    def _get_chromium_timeout(self):
        """Return the seconds of silence after which Chromium counts as hanging."""
        value = self.env["ir.config_parameter"].sudo().get_param("report_pdf_chromium.timeout")
        try:
            return float(value) if value and float(value) > 0 else DEFAULT_TIMEOUT
        except ValueError:
            _logger.warning("report_pdf_chromium.timeout is not a number: %s", value)
            return DEFAULT_TIMEOUT

    # Printing

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        if res_ids and len(res_ids) == len(set(res_ids)):
            self = self.with_context(**{IDS_KEY: tuple(res_ids)})
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Print with Chromium; same arguments and result as the method of Odoo.

        :raise UserError: if Chromium crashes, hangs or refuses
        """
        binary = self._get_chromium_binary()
        if not binary:
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        report = self._get_report(report_ref) if report_ref else self
        geometry = make_geometry(
            report.get_paperformat(), SIZES, landscape, specific_paperformat_args, set_viewport_size
        )
        timeout = self._get_chromium_timeout()
        values = {"report": report.name or self.env._("Report"), "binary": binary}
        arguments = (binary, timeout, geometry, [str(body) for body in bodies], header, footer)
        try:
            try:
                return self._print_with_chromium(*arguments, report)
            except ChromiumCrashed as error:
                # It may have been short of memory for a moment
                _logger.warning("Chromium crashed, trying once more: %s", error)
                return self._print_with_chromium(*arguments, report)
        except ChromiumTimeout as error:
            _logger.error("Chromium did not answer %s within %s s", error, timeout)
            raise UserError(
                self.env._(
                    "“%(report)s” could not be printed: the PDF engine did not answer within "
                    "%(seconds)s seconds and was stopped. Try again, with fewer documents at a "
                    "time; if it goes on, ask your administrator to check %(binary)s.",
                    seconds=round(timeout),
                    **values,
                )
            ) from error
        except ChromiumCrashed as error:
            _logger.error("Chromium crashed: %s", error)
            raise UserError(
                self.env._(
                    "“%(report)s” could not be printed: the PDF engine stopped unexpectedly. Try "
                    "again; if it goes on, ask your administrator to check %(binary)s and the "
                    "memory of the server.",
                    **values,
                )
            ) from error
        except ChromiumError as error:
            _logger.error("Chromium failed: %s", error)
            raise UserError(
                self.env._(
                    "“%(report)s” could not be printed: the PDF engine (%(binary)s) answered "
                    "“%(error)s”.",
                    error=error,
                    **values,
                )
            ) from error

    def _print_with_chromium(self, binary, timeout, geometry, bodies, header, footer, report):
        """Return the PDF of bodies with their headers and footers.

        Bodies of one record follow each other, in the order in which the records were asked for,
        whatever the template's own order: Odoo cuts the result by that order.
        """
        order, groups = self._chromium_order(bodies, report.model)
        options = geometry.print_options()
        with closing(Resources(self.env, self._get_report_url())) as resources:
            letterhead = layers.Letterhead(header, footer, geometry, resources.add_base64)
            with Chromium(binary, resources.fetch, timeout) as browser:
                printed = self._print_bodies(browser, resources, bodies, options)
                overlay = None
                if not letterhead.is_empty():
                    counts = [len(pages) for pages in printed]
                    url = resources.add(letterhead.document(counts, order))
                    overlay = compose.read(
                        browser.print_pdf(url, **geometry.print_options(margins=False))
                    )
                    if len(overlay.pages) != sum(counts):
                        raise ChromiumError(f"{len(overlay.pages)} sheets for {sum(counts)} pages")
        return compose.compose([printed[i] for i in order], overlay, geometry.points, groups)

    def _print_bodies(self, browser, resources, bodies, options):
        """Return the pages of each body."""
        marker = f"{resources.base_url}{resources.path}start/"

        def print_together(indexes):
            document = layers.batch_document([bodies[i] for i in indexes], marker)
            url = resources.add(document)
            pdf = compose.read(browser.print_pdf(url, **options))
            resources.drop(url)
            return compose.split_batch(pdf, marker, len(indexes))

        printed = []
        for indexes in layers.batches(bodies):
            pages = print_together(indexes)
            if pages is None:
                pages = [print_together([index])[0] for index in indexes]
            printed += pages
        return printed

    def _chromium_order(self, bodies, model):
        """Return the order in which to put the bodies, and for each its record's id."""
        wanted = {res_id: rank for rank, res_id in enumerate(self.env.context.get(IDS_KEY) or ())}
        ids = [layers.record_id(body, model) for body in bodies]
        if not wanted or not any(ids) or not set(filter(None, ids)) <= set(wanted):
            return list(range(len(bodies))), list(range(len(bodies)))
        # A body without id belongs with the one before it, or opens the first
        current = next(filter(None, ids))
        owners = []
        for res_id in ids:
            current = res_id or current
            owners.append(current)
        order = sorted(range(len(bodies)), key=lambda i: wanted[owners[i]])
        return order, [owners[i] for i in order]

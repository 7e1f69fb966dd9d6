"""Seconds to print a one-page invoice, and a hundred of them, beside wkhtmltopdf.

Measured from the record to the PDF, header, footer and page numbers included. wkhtmltopdf is given
its styles inline, so that it waits for no server; without its patched Qt it prints neither header
nor footer and takes one document at a time. What is written stays: the database is a throw-away
one.
"""

import re
import shutil
import time
from pathlib import Path

from odoo import Command

REPORT = "account.report_invoice"
MANY = 100
# Printed by an unpatched wkhtmltopdf, then multiplied: each is a run of its own anyway
PEER_SAMPLE = 10
REPEAT = 3


def _make_invoices(env):
    company = env["res.company"].create(
        {
            "name": f"Association du banc d'essai {time.time_ns()}",
            "street": "1 rue de la Mesure",
            "zip": "63000",
            "city": "Clermont-Ferrand",
            "country_id": env.ref("base.fr").id,
            "company_registry": "81234567600011",
            "report_footer": "<p>SIRET 812 345 676 00011</p>",
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
        }
    )
    env.user.company_ids += company
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    env["account.chart.template"].try_loading("fr", company, install_demo=False)
    partners = env["res.partner"].create([{"name": f"Adhérent {i}"} for i in range(MANY)])
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-03-01",
                "invoice_line_ids": [
                    Command.create({"name": name, "price_unit": 20, "tax_ids": []})
                    for name in ("Adhésion", "Don", "Atelier")
                ],
            }
            for partner in partners
        ]
    )
    invoices.action_post()
    return env, invoices


def _timed(function, repeat=1):
    """Return the best time, in seconds."""
    best = None
    for _time in range(repeat):
        start = time.perf_counter()
        function()
        spent = time.perf_counter() - start
        best = spent if best is None else min(best, spent)
    return best


class _Peer:
    """wkhtmltopdf, through Odoo's own code."""

    def __init__(self, env):
        from odoo.addons.base.models import ir_actions_report as base
        from odoo.addons.report_pdf_chromium.resources import Resources

        self.run_base = base.IrActionsReport._run_wkhtmltopdf
        self.missing = not shutil.which("wkhtmltopdf")
        self.patched = not self.missing and base._wkhtml().is_patched_qt
        self.report = env["ir.actions.report"]
        self.action = env.ref("account.account_invoices")
        self.resources = Resources(env, self.report._get_report_url())
        self._styles = {}

    def name(self):
        if self.missing:
            return "wkhtmltopdf (missing)"
        return "wkhtmltopdf" if self.patched else "wkhtmltopdf (no header, no footer)"

    def _inline(self, html):
        def style(match):
            url = match[1]
            if url not in self._styles:
                css = self.resources.fetch(self.resources.base_url + url)[2].decode()
                # Fonts by address would be asked of a server that is not there
                self._styles[url] = f"<style>{re.sub(r'@font-face *{[^}]*}', '', css)}</style>"
            return self._styles[url]

        html = re.sub(r'<base [^>]*href="http[^>]*>', "", str(html))
        return re.sub(r'<link [^>]*href="(/web/assets/[^"]+\.css)"[^>]*>', style, html)

    def print(self, invoices):
        html = self.report._render_qweb_html(REPORT, invoices.ids, {"report_type": "pdf"})[0]
        bodies, _ids, header, footer, specific = self.action.with_context(
            debug=False
        )._prepare_html(html, report_model="account.move")
        bodies = [self._inline(body) for body in bodies]
        header, footer = self._inline(header), self._inline(footer)
        batches = [bodies] if self.patched else [[body] for body in bodies]
        for batch in batches:
            self.run_base(
                self.report,
                batch,
                report_ref=self.action,
                header=header,
                footer=footer,
                specific_paperformat_args=specific,
            )


def run(env):
    """Return the measures, one dict each."""
    env, invoices = _make_invoices(env)
    report = env["ir.actions.report"].with_context(
        force_report_rendering=True, report_pdf_no_attachment=True
    )
    peer = _Peer(env)

    def ours(records):
        report._render_qweb_pdf(REPORT, records.ids)

    ours(invoices[:1])  # styles are built once in a database's life
    one = _timed(lambda: ours(invoices[:1]), REPEAT)
    many = _timed(lambda: ours(invoices))
    peer_one = peer_many = None
    name = peer.name()
    many_name = name
    if not peer.missing:
        peer_one = _timed(lambda: peer.print(invoices[:1]), REPEAT)
        if peer.patched:
            peer_many = _timed(lambda: peer.print(invoices))
        else:
            peer_many = _timed(lambda: peer.print(invoices[:PEER_SAMPLE])) * (MANY / PEER_SAMPLE)
            many_name += f", {PEER_SAMPLE} printed × {MANY // PEER_SAMPLE}"
    engine = Path(report._get_chromium_binary() or "wkhtmltopdf").name
    return [
        _row(f"PDF of a one-page invoice ({engine})", one, name, peer_one),
        _row(f"PDF of {MANY} invoices ({engine})", many, many_name, peer_many),
    ]


def _row(what, ours, peer, peer_seconds):
    return {
        "what": what,
        "ours_s": round(ours, 2),
        "peer": peer,
        "peer_s": peer_seconds and round(peer_seconds, 2),
        "ratio": peer_seconds and round(ours / peer_seconds, 2),
        "target": 1.0,  # never slower than the peer
    }

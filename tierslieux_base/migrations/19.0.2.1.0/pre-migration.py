"""Searches no longer mind accents, nor the order of words: the database learns how."""

from odoo import SUPERUSER_ID, api

from odoo.addons.tierslieux_base.tools.text_extensions import enable_text_search


def migrate(cr, version):
    if version:
        enable_text_search(api.Environment(cr, SUPERUSER_ID, {}))

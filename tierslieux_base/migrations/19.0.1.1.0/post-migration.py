"""Odoo's stages of sales go back to every team.

They had been kept for Odoo's first team, which left any other team without a stage. Only what is
still as we had made it changes.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    sales = env.ref("sales_team.team_sales_department", raise_if_not_found=False)
    for number in (1, 2, 3, 4):
        stage = env.ref(f"crm.stage_lead{number}", raise_if_not_found=False)
        if sales and stage and stage.team_ids == sales:
            stage.team_ids = False
    # The stages of the welcome team come after those that every team has.
    for before, name in enumerate(("curious", "visited", "trial"), start=1):
        stage = env.ref(f"tierslieux_base.crm_stage_{name}", raise_if_not_found=False)
        if stage and stage.sequence == before:
            stage.sequence = before + 10

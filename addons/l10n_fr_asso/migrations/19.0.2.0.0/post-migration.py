# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Charts loaded before take the ids that Odoo 19.1 gives to its own chart of associations.

Accounts, their codes and their entries stay: their external ids change, labels and types that were
wrong are mended where nobody had changed them, accounts that were missing are added. So are the
taxes at 0 %; the reason not to charge VAT is read in the mention that the association had written.
"""

from odoo import SUPERUSER_ID, api

from odoo.addons.l10n_fr_asso.tools.vat_exemptions import EXEMPTIONS, guess_exemption

TEMPLATES = ("fr_asso", "fr_asso_2018")
CHART_CONTEXT = {"tracking_disable": True, "chart_template_load": True, "lang": "en_US"}

# Own accounts: asso_<number> becomes pca_<number>.
ACCOUNTS = """
    1021 1022 10231 10232 1024 1032 1034 1051 1052 1081 1089 152 153 155 157 1631 1911 1912 194 195
    196 204 24 2804 294 461 466 4681 62264 6531 6571 6572 68164 6891 6894 6895 6896 7063 7073 73
    7531 7532 75411 75412 7542 75431 75432 75433 7552 7561 7562 78164 7891 7894 7895 7896 860 861
    862 864 870 871 875 6712 6714 6718 6754 7718 7754 777 791 796 797
""".split()
# Own groups: asso_<prefix>_group becomes pca_<prefix>.
GROUPS = """
    102 1023 103 105 108 19 191 280 689 707 753 754 7541 7543 756 789 86 87 671 675 771 775 79
""".split()
OTHER_ACCOUNTS = {
    **{f"pcg_{number}": f"pca_{number}" for number in (203, 205, 206, 207, 208, 212, 214)},
    "pcg_273": "pcg_2730",
}
OTHER_GROUPS = {f"pcg_{prefix}": f"pca_{prefix}" for prefix in (20, 29, 755)}

RENAMED = {
    "account.account": {f"asso_{n}": f"pca_{n}" for n in ACCOUNTS} | OTHER_ACCOUNTS,
    "account.group": {f"asso_{n}_group": f"pca_{n}" for n in GROUPS} | OTHER_GROUPS,
}

# Labels of before, of our own accounts; those of the general chart are read in its file.
OLD_LABELS = {
    "pca_1032": {"name@fr": "Fonds statutaires"},
    "pca_1081": {"name@fr": "Dotations consomptibles"},
}
ADDED = (
    *("pca_154", "pca_1572", "pca_1581", "pca_4686", "pca_4687", "pca_768"),
    *("pca_673", "pca_6713", "pca_7713", "pca_74"),
)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False)
    companies = companies.search([("chart_template", "in", TEMPLATES), ("parent_id", "=", False)])
    rename_ids(env, companies)
    for company in companies:
        chart = env["account.chart.template"].with_context(
            **CHART_CONTEXT, default_company_id=company.id, allowed_company_ids=company.ids
        )
        data = chart._get_chart_template_data(company.chart_template)
        mend_accounts(chart, company, data["account.account"])
        add_accounts(chart, company, data["account.account"])
        add_exemptions(chart, company, data)
    choose_exemptions(env)


def rename_ids(env, companies):
    rows = [
        (model, f"{company.id}_{old}", f"{company.id}_{new}")
        for company in companies
        for model, names in RENAMED.items()
        for old, new in names.items()
    ]
    if not rows:
        return
    env.cr.execute(
        """
        UPDATE ir_model_data AS data
           SET name = renamed.new
          FROM unnest(%s, %s, %s) AS renamed (model, old, new)
         WHERE data.module = 'account' AND data.model = renamed.model
           AND data.name = renamed.old
           AND NOT EXISTS (
               SELECT 1 FROM ir_model_data AS other
                WHERE other.module = 'account' AND other.name = renamed.new
           )
        """,
        [list(column) for column in zip(*rows, strict=True)],
    )
    env.registry.clear_cache("default")


def mend_accounts(chart, company, rows):
    """Write each right label, type and number over the wrong one, and over nothing else."""
    before = chart._parse_csv("fr", "account.account", module="l10n_fr_account")
    before = {OTHER_ACCOUNTS.get(xmlid, xmlid): row for xmlid, row in before.items()} | OLD_LABELS
    for xmlid, old in before.items():
        new, account = rows.get(xmlid), chart.ref(xmlid, raise_if_not_found=False)
        if not new or not account or old.get("name@fr") == new["name@fr"] and same(old, new):
            continue
        labels = account._fields["name"]._get_stored_translations(account) or {}
        changes = {
            lang: new[key]
            for lang, key in (("en_US", "name"), ("fr_FR", "name@fr"))
            if key in old and labels.get(lang) == old[key]
        }
        if changes:
            account.update_field_translations("name", changes)
        if old.get("account_type") == account.account_type:
            account.account_type = new["account_type"]
            if str(new["reconcile"]) == "True" and not account.reconcile:
                account.reconcile = True
        if "code" in old and account.code == old["code"].ljust(6, "0") != new["code"]:
            if not find_account(chart, company, new["code"]):
                account.code = new["code"]


def same(old, new):
    return all(old[key] == new[key] for key in ("code", "account_type", "reconcile") if key in old)


def add_accounts(chart, company, rows):
    """Add what the chart lacked; an account that somebody had made becomes that of the chart."""
    data = {}
    for xmlid in ADDED:
        if xmlid not in rows or chart.ref(xmlid, raise_if_not_found=False):
            continue
        account = find_account(chart, company, rows[xmlid]["code"])
        if account:
            chart.env["ir.model.data"]._update_xmlids(
                [
                    {
                        "xml_id": chart.company_xmlid(xmlid, company),
                        "record": account,
                        "noupdate": True,
                    }
                ]
            )
        else:
            data[xmlid] = rows[xmlid]
    if data:
        chart._load_data({"account.account": data})
        chart._load_translations(companies=company)


def find_account(chart, company, code):
    domain = [("company_ids", "in", company.ids), ("code", "=", code)]
    return chart.env["account.account"].with_context(active_test=False).search(domain, limit=1)


def add_exemptions(chart, company, data):
    names = {
        "account.tax.group": ["asso_tax_group_exempt"],
        "account.tax": [exemption.tax for exemption in EXEMPTIONS.values()],
    }
    missing = {
        model: {
            name: data[model][name] for name in own if not chart.ref(name, raise_if_not_found=False)
        }
        for model, own in names.items()
    }
    if any(missing.values()):
        chart._load_data(missing)
        chart._load_translations(companies=company)


def choose_exemptions(env):
    """Branches too: each prints its own mention, whose words are kept."""
    companies = env["res.company"].with_context(active_test=False)
    companies = companies.search(
        [("chart_template", "in", TEMPLATES), ("l10n_fr_asso_vat_exemption", "=", False)]
    )
    for company in companies:
        mention = company.l10n_fr_asso_vat_mention
        if exemption := guess_exemption(mention):
            company.write(
                {"l10n_fr_asso_vat_exemption": exemption, "l10n_fr_asso_vat_mention": mention}
            )

# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the two charts of associations share: merging over the chart `fr`, defaults, journals."""

from odoo import Command, models

from ..tools.vat_exemptions import EXEMPTIONS, FRANCHISE, guess_exemption

ASSOCIATION_TEMPLATES = ("fr_asso", "fr_asso_2018")

# Accounts of the chart `fr` that an association must not meet: their number has another meaning
# in the association chart, or only a commercial company can use them.
COMPANY_ACCOUNTS = {
    # share capital and its premiums, legal reserve, shareholders, dividends
    *("pcg_1011", "pcg_1012", "pcg_1013", "pcg_10131", "pcg_10132", "pcg_1018"),
    *("pcg_1041", "pcg_1042", "pcg_1043", "pcg_1044", "pcg_1045"),
    *("pcg_1061", "pcg_107", "pcg_109", "pcg_1209", "pcg_2013"),
    *("pcg_4551", "pcg_4558", "pcg_45611", "pcg_45615", "pcg_45621", "pcg_45625"),
    *("pcg_4563", "pcg_4564", "pcg_4566", "pcg_4567", "pcg_457"),
    # own shares and bonds
    *("pcg_2771", "pcg_2772", "pcg_502", "pcg_5021", "pcg_5022", "pcg_505"),
    *("pcg_6683", "pcg_7683", "pcg_696"),
    # the owner of a sole proprietorship
    *("pcg_108", "pcg_644", "pcg_646"),
    # 152 is for legacies: the other provisions for charges are 153 to 158
    *("pcg_1521_account", "pcg_1522_account", "pcg_1523_account", "pcg_1524_account"),
    *("pcg_1525_account", "pcg_1526_account", "pcg_1527_account"),
    # trust funds, directors' fees, cooperative rebates, joint ventures, donations to a company
    *("pcg_102", "pcg_653", "pcg_753", "pcg_754", "pcg_7551", "pcg_7555", "pcg_7582"),
    # its place is 652 (675 before 2025)
    "pcg_657",
}

# Accounts that appear with the fiscal years opened in 2025.
ACCOUNTS_FROM_2025 = {
    *("asso_652", "asso_6521", "asso_75413", "pcg_757", "asso_7571"),
    # subsidies released to the result were 777, transferred expenses 79, tax fines 6712
    *("pcg_747", "pcg_649", "pcg_669", "pcg_6582"),
}

# Accounts that bear here the ids of the chart of associations that Odoo ships since 19.1 under the
# same template code: a company that moves there reloads its chart, which finds them by these ids.
RENAMED_ACCOUNTS = {
    *("pcg_203", "pcg_205", "pcg_206", "pcg_207", "pcg_208", "pcg_212", "pcg_214", "pcg_273"),
}
RENAMED_GROUPS = {"pcg_20", "pcg_29", "pcg_755"}

COMPANY_GROUPS = {"pcg_101", "pcg_104", "pcg_277", "pcg_456", "pcg_4561", "pcg_4562"}
GROUPS_FROM_2025 = {"asso_652_group", "asso_757_group"}

EXCLUDED = {
    "fr_asso": {
        "account.account": COMPANY_ACCOUNTS | RENAMED_ACCOUNTS,
        "account.group": COMPANY_GROUPS | RENAMED_GROUPS,
    },
    "fr_asso_2018": {
        "account.account": COMPANY_ACCOUNTS | RENAMED_ACCOUNTS | ACCOUNTS_FROM_2025,
        "account.group": COMPANY_GROUPS | RENAMED_GROUPS | GROUPS_FROM_2025,
    },
}

# Default accounts of the company on which an association differs from a company.
COMPANY_DEFAULTS = {
    "income_account_id": "pcg_706",
    "expense_account_id": "pcg_6068",
    "transfer_account_id": "pcg_58_account",
    "default_cash_difference_income_account_id": "pcg_758",
    "default_cash_difference_expense_account_id": "pcg_658",
}


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _parse_asso_csv(self, model, *template_codes):
        """Rows of the chart `fr`, then those of our own charts over them, by external id.

        `_parse_csv` looks for files in the module of the template only, hence the two modules.
        A row of ours replaces the whole row of the parent that has the same id.
        """
        data = self._parse_csv("fr", model, module="l10n_fr_account")
        for template_code in template_codes:
            data.update(self._parse_csv(template_code, model, module="l10n_fr_asso"))
        return data

    def _get_asso_tax_group_data(self):
        """The tax groups of the parent and, for what is sold without VAT, one that says so."""
        return {
            **self._parse_asso_csv("account.tax.group"),
            "asso_tax_group_exempt": {
                "name": "Without VAT",
                "name@fr": "Sans TVA",
                "country_id": "base.fr",
                "tax_receivable_account_id": "pcg_44567",
                "tax_payable_account_id": "pcg_44551",
            },
        }

    def _get_asso_tax_data(self, template_code):
        """The taxes of the parent, and a 0 % tax for each reason not to charge VAT.

        An electronic invoice wants a tax on each line, and the reason of a tax at 0 % (rules
        BR-CO-04 and BR-E-10 of EN 16931).
        """
        data = self._parse_asso_csv("account.tax")
        self._deref_account_tags(template_code, data)
        for sequence, exemption in enumerate(EXEMPTIONS.values(), start=100):
            data[exemption.tax] = {
                "name": exemption.name,
                "invoice_label": "Without VAT",
                "invoice_label@fr": "Sans TVA",
                "amount": 0.0,
                "amount_type": "percent",
                "sequence": sequence,
                "type_tax_use": "sale",
                "tax_group_id": "asso_tax_group_exempt",
                "ubl_cii_tax_category_code": "E",
                "ubl_cii_tax_exemption_reason_code": exemption.code,
                "repartition_line_ids": [
                    Command.create({"document_type": document, "repartition_type": kind})
                    for document in ("invoice", "refund")
                    for kind in ("base", "tax")
                ],
            }
        return data

    def _get_asso_journals(self):
        """Journals of an association beside Odoo's: cash, cheques, cards, gifts in kind."""
        return {
            "cash": {
                "name": self.env._("Cash"),
                "type": "cash",
                "code": self.env._("CSH1"),
                "default_account_id": "pcg_53_account",
                "show_on_dashboard": True,
                "sequence": 7,
            },
            "asso_cheque": {
                "name": self.env._("Cheques for collection"),
                "type": "bank",
                "code": "CHQ",
                "default_account_id": "pcg_5112",
                "show_on_dashboard": True,
                "sequence": 8,
            },
            "asso_card": {
                "name": self.env._("Card payments for collection"),
                "type": "bank",
                "code": "CB",
                "default_account_id": "asso_5115",
                "show_on_dashboard": True,
                "sequence": 8,
            },
            "asso_cvn": {
                "name": self.env._("Voluntary contributions in kind"),
                "type": "general",
                "code": "CVN",
                "show_on_dashboard": False,
                "sequence": 10,
            },
        }

    def _get_chart_template_data(self, template_code):
        """Let the association charts have the last word over their parent.

        The functions of the parent run after those of the child and overwrite its values, so what
        must differ from `fr` (company defaults) or be absent from it is settled here.
        """
        data = super()._get_chart_template_data(template_code)
        if template_code in ASSOCIATION_TEMPLATES:
            for model, xmlids in EXCLUDED[template_code].items():
                for xmlid in xmlids:
                    data[model].pop(xmlid, None)
            data["res.company"][self.env.company.id].update(COMPANY_DEFAULTS)
        return data

    def _pre_reload_data(self, company, template_data, data, force_create=True):
        res = super()._pre_reload_data(company, template_data, data, force_create=force_create)
        template_data["l10n_fr_asso_reload"] = True
        return res

    def _post_load_data(self, template_code, company, template_data):
        """Odoo gives a default tax to a company without one, on a reload too, then to products.

        Most associations are outside VAT: none is proposed until the treasurer chooses one, and
        what was chosen stays.
        """
        if template_code not in ASSOCIATION_TEMPLATES:
            return super()._post_load_data(template_code, company, template_data)
        first_load = not template_data.get("l10n_fr_asso_reload")
        chosen = {"account_sale_tax_id": False, "account_purchase_tax_id": False}
        if not first_load:
            chosen = {name: company[name].id for name in chosen}
        chart = self.with_context(l10n_fr_asso_keep_product_taxes=True)
        res = super(AccountChartTemplate, chart)._post_load_data(
            template_code, company, template_data
        )
        company.write(chosen)
        if first_load:
            if not company.parent_id:  # a branch shares the journals of its association
                self._set_asso_payment_accounts()
            if not company.l10n_fr_asso_vat_exemption:
                mention = company.l10n_fr_asso_vat_mention
                if exemption := guess_exemption(mention) if mention else FRANCHISE:
                    company.l10n_fr_asso_vat_exemption = exemption
                if mention:
                    company.l10n_fr_asso_vat_mention = mention
        return res

    def _set_asso_payment_accounts(self):
        """Say on which account each journal's payments stand.

        Cash, cheques and cards stand at once on the account of their journal; at the bank they
        wait on Odoo's outstanding accounts until the statement shows them.
        """
        outstanding = (
            self.ref("account_journal_payment_debit_account_id"),
            self.ref("account_journal_payment_credit_account_id"),
        )
        # The name of a payment method is one text for all languages, and the start of the label
        # of each payment's lines: French books say it in French.
        french = self.with_context(lang="fr_FR").env
        names = {
            "cash": french._("Cash payment"),
            "asso_cheque": french._("Cheque"),
            "asso_card": french._("Card payment"),
            "bank": french._("Bank transfer"),
        }
        for xmlid, name in names.items():
            journal = self.ref(xmlid)
            lines = journal.inbound_payment_method_line_ids
            lines |= journal.outbound_payment_method_line_ids
            lines.filtered(lambda line: line.code == "manual").name = name
            own = (journal.default_account_id,) * 2
            receipts, payments = outstanding if xmlid == "bank" else own
            journal.inbound_payment_method_line_ids.filtered(
                lambda line: line.code == "manual" and not line.payment_account_id
            ).payment_account_id = receipts
            journal.outbound_payment_method_line_ids.filtered(
                lambda line: line.code == "manual" and not line.payment_account_id
            ).payment_account_id = payments

import logging

from odoo.fields import Command

from .chapter import Chapter

_logger = logging.getLogger(__name__)


class Association(Chapter):
    """The association itself: name, papers, chart of accounts, bank, programmes, safety."""

    def tell(self):
        self.tell_company()
        self.tell_chart()
        self.tell_bank()
        self.tell_programmes()
        self.keep_quiet()

    def tell_company(self):
        self.company.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
        # On a change of country Odoo would install all its French modules and their chart.
        self.company.with_context(chart_template_load=True).write(
            {
                "name": "La Fabrique du Bourg",
                "street": "4 place de l'Église",
                "street2": False,
                "zip": "35190",
                "city": "Tinténiac",
                "country_id": self.env.ref("base.fr").id,
                "currency_id": self.env.ref("base.EUR").id,
                "phone": "02 99 00 10 00",
                "email": "bonjour@lafabriquedubourg.example.org",
                "website": "https://lafabriquedubourg.example.org",
                "company_registry": "12345678200010",
                "l10n_fr_asso_rna": "W353012345",
                "l10n_fr_asso_vat_mention": (
                    "TVA non applicable, association non assujettie (article 261, 7-1° du CGI)"
                ),
                "logo": self.image("logo.png"),
                "primary_color": "#1F6F6B",
                "secondary_color": "#E08E45",
                "report_header": "<p>Tiers-lieu associatif de Tinténiac et Hédé-Bazouges</p>",
                "external_report_layout_id": self.env.ref("web.external_layout_standard").id,
                "paperformat_id": self.env.ref("base.paperformat_euro").id,
                "fiscalyear_last_day": 31,
                "fiscalyear_last_month": "12",
            }
        )
        self.company.report_footer = self.company._get_details_footer()
        self.env.ref("base.EUR").active = True

    def tell_chart(self):
        """Load the associations' chart where none, or an unused one, is there."""
        if (self.company.chart_template or "").startswith("fr_asso"):
            return
        if self.env["account.move"].search_count([("company_id", "=", self.company.id)], limit=1):
            _logger.warning(
                "The demo association keeps the chart %s: there are entries on it.",
                self.company.chart_template,
            )
            return
        self.env["account.chart.template"].try_loading(
            "fr_asso", company=self.company, install_demo=False
        )

    def tell_bank(self):
        bank = self.make(
            "res.bank",
            {"bank": {"name": "Banque coopérative de l'Ouest", "bic": "PSSTFRPPREN"}},
        )
        account = self.make(
            "res.partner.bank",
            {
                "bank_account": {
                    "acc_number": "FR14 2004 1010 0505 0001 3M02 606",
                    "partner_id": self.company.partner_id.id,
                    "bank_id": bank.id,
                    "company_id": self.company.id,
                    "allow_out_payment": True,
                }
            },
        )
        journal = self.chart("bank")
        if not journal.bank_account_id:
            journal.bank_account_id = account

    def tell_programmes(self):
        programme = self.env.ref("tierslieux_base.analytic_plan_programme").id
        funding = self.env.ref("tierslieux_base.analytic_plan_funding").id
        accounts = {
            "programme_asso": ("Vie associative", "VIE", programme),
            "programme_coworking": ("Coworking et télétravail", "COW", programme),
            "programme_numerique": ("Médiation numérique", "NUM", programme),
            "programme_fablab": ("Fablab et ateliers", "FAB-LAB", programme),
            "programme_aines": ("Aînés et aidants", "AIN", programme),
            "funding_commune": ("Commune de Tinténiac", "F-COM", funding),
            "funding_communaute": ("Bretagne romantique", "F-CC", funding),
            "funding_departement": ("Département d'Ille-et-Vilaine", "F-DEP", funding),
        }
        self.make(
            "account.analytic.account",
            {
                key: {
                    "name": name,
                    "code": code,
                    "plan_id": plan,
                    "company_id": self.company.id,
                }
                for key, (name, code, plan) in accounts.items()
            },
        )

    def keep_quiet(self):
        """Nothing leaves the demo: its addresses are nobody's, and no mail server is set."""
        for xmlid in ("mail.ir_cron_mail_scheduler_action",):
            cron = self.env.ref(xmlid, raise_if_not_found=False)
            if cron:
                cron.active = False
        provider = self.env.ref("payment.payment_provider_demo", raise_if_not_found=False)
        if provider and provider.code == "demo":
            # Paid online, for show: the portal goes all the way without a bank.
            provider.write(
                {
                    "name": "Carte bancaire (démonstration)",
                    "company_id": self.company.id,
                    "state": "test",
                    "is_published": True,
                    "payment_method_ids": [
                        Command.link(method.id)
                        for method in provider.with_context(active_test=False).payment_method_ids
                    ],
                }
            )
            provider.with_context(active_test=False).payment_method_ids.active = True

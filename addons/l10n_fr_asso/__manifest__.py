{
    "name": "France - Chart of accounts of associations",
    "summary": "Chart of accounts of French non-profit bodies (ANC 2018-06, before and from 2025)",
    "version": "19.0.2.0.0",
    "countries": ["fr"],
    "category": "Accounting/Localizations/Account Charts",
    "author": "tierslieux contributors",
    "website": "https://github.com/tierslieux/tierslieux",
    "license": "AGPL-3",
    "depends": ["l10n_fr_account", "l10n_fr_facturx_chorus_pro"],
    "data": [
        "data/facturx_templates.xml",
        "views/account_menus.xml",
        "views/fec_export_views.xml",
        "views/report_invoice.xml",
        "views/res_company_views.xml",
    ],
}

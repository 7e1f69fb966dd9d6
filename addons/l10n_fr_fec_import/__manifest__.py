{
    "name": "France - Import of accounting entries (FEC)",
    "summary": "Take over the books of a year from any French software, all or nothing",
    "version": "19.0.1.0.0",
    "countries": ["fr"],
    "category": "Accounting/Localizations",
    "author": "tierslieux contributors",
    "website": "https://github.com/tierslieux/tierslieux",
    "license": "AGPL-3",
    "depends": ["l10n_fr_account"],
    "data": [
        "security/fec_import_security.xml",
        "security/ir.model.access.csv",
        "data/fec_import_cron.xml",
        "views/fec_import_views.xml",
        "views/account_move_views.xml",
    ],
}

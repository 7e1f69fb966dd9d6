{
    "name": "Tiers-lieux: coworking",
    "summary": "Plans, subscriptions, day passes, credits and their billing",
    "version": "19.0.1.0.0",
    "category": "Services/Tiers-lieux",
    "author": "tierslieux contributors",
    "website": "https://github.com/tierslieux/tierslieux",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "tierslieux_base",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/coworking_security.xml",
        "data/coworking_data.xml",
        "data/credit_cron.xml",
        "data/billing_cron.xml",
        "data/subscription_cron.xml",
        "data/crm_lost_data.xml",
        "views/coworking_menus.xml",
        "views/billing_views.xml",
    ],
}

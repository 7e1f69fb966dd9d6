{
    "name": "Tiers-lieux: presence",
    "summary": "Who is here: check-in, tablet at the entrance, today's board, evacuation list",
    "version": "19.0.1.0.0",
    "category": "Services/Tiers-lieux",
    "author": "tierslieux contributors",
    "website": "https://github.com/tierslieux/tierslieux",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "tierslieux_booking",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/presence_security.xml",
        "data/presence_cron.xml",
        "report/evacuation_list_templates.xml",
        "views/kiosk_templates.xml",
        "views/presence_views.xml",
        "views/presence_wizard_views.xml",
        "views/place_kiosk_views.xml",
        "views/presence_menus.xml",
        "views/activity_report_presence_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "tierslieux_presence/static/src/today/*",
        ],
        "web.assets_frontend": [
            "tierslieux_presence/static/src/kiosk/*",
        ],
    },
    "post_init_hook": "post_init_hook",
}

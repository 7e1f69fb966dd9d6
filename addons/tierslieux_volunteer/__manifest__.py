{
    "name": "Tiers-lieux: volunteers",
    "summary": "Volunteers, missions and shifts: who can come, who said yes, who is missing",
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
        "security/volunteer_groups.xml",
        "security/ir.model.access.csv",
        "security/volunteer_security.xml",
        "data/volunteer_mail.xml",
        "data/volunteer_cron.xml",
        "views/volunteer_views.xml",
        "views/mission_views.xml",
        "views/shift_views.xml",
        "views/assignment_views.xml",
        "views/volunteer_wizard_views.xml",
        "views/volunteer_message_views.xml",
        "views/activity_report_volunteer_views.xml",
        "views/volunteer_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "tierslieux_volunteer/static/src/week_grid/*",
            "tierslieux_volunteer/static/src/week_board/*",
        ],
    },
}

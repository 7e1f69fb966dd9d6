{
    "name": "Tiers-lieux: members' files",
    "summary": "Members' files of other software, read, checked and written",
    "version": "19.0.1.0.0",
    "category": "Services/Tiers-lieux",
    "author": "tierslieux contributors",
    "website": "https://github.com/tierslieux/tierslieux",
    "license": "AGPL-3",
    "depends": [
        "base_import",
        "tierslieux_membership",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/member_import_security.xml",
        "views/member_import_views.xml",
        "views/member_import_mapping_views.xml",
        "views/member_import_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
}

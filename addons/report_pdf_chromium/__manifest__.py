{
    "name": "PDF reports with Chromium",
    "summary": "Print reports with headless Chromium: header, footer, page n/N on every page",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tools",
    "license": "AGPL-3",
    "author": "tierslieux contributors",
    "website": "https://github.com/tierslieux/tierslieux",
    "depends": ["web"],
    "auto_install": True,
}

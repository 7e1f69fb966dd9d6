#!/usr/bin/env python3
"""Draw the icons of the apps: one family, one colour per trade.

    python docs/icons.py [part of a path…]

All of them, or those whose path has that part. It needs the packages of
config/requirements-dev.txt and a Chromium. A new app gets a line in ``ICONS``: where the picture
goes, the two shades of its ground, and what stands on it, drawn on a square of 128 by 128, in white
with one thing in amber.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
BASE = "tierslieux_base/static/description"
SIZE = 256

PINE = ("#4f7d3c", "#37592a")
BLUE = ("#3b78a6", "#28547a")
TEAL = ("#2f8f99", "#20666e")
PLUM = ("#8a5a8f", "#623f67")
BRICK = ("#b4623f", "#84452a")
SLATE = ("#5a6b80", "#3f4c5d")
INDIGO = ("#5b63a8", "#40467c")

PERSON = '<circle cx="{x}" cy="{y}" r="{r}"/><path d="M{left} {foot}a{w} {w} 0 0 1 {d} 0z"/>'


def person(x, y, size):
    """Head and shoulders, the head's centre at (x, y)."""
    width = size * 1.75
    return PERSON.format(
        x=x, y=y, r=size, w=width, left=x - width, foot=y + size * 3.1, d=width * 2
    )


ICONS = {
    "addons/tierslieux_membership/static/description/icon.png": (
        BLUE,
        f"""<rect class="line" x="22" y="36" width="84" height="58" rx="9" stroke-width="7"/>
        <g class="amber">{person(46, 56, 8)}</g>
        <path class="line" d="M72 54h22M72 66h22M72 78h13" stroke-width="6"/>""",
    ),
    "addons/tierslieux_booking/static/description/icon.png": (
        TEAL,
        """<rect class="line" x="25" y="34" width="78" height="66" rx="9" stroke-width="7"/>
        <path class="line" d="M44 24v18M84 24v18M25 53h78" stroke-width="7"/>
        <rect class="amber" x="58" y="64" width="32" height="24" rx="4"/>
        <rect x="38" y="64" width="12" height="24" rx="3"/>""",
    ),
    "addons/tierslieux_presence/static/description/icon.png": (
        PINE,
        f"""<path class="line" d="M60 28h32a6 6 0 0 1 6 6v60a6 6 0 0 1-6 6H60" stroke-width="7"/>
        <path class="line" d="M24 64h40M50 48l16 16-16 16" stroke-width="8"/>
        <g class="amber">{person(80, 56, 7)}</g>""",
    ),
    "addons/tierslieux_directory/static/description/icon.png": (
        PLUM,
        """<path class="line" d="M24 40l26-10 28 10 26-10v58L78 98 50 88 24 98z" stroke-width="7"/>
        <path class="amber" d="M64 40a17 17 0 0 1 17 17c0 12-17 27-17 27S47 69 47 57a17 17 0 0 1
        17-17z"/><circle cx="64" cy="57" r="6"/>""",
    ),
    "addons/tierslieux_member_import/static/description/icon.png": (
        SLATE,
        """<path class="line" d="M34 24h40l20 20v56a5 5 0 0 1-5 5H34a5 5 0 0 1-5-5V29a5 5 0 0 1
        5-5z" stroke-width="7"/>
        <path class="line amberline" d="M61 46v36M46 68l15 15 15-15" stroke-width="8"/>""",
    ),
    "addons/tierslieux_agreement/static/description/icon.png": (
        PLUM,
        """<path class="line" d="M34 22h42l20 20v62a4 4 0 0 1-4 4H38a4 4 0 0 1-4-4z"
        stroke-width="7"/><path class="line" d="M48 50h32M48 64h32" stroke-width="6"/>
        <path class="line amberline" d="M48 90c7-13 12 7 19-4s8 4 15 0" stroke-width="6"/>""",
    ),
    f"{BASE}/figures_icon.png": (
        INDIGO,
        """<path class="line" d="M26 26v74h76" stroke-width="7"/>
        <rect x="38" y="66" width="13" height="24" rx="2"/>
        <rect x="58" y="52" width="13" height="38" rx="2"/>
        <rect class="amber" x="78" y="34" width="13" height="56" rx="2"/>""",
    ),
    "addons/tierslieux_billing/static/description/icon.png": (
        SLATE,
        """<path class="line" d="M32 24h64v80l-11-8-10 8-11-8-11 8-10-8-11 8z" stroke-width="7"/>
        <path class="line" d="M46 44h36M46 58h36" stroke-width="6"/>
        <circle class="amber" cx="74" cy="77" r="8"/>""",
    ),
    "addons/tierslieux_business_centre/static/description/icon.png": (
        BRICK,
        """<rect class="line" x="22" y="36" width="84" height="58" rx="8" stroke-width="7"/>
        <path class="line" d="M24 42l40 30 40-30" stroke-width="7"/>
        <circle class="amber" cx="93" cy="87" r="14"/>""",
    ),
    "addons/tierslieux_volunteer/static/description/icon.png": (
        PINE,
        f"""{person(42, 52, 11)}{person(86, 52, 11)}
        <path class="amber" d="M64 106S44 94 44 80a11 11 0 0 1 20-6 11 11 0 0 1 20 6c0 14-20 26-20
        26z" stroke="#44692f" stroke-width="4"/>""",
    ),
    "addons/tierslieux_sepa/static/description/icon.png": (
        INDIGO,
        """<path class="line" d="M28 50a38 38 0 0 1 66-11l8 9M102 30v18H84" stroke-width="7"/>
        <path class="line" d="M100 78a38 38 0 0 1-66 11l-8-9M26 98V80h18" stroke-width="7"/>
        <path class="line amberline" d="M76 52a15 15 0 1 0 0 24M50 60h18M50 68h18"
        stroke-width="6"/>""",
    ),
    "tierslieux_coworking/static/description/icon.png": (
        BRICK,
        f"""<path class="line" d="M22 82h84M34 82v20M94 82v20" stroke-width="8"/>
        <rect class="line" x="62" y="46" width="36" height="24" rx="4" stroke-width="6"/>
        <path class="line" d="M80 71v9" stroke-width="6"/>
        <g class="amber">{person(40, 44, 10)}</g>""",
    ),
}

PAGE = """<style>body{{margin:0}}svg{{display:block}}
.line{{fill:none;stroke:#fff;stroke-linecap:round;stroke-linejoin:round}}
.amber{{fill:#efb04c}}.amberline{{stroke:#efb04c}}</style>
<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 128 128">
<defs><linearGradient id="ground" x2="0" y2="1"><stop stop-color="{light}"/>
<stop offset="1" stop-color="{dark}"/></linearGradient></defs>
<rect x="4" y="4" width="120" height="120" rx="24" fill="url(#ground)"/>
<g fill="#fff">{drawing}</g></svg>"""


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_BIN") or "/usr/bin/chromium",
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        wanted = sys.argv[1:] or [""]
        for path, ((light, dark), drawing) in ICONS.items():
            if not any(part in path for part in wanted):
                continue
            page.set_content(PAGE.format(size=SIZE, light=light, dark=dark, drawing=drawing))
            page.screenshot(path=str(ROOT / path), omit_background=True)
            print(path)
        browser.close()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Print the locked lines, hashes included, of the packages whose names match.

    pick_requirements.py 'odoo-addon-*' < config/requirements.txt > addons.txt

The official Odoo image brings Odoo and its own Python packages; only what it lacks is installed,
at the very versions that the launcher uses. Exit code 1 when a pattern matches nothing, so that
an image is never built without the packages it was asked for.
"""

import re
import sys
from fnmatch import fnmatchcase

REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*==")


def pick(lines, patterns):
    """The requirement lines (with their hash lines) whose package name matches.

    :param lines: lines of a file made by pip-compile or ``uv pip compile --generate-hashes``
    :param patterns: shell patterns on normalised names (lower case, hyphens)
    :return: tuple (picked lines, patterns that matched nothing)
    """
    picked, unused, keep = [], set(patterns), False
    for line in lines:
        match = REQUIREMENT.match(line)
        if match:
            name = re.sub(r"[-_.]+", "-", match.group(1)).lower()
            hits = {pattern for pattern in patterns if fnmatchcase(name, pattern)}
            keep = bool(hits)
            unused -= hits
        elif not line.startswith((" ", "\t")):
            keep = False
        if keep and not line.lstrip().startswith("#"):
            picked.append(line.rstrip("\n"))
    return picked, sorted(unused)


def main(patterns):
    picked, unused = pick(sys.stdin, patterns)
    if not patterns or unused:
        print(f"No locked package matches: {', '.join(unused) or '(no pattern)'}", file=sys.stderr)
        return 1
    print("\n".join(picked))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

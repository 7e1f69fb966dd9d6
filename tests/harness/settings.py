"""What the launcher tells the tests through the environment."""

import configparser
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / ".tierslieux" / "test-artifacts"


class MissingSetting(Exception):
    """The tests were started without the launcher."""


def setting(name):
    """The value of one variable that `./tierslieux test` gives."""
    value = os.environ.get(name)
    if not value:
        raise MissingSetting(f"{name} is not set: run the tests with ./tierslieux test")
    return value


def rc_path():
    return Path(setting("TIERSLIEUX_RC"))


def rc_options():
    """The [options] of the Odoo configuration file of the tests."""
    parser = configparser.RawConfigParser()
    parser.read(rc_path())
    return dict(parser["options"])


def project_modules():
    """The modules of the project, by name."""
    return setting("TIERSLIEUX_MODULES").split()


def odoo_options(path):
    """The [options] of any Odoo configuration file."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(path, encoding="utf-8")
    return dict(parser["options"])

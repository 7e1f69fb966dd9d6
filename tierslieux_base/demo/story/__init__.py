"""The demo association, « La Fabrique du Bourg », told through the house's own methods.

Dates are relative to the day it is loaded, so that whenever it is, some members are up to date,
some in their days of grace, some to pay, some gone. Nothing is drawn at random without a seed:
two databases made on one day are equal.
"""

from .association import Association
from .fees import Fees
from .ledger import Ledger
from .people import People
from .pipeline import Pipeline
from .places import Places

CHAPTERS = (Association, People, Places, Fees, Ledger, Pipeline)


def tell(env):
    """Write the story into the database, once.

    :return: False if it is there already
    """
    if env.ref("tierslieux_base.leguen_annick_demo", raise_if_not_found=False):
        return False
    for chapter in CHAPTERS:
        chapter(env).tell()
    env.flush_all()
    return True

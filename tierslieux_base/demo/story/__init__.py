"""The demo association, « La Fabrique du Bourg », told through the house's own methods.

Dates are relative to the day it is loaded, so that whenever it is, some members are up to date,
some in their days of grace, some to pay, some gone. Nothing is drawn at random without a seed:
two databases made on one day are equal.
"""

from .association import Association
from .ledger import Ledger
from .people import People
from .places import Places

CHAPTERS = (Association, People, Places, Ledger)


def tell(env, stories):
    """Write into the database what is not there yet of the story.

    :param stories: list of (external id that tells whether it is there, chapters), see
        ``tierslieux.demo._get_stories``
    :return: whether anything was told
    """
    told = False
    for mark, chapters in stories:
        if env.ref(mark, raise_if_not_found=False):
            continue
        for chapter in chapters:
            chapter(env).tell()
        told = True
    env.flush_all()
    return told

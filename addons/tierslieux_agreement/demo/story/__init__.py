"""The partners of « La Fabrique du Bourg »."""

from .agreements import Agreements
from .sharings import Sharings
from .tenders import Tenders

CHAPTERS = (Agreements, Sharings, Tenders)

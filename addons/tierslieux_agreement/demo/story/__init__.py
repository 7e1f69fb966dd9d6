"""The partners of « La Fabrique du Bourg »."""

from .agreements import Agreements
from .tenders import Tenders

CHAPTERS = (Agreements, Tenders)

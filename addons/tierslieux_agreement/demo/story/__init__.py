"""The partners of « La Fabrique du Bourg »."""

from .agreements import Agreements

CHAPTERS = (Agreements,)

"""The business centre of « La Fabrique du Bourg », told on top of its coworking."""

from .business import Business

CHAPTERS = (Business,)

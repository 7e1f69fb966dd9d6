"""Memberships at « La Fabrique du Bourg »: two years of fees, and who is interested."""

from .fees import Fees
from .pipeline import Pipeline

CHAPTERS = (Fees, Pipeline)

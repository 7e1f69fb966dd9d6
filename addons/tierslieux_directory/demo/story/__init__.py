"""The services around « La Fabrique du Bourg »."""

from .directory import Directory

CHAPTERS = (Directory,)

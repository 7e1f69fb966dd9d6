"""Coworking at « La Fabrique du Bourg »: two places, five plans, three months of bookings.

Told on top of the base's story, with its people: the day it is loaded is the last day of the
story, the months before are billed and mostly paid, the running one is ready to bill.
"""

from .bookings import Bookings
from .invoices import Invoices
from .plans import Plans
from .spaces import Spaces
from .subscribers import Subscribers
from .today import Today

CHAPTERS = (Spaces, Plans, Subscribers, Bookings, Invoices, Today)

"""The volunteers of « La Fabrique du Bourg »: who they are, their missions, what they did."""

from .hours import Hours
from .missions import Missions
from .shifts import Shifts
from .volunteers import Volunteers

CHAPTERS = (Volunteers, Missions, Shifts, Hours)

from . import volunteer_emergency
from . import volunteer_leave
from . import shift_change
from . import shift_cancel
from . import shift_ask
from . import shift_generation
from . import shift_absence

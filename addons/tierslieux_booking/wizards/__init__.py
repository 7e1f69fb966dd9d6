from . import booking_cancel
from . import booking_closing
from . import booking_payment
from . import booking_series
from . import booking_series_line
from . import booking_series_move
from . import booking_trust_settings
from . import resource_setup

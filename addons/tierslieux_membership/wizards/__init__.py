from . import membership_resign
from . import take_payment
from . import membership_join
from . import membership_settings
from . import reminder_preview

from . import agreement_settings
from . import agreement_windows
from . import presence_series
from . import tender_windows

from . import agreement_windows
from . import agreement_amend
from . import agreement_import
from . import agreement_settings
from . import presence_series
from . import tender_windows

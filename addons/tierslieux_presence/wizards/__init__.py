from . import check_in
from . import presence_settings

from . import activity_mixin
from . import activity_report
from . import place_kind
from . import place_label_type
from . import place
from . import place_hours
from . import place_label
from . import place_calendar

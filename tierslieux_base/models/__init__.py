from . import activity_mixin
from . import activity_report

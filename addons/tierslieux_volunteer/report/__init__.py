from . import call_list
from . import week_sheet

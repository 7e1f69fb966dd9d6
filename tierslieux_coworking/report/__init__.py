from . import price_letter
from . import subscription_contract
from . import attendance_list

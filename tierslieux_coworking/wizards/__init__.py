from . import lead_lose
from . import subscription_notice
from . import subscription_pause
from . import subscription_switch

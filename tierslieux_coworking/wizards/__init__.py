from . import lead_lose
from . import subscription_notice
from . import subscription_pause
from . import subscription_switch
from . import check_in
from . import credit_adjust
from . import sell_pass
from . import dunning_preview

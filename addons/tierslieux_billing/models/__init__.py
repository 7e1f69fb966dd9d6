from . import billing_run
from . import billing_line
from . import billing_extra
from . import account_move
from . import dunning_level
from . import message
from . import dunning

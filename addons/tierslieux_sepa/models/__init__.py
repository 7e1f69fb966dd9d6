from . import res_company
from . import res_partner
from . import mandate
from . import billing_line
from . import billing_run
from . import account_payment
from . import payment_return
from . import res_partner_bank

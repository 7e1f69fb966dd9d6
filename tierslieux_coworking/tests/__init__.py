from . import test_proration
from . import test_subscription_life
from . import test_credit_allocation
from . import test_billing_tools
from . import test_billing_run
from . import test_credit_ledger
from . import test_credit_booking

from . import test_credit_allocation

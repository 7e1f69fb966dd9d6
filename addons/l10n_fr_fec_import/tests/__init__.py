from . import test_fec_read
from . import test_fec_import
from . import test_fec_accounts
from . import test_fec_rights
from . import test_fec_year

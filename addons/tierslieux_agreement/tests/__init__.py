from . import test_agreement
from . import test_agreement_rights
from . import test_agreement_tools
from . import test_document
from . import test_duty
from . import test_money
from . import test_portal_agreement
from . import test_presence

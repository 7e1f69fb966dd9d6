from . import test_agreement
from . import test_agreement_tools

from . import test_collection
from . import test_portal_mandate

from . import directory_import
from . import directory_export
from . import membership_resign
from . import take_payment

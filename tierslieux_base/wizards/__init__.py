from . import membership_resign
from . import take_payment

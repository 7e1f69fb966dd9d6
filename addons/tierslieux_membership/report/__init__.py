from . import member_list
from . import membership_card
from . import membership_receipt

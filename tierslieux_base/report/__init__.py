from . import membership_card
from . import membership_receipt
from . import member_list

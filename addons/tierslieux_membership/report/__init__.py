from . import member_list
from . import member_register
from . import membership_card
from . import membership_receipt

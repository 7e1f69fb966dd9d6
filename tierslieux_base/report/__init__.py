from . import document
from . import member_list, membership_card, membership_receipt
from . import evacuation_list

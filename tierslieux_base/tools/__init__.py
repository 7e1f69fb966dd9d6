from . import membership_period

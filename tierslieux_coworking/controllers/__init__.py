from . import portal_community, portal_credits, portal_plan_take, portal_subscription, portal_team
from . import trial_day

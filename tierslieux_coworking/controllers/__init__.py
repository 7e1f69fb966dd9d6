from . import portal_coworking, portal_credits, portal_team, portal_community, portal_plan_take
from . import trial_day

from . import test_planner_reading
from . import test_planner_repeatable
from . import test_planner_rules
from . import test_planner_why
from . import test_planner_wishes

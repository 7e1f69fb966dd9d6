from . import mission_public
from . import portal_shift
from . import portal_swap
from . import portal_volunteer_time
from . import portal_volunteer_document
from . import portal_volunteering
from . import volunteer_ics

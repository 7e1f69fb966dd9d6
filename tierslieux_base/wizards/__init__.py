from . import company_settings
from . import association_settings
from . import desk_payment
from . import desk_person
from . import merge_persons
from . import person_departure
from . import portal_access
from . import trust_settings

from . import portal_agreement
from . import screen_signature

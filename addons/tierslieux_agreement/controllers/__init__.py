from . import portal_agreement

from . import business_settings

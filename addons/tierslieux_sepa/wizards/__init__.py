from . import sepa_setup

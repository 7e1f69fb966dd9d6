from . import domiciliation_certificate

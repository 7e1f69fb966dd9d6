from . import agreement_report

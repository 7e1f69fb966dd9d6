from . import agreement_report
from . import tender_checklist

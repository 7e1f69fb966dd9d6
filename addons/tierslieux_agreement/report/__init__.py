from . import agreement_report
from . import signatures_report
from . import running_report
from . import sharing_picture
from . import tender_checklist

from . import agreement_report
from . import sharing_picture

from . import hours_certificate_document
from . import engagement_letter
from . import volunteer_passport
from . import civic_engagement
from . import call_list
from . import week_sheet

from . import test_member_answers
from . import test_member_file
from . import test_member_file_guard
from . import test_member_import
from . import test_member_import_files
from . import test_member_import_rights
from . import test_member_import_text
from . import test_member_match

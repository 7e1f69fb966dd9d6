from . import member_import
from . import member_import_accounting
from . import member_import_check
from . import member_import_column
from . import member_import_line
from . import member_import_messages
from . import member_import_value
from . import member_import_write

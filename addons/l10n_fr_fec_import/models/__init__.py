from . import account_journal
from . import account_move
from . import fec_import
from . import fec_import_words
from . import fec_import_check
from . import fec_import_write
from . import fec_import_account

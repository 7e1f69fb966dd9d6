from . import directory_import
from . import directory_export

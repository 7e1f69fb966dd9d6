from . import test_directory_export
from . import test_directory_file
from . import test_directory_file_guard
from . import test_directory_import

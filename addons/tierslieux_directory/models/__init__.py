from . import directory_term
from . import directory_mixin
from . import directory_entry
from . import directory_mapping
from . import place_directory
from . import demo

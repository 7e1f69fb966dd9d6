from . import member_import_mapping

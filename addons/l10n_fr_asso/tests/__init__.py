from . import test_chart, test_documents, test_journals, test_migration

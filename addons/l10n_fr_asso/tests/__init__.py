from . import (
    test_chart,
    test_documents,
    test_exemptions,
    test_facturx,
    test_fec,
    test_journals,
    test_migration,
)

from . import (
    test_chromium,
    test_doctests,
    test_engine,
    test_http,
    test_invoice,
    test_report,
    test_resources,
)

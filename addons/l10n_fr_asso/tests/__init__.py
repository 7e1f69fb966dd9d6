from . import test_chart, test_journals

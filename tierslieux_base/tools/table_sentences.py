"""Why a file is not read, in sentences that say what to do: one for each ``FileRefused``."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

FILE_ERRORS = {
    "empty": _lt("%(name)s is empty: export the data again and choose that file."),
    "too_big": _lt(
        "%(name)s is larger than %(megabytes)s MB: split it and import the parts one "
        "after the other."
    ),
    "too_many_rows": _lt(
        "%(name)s has more than %(rows)s rows: split it and import the parts one after the other."
    ),
    "too_many_columns": _lt(
        "%(name)s has more than %(columns)s columns: delete those that are not needed."
    ),
    "too_many_cells": _lt(
        "%(name)s has more than %(cells)s cells: delete the columns that are not needed, "
        "or split it and import the parts one after the other."
    ),
    "empty_rows": _lt(
        "%(name)s has more than %(rows)s rows, most of them empty: copy the filled "
        "rows alone to a new sheet, save it and choose that file."
    ),
    "unzipped": _lt(
        "%(name)s takes more than %(megabytes)s MB once it is opened: copy the filled "
        "rows alone to a new sheet, save it as .csv and choose that file."
    ),
    "too_many_parts": _lt(
        "%(name)s has more than %(parts)s sheets or parts: copy the filled rows "
        "alone to a new sheet, save it as .csv and choose that file."
    ),
    "too_slow": _lt(
        "%(name)s takes more than %(seconds)s seconds to read: save it as .csv, or split it and "
        "import the parts one after the other."
    ),
    "too_deep": _lt("%(name)s is not a table: choose a file exported as .csv or .xlsx."),
    "entities": _lt(
        "%(name)s declares entities, as no spreadsheet does: open it in a spreadsheet, save it "
        "again as .xlsx or .csv and choose that file."
    ),
    "utf32": _lt(
        "%(name)s is written in UTF-32, which is not read here: save it as .xlsx, or as .csv in "
        "UTF-8, then choose that file."
    ),
    "nul": _lt(
        "%(name)s, row %(row)s: there is a sign that no text holds (NUL). Correct that row, or "
        "export the data again, and choose the file again."
    ),
    "surrogate": _lt(
        "%(name)s, row %(row)s: there is half of a sign, as a faulty export writes. Correct that "
        "row, or export the data again, and choose the file again."
    ),
    "old_excel": _lt(
        "%(name)s is in the old Excel format (.xls): open it and save it as .xlsx or "
        ".csv, then choose that file."
    ),
    "opendocument": _lt(
        "%(name)s is an OpenDocument sheet (.ods): open it and save it as .xlsx or .csv, "
        "then choose that file."
    ),
    "not_a_table": _lt("%(name)s is not a table: choose a file exported as .csv or .xlsx."),
    "not_text": _lt(
        "%(name)s is neither text nor a spreadsheet: choose a file exported as .csv or .xlsx."
    ),
    "damaged": _lt(
        "%(name)s is damaged or protected by a password: open it in a spreadsheet, save "
        "it again as .xlsx or .csv and choose that file."
    ),
    "bad_cell": _lt(
        "%(name)s, row %(row)s: a cell is far too long, usually because a quotation mark "
        "was opened and never closed. Correct that row and choose the file again."
    ),
    "one_column": _lt(
        "%(name)s has a single column: export it again with semicolons between the "
        "columns, and a first row that names them."
    ),
    "no_headings": _lt(
        "%(name)s has no heading row: row %(row)s already holds data. Add a first "
        "row that names the columns."
    ),
    "no_rows": _lt(
        "%(name)s has headings in row %(row)s and nothing below: export the data "
        "again and choose that file."
    ),
    "json": _lt("%(name)s looks like JSON but cannot be read: %(detail)s"),
}


def describe_refusal(env, error, filename=""):
    """
    :param FileRefused error: what the reader said
    :param str filename: how the user calls the file
    :return: a sentence in the user's language
    """
    name = filename or env._("The file")
    # pylint: disable-next=translation-required
    return env._(FILE_ERRORS[error.code]) % ({"name": name} | error.params)

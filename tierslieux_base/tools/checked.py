"""Records whose ids somebody else chose, read as superuser: checked first, in one place."""


def checked_sudo(records, operation="read"):
    """These records in superuser mode, once their user is known to have the right to them.

    For ids that came from outside (the fields of a wizard, a context, an address): ``sudo()``
    alone would read those of any association.

    :param records: a recordset, with the rights of the user; the records of an unsaved form stand
        for those that they come from
    :raise AccessError: if the user may not do ``operation`` on all of them
    """
    records = records._origin
    records.check_access(operation)
    return records.sudo()

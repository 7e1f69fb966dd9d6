"""Rows by the thousand, copied in SQL from one that the modules wrote."""

from datetime import date

from odoo.tools import SQL


class Rows:
    """What the growth of a database is made with.

    :param dict missing: {what: how many to make}
    """

    def __init__(self, env, missing):
        self.env = env
        self.missing = missing
        self.company = env.company
        self.today = date.today()

    def _sql(self, statement, **values):
        self.env.cr.execute(SQL(statement, **values))

    def _copy(self, model, source, values, alias="m"):
        """Copy ``model`` once for each row of ``source``; secrets are nobody's twice.

        :param model: the record to copy, or records when ``source`` names one by ``model_id``
        :param str source: SQL of the rows, named ``s``
        :param dict values: column → SQL of what differs
        """
        table = model._table
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = current_schema()",
            [table],
        )
        columns = {name for (name,) in self.env.cr.fetchall()}
        told = {name: value for name, value in values.items() if name in columns}
        secret = {name: "NULL" for name in columns if "token" in name}
        kept = {name: f'm."{name}"' for name in columns - {"id"}}
        given = {**kept, **secret, **told}
        names = ", ".join(f'"{name}"' for name in given)
        self.env.cr.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(given.values())}"
            f" FROM ({source}) AS s JOIN {table} m ON m.id = ANY(%s) ORDER BY s.n, m.id",
            [model.ids],
        )

    def _find(self, model, domain, what):
        found = self.env[model].search(domain, limit=1)
        assert found, f"the demonstration has no {what} to copy"
        return found

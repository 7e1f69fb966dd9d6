from odoo import api, models
from odoo.exceptions import AccessError


class TierslieuxDocument(models.AbstractModel):
    """A document that we print: for the groups of its report action, and for nobody else.

    Odoo reads those groups to show the « Print » menu, and prints for whoever knows the address
    (``/report/pdf/…``): here they are the right itself. Somebody else gets a document of their
    own from the portal, which checks whose it is and prints as superuser.

    The values of each report inherit this model and take their records from ``_get_printed``.
    """

    _name = "tierslieux.document"
    _description = "Printed Document"

    @api.model
    def _get_printed(self, docids):
        """The records to print, with the rights of the user.

        :raise AccessError: for who is not in a group of the report, or may not read the records
        """
        self._check_printer()
        records = self.env[self._get_report().model].browse(docids)
        records.check_access("read")
        return records

    @api.model
    def _check_printer(self):
        """:raise AccessError: for who is not in a group of the report"""
        report_sudo = self._get_report()
        if not (self.env.su or report_sudo.group_ids & self.env.user.all_group_ids):
            raise AccessError(
                self.env._(
                    "« %(report)s » is printed by: %(groups)s. Ask one of them.",
                    report=report_sudo.name,
                    groups=", ".join(report_sudo.group_ids.mapped("name")),
                )
            )

    @api.model
    def _get_report(self):
        # sudo: reports are settings, which who prints may not read
        name = self._name.removeprefix("report.")
        return self.env["ir.actions.report"].sudo()._get_report_from_name(name)

    @api.model
    def _get_report_values(self, docids, data=None):
        """As Odoo's own, of the records that may be printed."""
        records = self._get_printed(docids)
        return {"doc_ids": docids, "doc_model": records._name, "docs": records}

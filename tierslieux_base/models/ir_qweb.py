from odoo import models
from odoo.http import STORED_SESSION_BYTES, request


def get_session_key(current):
    """What stays of a session while Odoo renews its identifier, as for the CSRF tokens."""
    return current.session.sid[:STORED_SESSION_BYTES]


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_frontend_environment(self, values):
        """Pages of the portal draw a token for each form: ``tierslieux_base.form_token``."""
        result = super()._prepare_frontend_environment(values)
        Submission = self.env["tierslieux.form.submission"]
        values["make_form_token"] = lambda: Submission._make_token(get_session_key(request))
        return result

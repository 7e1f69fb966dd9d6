from odoo import models


def _on_one_line(text):
    return " ".join(text.split()) if isinstance(text, str) else text


def _each_on_one_line(addresses):
    if isinstance(addresses, (list, tuple)):
        return [_on_one_line(address) for address in addresses]
    return _on_one_line(addresses)


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _build_email__(  # noqa: PLW3201
        self,
        email_from,
        email_to,
        subject,
        body,
        email_cc=None,
        email_bcc=None,
        reply_to=False,
        **kwargs,
    ):
        """Headers are one line each: a name typed over several would stop its own e-mail."""
        return super()._build_email__(
            _on_one_line(email_from),
            _each_on_one_line(email_to),
            _on_one_line(subject),
            body,
            email_cc=_each_on_one_line(email_cc),
            email_bcc=_each_on_one_line(email_bcc),
            reply_to=_on_one_line(reply_to),
            **kwargs,
        )

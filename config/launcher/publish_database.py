"""Run in Odoo's shell before a container serves its database, each time.

TIERSLIEUX_ADDRESS         the address where everybody finds the server: https://example.org
TIERSLIEUX_ADMIN_PASSWORD  the administrator's first password, or "random": one is made and printed,
                           once. Only used as long as the password is still the login.
"""

import os
import secrets

from odoo.exceptions import AccessDenied

# Else links lead wherever the last administrator's request said that it was going.
parameters = env["ir.config_parameter"]  # noqa: F821
parameters.set_param("web.base.url.freeze", "True")
address = os.environ.get("TIERSLIEUX_ADDRESS", "").rstrip("/")
if address:
    parameters.set_param("web.base.url", address)
wanted = os.environ.get("TIERSLIEUX_ADMIN_PASSWORD")
admin = env.ref("base.user_admin")  # noqa: F821
if wanted:
    first = {"type": "password", "login": admin.login, "password": admin.login}
    try:
        admin.with_user(admin)._check_credentials(first, {"interactive": False})
    except AccessDenied:
        wanted = None  # somebody has chosen another since
if wanted:
    # No e-mail about a change: nobody has logged in yet, no mail server is there.
    password = secrets.token_urlsafe(15) if wanted == "random" else wanted
    admin._set_encrypted_password(admin.id, admin._crypt_context().hash(password))
    if wanted == "random":
        print(f"Identifiant : {admin.login} - mot de passe, montré cette seule fois : {password}")
env.cr.commit()  # noqa: F821

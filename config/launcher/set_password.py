"""Run in Odoo's shell: ``given["login"]`` gets ``given["password"]``, in running servers too."""

user = env["res.users"].with_context(active_test=False).search([("login", "=", given["login"])])  # noqa: F821
user.ensure_one()
if given["first"]:  # noqa: F821
    # Nobody has logged in yet: no e-mail about a change, which no mail server could send.
    user._set_encrypted_password(user.id, user._crypt_context().hash(given["password"]))  # noqa: F821
else:
    user.password = given["password"]  # noqa: F821
env.cr.commit()  # noqa: F821
env.registry.signal_changes()  # noqa: F821

"""Run in Odoo's shell: links lead to ``given["address"]``, in running servers as well."""

parameters = env["ir.config_parameter"]  # noqa: F821
for key in ("web.base.url", "tierslieux.address"):
    parameters.set_param(key, given["address"])  # noqa: F821
parameters.set_param("web.base.url.freeze", "True")
env.cr.commit()  # noqa: F821
env.registry.signal_changes()  # noqa: F821

#!/bin/bash
# In the container: the database is made on first use, and brought to the present code later.
# The modules are those that the launcher installs: every one that is in the image.
set -euo pipefail
# Asked for here, and not of all containers: a backup is made without it.
: "${TIERSLIEUX_ADDRESS:?écrivez TIERSLIEUX_ADDRESS=https://… dans le fichier .env}"
launcher=$(cd "$(dirname "$0")/../launcher" && pwd)
entrypoint=${TIERSLIEUX_ENTRYPOINT:-/entrypoint.sh}

ask() { (cd "$launcher" && python3 -c "import paths; print($1)"); }
names=$(ask '",".join(paths.modules())')
TIERSLIEUX_CODE_HASH=$(ask 'paths.code_hash()')
export TIERSLIEUX_CODE_HASH

# The settings of a new database are made once: what people changed since stays.
made=$(psql -d tierslieux -AtXc \
    "SELECT 1 FROM ir_config_parameter WHERE key = 'tierslieux.code_hash'" 2>/dev/null || true)

# The image's own entry point adds how to reach the database.
"$entrypoint" odoo --init="$names" --update="$names" --load-language=fr_FR --i18n-overwrite \
    --workers=0 --no-http --stop-after-init
if [ -z "$made" ]; then
    "$entrypoint" odoo shell --workers=0 --no-http <"$launcher/setup_database.py"
fi

# Each time: links lead where the settings say, and "web" does not start with a password that is
# its login.
"$entrypoint" odoo shell --workers=0 --no-http <"$launcher/publish_database.py"
python3 "$launcher/passwords.py"

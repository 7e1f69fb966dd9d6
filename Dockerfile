# tierslieux on the official Odoo image, with the OCA addons of config/requirements.txt (same
# versions, same hashes as the launcher's) and Chromium for the PDF documents.
#   docker compose up --build
# The tag is a day: an image is changed here, on purpose, and after a backup.
FROM odoo:19.0-20260908

USER root
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]

COPY config/requirements.txt config/requirements-dev.txt config/docker/pick_requirements.py /tmp/build/

# The image has Odoo and the Python packages it needs; the OCA addons are missing. They go to a
# folder of their own, which is on the addons path.
RUN python3 /tmp/build/pick_requirements.py 'odoo-addon-*' \
        < /tmp/build/requirements.txt > /tmp/build/oca.txt \
    && python3 -m pip install --no-cache-dir --no-deps --require-hashes \
        --target /opt/oca -r /tmp/build/oca.txt

# What the image's Python lacks: public holidays, calendar files, and names in the bank's alphabet.
RUN python3 /tmp/build/pick_requirements.py holidays icalendar typing-extensions tzdata unidecode \
        < /tmp/build/requirements.txt > /tmp/build/python.txt \
    && python3 -m pip install --no-cache-dir --no-deps --require-hashes --break-system-packages \
        --ignore-installed -r /tmp/build/python.txt

# Ubuntu's package "chromium" is a snap, which a container cannot run. Playwright, locked as well,
# installs the Chromium it was built with and the libraries that one needs. The container is the
# sandbox: Chromium's own needs rights that Docker does not give.
RUN python3 /tmp/build/pick_requirements.py playwright greenlet \
        < /tmp/build/requirements-dev.txt > /tmp/build/playwright.txt \
    && python3 -m pip install --no-cache-dir --no-deps --require-hashes \
        --target /opt/playwright -r /tmp/build/playwright.txt \
    && PYTHONPATH=/opt/playwright PLAYWRIGHT_BROWSERS_PATH=/opt/browsers \
        python3 -m playwright install --with-deps --no-shell chromium \
    && chrome="$(find /opt/browsers -type f -name chrome -perm -u+x | head -n 1)" \
    && printf '#!/bin/sh\nexec "%s" --no-sandbox "$@"\n' "${chrome:?}" > /usr/local/bin/chromium \
    && chmod 755 /usr/local/bin/chromium \
    && chromium --version \
    && rm -rf /opt/playwright /var/lib/apt/lists/* /tmp/build

# What encrypts backups.
RUN apt-get update \
    && apt-get install -y --no-install-recommends age \
    && rm -rf /var/lib/apt/lists/*

COPY --chown=root:root config/docker/odoo.conf /etc/odoo/odoo.conf
COPY --chown=root:root addons /mnt/tierslieux/addons
# Every module at the root of the project.
COPY --chown=root:root tierslieux_base /mnt/tierslieux/tierslieux_base
COPY --chown=root:root tierslieux_coworking /mnt/tierslieux/tierslieux_coworking

# The list of modules, the settings of a new database, backups and restorations are the launcher's.
COPY --chown=root:root config/launcher /mnt/tierslieux/config/launcher
COPY --chown=root:root config/docker/init.sh /mnt/tierslieux/config/docker/init.sh

USER odoo

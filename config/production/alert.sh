#!/bin/sh
# alert.sh UNIT: say that a systemd unit failed, in the system's log and by e-mail to $ALERT_TO.
# Mail goes through the machine's sendmail (packages msmtp-mta, postfix…). Without one, or without
# ALERT_TO, the unit fails in its turn: systemctl --failed shows it.
set -eu
unit=${1:?the name of the unit that failed}

logger -p daemon.crit -t tierslieux-alert "$unit a échoué"
: "${ALERT_TO:?écrivez ALERT_TO=adresse dans /etc/tierslieux/alert.env}"
{
    echo "To: $ALERT_TO"
    echo "Subject: [$(uname -n)] $unit a échoué"
    echo "MIME-Version: 1.0"
    echo "Content-Type: text/plain; charset=UTF-8"
    echo
    echo "Sur la machine $(uname -n), $unit a échoué. Ses dernières lignes :"
    echo
    journalctl --unit "$unit" --lines 40 --no-pager --output cat || true
    echo
    echo "Que faire : le dossier config/production du projet, README.md, « Sauvegardes »."
} | "${SENDMAIL:-/usr/sbin/sendmail}" -t

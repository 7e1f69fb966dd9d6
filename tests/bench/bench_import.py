"""Seconds to import a members' file of 2 000 rows, from the file to the memberships.

As history (the default) and with an invoice and its payment for each fee. Beside them, what
Odoo's own tools take for a part of the work: ``load`` for the people alone (no matching, no
membership), and one invoice with its registered payment after the other. What is written stays:
the database is a throw-away one.
"""

import base64
import csv
import io
import time
from datetime import date, timedelta

from association import new_association

from odoo import Command

ROWS = 2000
# Seconds that 2 000 rows may take
LIMIT = 60
# Done one by one, then multiplied
PEER_SAMPLE = 40
HEADINGS = (
    "N° adhérent;Nom;Prénom;Date de naissance;E-mail;Téléphone;Adresse;Code postal;Ville;"
    "Type d'adhésion;Montant réglé;Mode de règlement;Date d'adhésion;Fin de validité;Bénévole"
).split(";")
TYPES = (("Individuel", "15,00"), ("Famille", "30,00"), ("Réduit", "5,00"), ("Soutien", "50,00"))
LAST_NAMES = "MARTIN;Bernard;LEFÈVRE;Le Goff;D'HAUTEVILLE;Guégan;OULD-AHMED;Péron".split(";")
FIRST_NAMES = "Élodie;Noël;Anne-Marie;Jean;Gaëlle;Idriss;Françoise".split(";")
METHODS = "Espèces;Chèque;CB;Virement".split(";")


def _rows(prefix):
    # Three different populations: nobody of one is known from another
    shift = "HLI".index(prefix)
    for i in range(ROWS):
        label, amount = TYPES[i % len(TYPES)]
        yield [
            f"{prefix}{i:05}",
            LAST_NAMES[i % len(LAST_NAMES)],
            FIRST_NAMES[i % len(FIRST_NAMES)],
            f"{date(1940, 1, 1) + timedelta(days=i * 11 + shift):%d/%m/%Y}",
            f"{prefix}{i}@example.org".lower(),
            f"06 12 34 {i // 100:02} {i % 100:02}",
            f"{i} rue de la Mairie",
            "35190",
            "Tinténiac",
            label,
            amount,
            METHODS[i % len(METHODS)],
            f"{date(2026, 1, 1) + timedelta(days=i % 150):%d/%m/%Y}",
            "31/12/2026",
            "oui" if i % 3 else "",
        ]


def _import(env, prefix, accounting):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(HEADINGS)
    writer.writerows(_rows(prefix))
    start = time.perf_counter()
    wizard = env["tierslieux.member.import"].create(
        {
            "file": base64.b64encode(stream.getvalue().encode("cp1252")),
            "filename": "adherents.csv",
            "accounting": accounting,
        }
    )
    wizard.action_preview()
    wizard.action_import()
    env.flush_all()
    seconds = time.perf_counter() - start
    assert len(wizard.membership_ids) == ROWS, wizard.result
    return seconds


def _load_people(env):
    """Odoo's own import of the same people, already parted, converted and told apart."""
    fields = ["lastname", "firstname", "birthdate_date", "email", "phone", "street", "zip", "city"]
    lines = [
        [row[1], row[2], "-".join(reversed(row[3].split("/"))), *row[4:9]] for row in _rows("L")
    ]
    start = time.perf_counter()
    result = env["res.partner"].with_context(tracking_disable=True).load(fields, lines)
    env.flush_all()
    assert result["ids"], result["messages"]
    return time.perf_counter() - start


def _pay_one_by_one(env):
    """One invoice and one registered payment after the other, as a treasurer would."""
    partners = env["res.partner"].search([("email", "=like", "h%@example.org")], limit=PEER_SAMPLE)
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    start = time.perf_counter()
    for partner in partners:
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-03-01",
                "invoice_line_ids": [
                    Command.create({"name": "Adhésion", "price_unit": 15, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": journal.id})._create_payments()
    env.flush_all()
    return (time.perf_counter() - start) * ROWS / len(partners)


def run(env):
    """Return the measures, one dict each."""
    env = new_association(env)
    history = _import(env, "H", "history")
    people = _load_people(env)
    invoice = _import(env, "I", "invoice")
    one_by_one = _pay_one_by_one(env)
    return [
        _row(f"Import of {ROWS} members as history", history, "limit set for them", LIMIT, 1.0),
        # Matching, numbers and memberships on top of the people
        _row("the same", history, "load() of the people alone", people, 3.0),
        _row(
            f"Import of {ROWS} members with invoice and payment",
            invoice,
            f"one by one, {PEER_SAMPLE} done × {ROWS // PEER_SAMPLE}",
            one_by_one,
            0.5,
        ),
    ]


def _row(what, ours, peer, peer_seconds, target):
    return {
        "what": what,
        "ours_s": round(ours, 2),
        "peer": peer,
        "peer_s": round(peer_seconds, 2),
        "ratio": round(ours / peer_seconds, 2),
        "target": target,
    }

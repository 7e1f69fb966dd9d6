"""Seconds to take over the books of a year: 100 000 lines of a file of entries.

Beside them, the same entries created in batches and posted, without a file to read, an account or
a contact to find, or a key to keep. What is written stays: the database is a throw-away one.
"""

import base64
import time
from datetime import date, timedelta

from association import new_association

LINES = 100_000
BATCH = 500
# Seconds that they may take
LIMIT = 300
HEADINGS = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|"
    "Idevise"
)
THIRD_PARTIES = 400


def _entries(count):
    """Yield (number, day, [(account, name, third party, debit, credit in cents)]): sales of two
    accounts and their payments, three lines and two in turn."""
    for i in range(count):
        day = date(2025, 1, 1) + timedelta(days=i * 365 // count)
        third_party = f"C{i // 2 % THIRD_PARTIES:04}"
        gross = 1200 + 60 * (i // 2 % 90)
        tax = gross // 6
        if i % 2:
            lines = [
                ("512000", "Banque", "", gross, 0),
                ("411000", "Usagers", third_party, 0, gross),
            ]
        else:
            lines = [
                ("411000", "Usagers", third_party, gross, 0),
                ("706000", "Prestations de services", "", 0, gross - tax),
                ("445710", "TVA collectée", "", 0, tax),
            ]
        yield i + 1, day, lines


def _write(count):
    rows = [HEADINGS]
    for number, day, lines in _entries(count):
        journal = "BQ|Banque" if len(lines) == 2 else "VE|Ventes"
        for account, name, third_party, debit, credit in lines:
            who = f"{third_party}|Usager {third_party}" if third_party else "|"
            rows.append(
                f"{journal}|{number}|{day:%Y%m%d}|{account}|{name}|{who}|P{number}|{day:%Y%m%d}"
                f"|Écriture {number}|{debit // 100},{debit % 100:02}|{credit // 100},"
                f"{credit % 100:02}|||20251231||"
            )
    return "\n".join(rows).encode()


def _take_over(env, count):
    content = base64.b64encode(_write(count))
    start = time.perf_counter()
    book = env["tierslieux.fec.import"].create(
        {"file": content, "filename": "123456789FEC20251231.txt"}
    )
    book.action_preview()
    seen = time.perf_counter() - start
    book.action_import()
    env.flush_all()
    seconds = time.perf_counter() - start
    assert book.count_booked == count, (book.count_booked, book.message)
    return seconds, seen


def _create(env, count):
    """The same entries, their accounts and contacts at hand."""
    accounts = env["account.account"].search([("company_ids", "in", env.company.ids)])
    ids = {account.code: account.id for account in accounts}
    partners = {
        partner.ref: partner.id for partner in env["res.partner"].search([("ref", "like", "C0%")])
    }
    journal = env["account.journal"].create({"name": "Brut", "code": "BRUT", "type": "general"})
    vals_list = [
        {
            "journal_id": journal.id,
            "date": day,
            "name": f"B{number}",
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "account_id": ids[account],
                        "partner_id": partners.get(third_party, False),
                        "name": f"Écriture {number}",
                        "debit": debit / 100,
                        "credit": credit / 100,
                    },
                )
                for account, _name, third_party, debit, credit in lines
            ],
        }
        for number, day, lines in _entries(count)
    ]
    start = time.perf_counter()
    Move = env["account.move"].with_context(tracking_disable=True)
    moves = Move
    for i in range(0, len(vals_list), BATCH):
        moves |= Move.create(vals_list[i : i + BATCH])
    created = time.perf_counter() - start
    for i in range(0, len(moves), BATCH):
        Move.browse(moves.ids[i : i + BATCH])._post(soft=False)
    env.flush_all()
    return time.perf_counter() - start, created


def run(env):
    """Return the measures, one dict each."""
    env = new_association(env)
    count = LINES * 2 // 5
    ours, seen = _take_over(env, count)
    posted, created = _create(env, count)
    return [
        _row(f"Books of {LINES} lines taken over", ours, "limit set for them", LIMIT, 1.0),
        _row("the same", ours, "the same entries created in batches and posted", posted, 1.3),
        _row("the same", ours, "created, left as drafts", created, None),
        _row(
            "of which reading and showing",
            seen,
            "the same entries created and posted",
            posted,
            None,
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

import base64
import io
from datetime import date, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta
from PIL import Image, ImageDraw

from odoo.fields import Command

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter

COLLEGES = {
    "college_usagers": ("Usagers", 10),
    "college_benevoles": ("Bénévoles", 20),
    "college_partenaires": ("Partenaires", 30),
}
SCALES = {
    "etudiant": "Étudiant·e",
    "emploi": "Demandeur·euse d'emploi",
    "aspa": "Minimum vieillesse ou AAH",
}
# How the fee was paid → journal of the chart of accounts.
JOURNALS = {"cash": "cash", "cheque": "asso_cheque", "card": "asso_card", "bank": "bank"}
FLAGS = {"h": "history", "u": "unpaid", "d": "draft", "r": "resigned", "x": "cancelled"}


class Fees(Chapter):
    """Types of membership, two years of fees with their invoices, and how each was paid."""

    module = "tierslieux_membership"
    folder = Path(__file__).parent

    def tell(self):
        # Numbers of its own, which a members' file of another association does not bear.
        self.company.member_number_prefix = "FB"
        self.tell_types()
        plan = list(self.tell_memberships())
        self.confirm(plan)
        self.pay(plan)
        self.leave(plan)
        self.propose()

    # -- types ----------------------------------------------------------------------------

    def tell_types(self):
        self.make(
            "tierslieux.college",
            {
                key: {"name": name, "sequence": sequence, "company_id": self.company.id}
                for key, (name, sequence) in COLLEGES.items()
            },
        )
        types = {
            "type_individuel": {
                "name": "Individuel",
                "code": "IND",
                "amount": 15.0,
                "grace_days": 60,
                "voting_after_days": 90,
                "voting_min_age": 16,
                "portal_open": True,
                "description": "<p>Pour une personne, du 1<sup>er</sup> janvier au"
                " 31 décembre.</p>",
            },
            "type_famille": {
                "name": "Famille",
                "code": "FAM",
                "audience": "family",
                "max_persons": 8,
                "amount": 30.0,
                "grace_days": 60,
                "voting_after_days": 90,
                "portal_open": True,
                "description": "<p>Tout le foyer sous une seule cotisation, une voix par"
                " foyer.</p>",
            },
            "type_reduit": {
                "name": "Réduit",
                "code": "RED",
                "amount_mode": "scale",
                "grace_days": 60,
                "voting_after_days": 90,
                "portal_open": True,
                "scale_ids": [
                    Command.create(
                        {
                            "name": name,
                            "amount": 5.0,
                            "sequence": rank * 10,
                            "proof_required": True,
                            "proof_validity_months": 12,
                        }
                    )
                    for rank, name in enumerate(SCALES.values())
                ],
                "description": "<p>5 € sur présentation d'un justificatif.</p>",
            },
            "type_soutien": {
                "name": "Soutien",
                "code": "SOU",
                "amount_mode": "free",
                "amount_min": 20.0,
                "amount_suggested": 50.0,
                "grace_days": 60,
                "voting_after_days": 90,
                "portal_open": True,
                "description": "<p>Prix libre, à partir de 20 € : de quoi aider ceux qui ne"
                " peuvent pas.</p>",
            },
            "type_structure": {
                "name": "Structure",
                "code": "STR",
                "audience": "organisation",
                "amount": 60.0,
                "period_kind": "fiscal",
                "grace_days": 90,
                "college_id": "college_partenaires",
                "description": "<p>Associations, collectivités, entreprises : une voix.</p>",
            },
            "type_benevole": {
                "name": "Bénévole",
                "code": "BEN",
                "amount": 0.0,
                "grace_days": 60,
                "voting_after_days": 90,
                "college_id": "college_benevoles",
                "description": "<p>Offerte à qui donne de son temps toute l'année.</p>",
            },
            "type_coworker": {
                "name": "Coworker",
                "code": "COW",
                "amount": 25.0,
                "period_kind": "rolling",
                "rolling_months": 12,
                "grace_days": 30,
                "voting_after_days": 90,
                "has_counterpart": True,
                "portal_open": True,
                "description": "<p>Douze mois à partir du jour de l'adhésion ; ouvre les tarifs"
                " de l'espace de travail.</p>",
            },
            "type_jeunes": {
                "name": "Jeunes (saison)",
                "code": "JEU",
                "amount": 12.0,
                "period_kind": "season",
                "season_month": 9,
                "season_day": 1,
                "prorata": True,
                "grace_days": 30,
                "voting_min_age": 16,
                "has_counterpart": True,
                "portal_open": True,
                "description": "<p>Ateliers du mercredi au fablab, de 10 à 17 ans, de"
                " septembre à août.</p>",
            },
        }
        for rank, values in enumerate(types.values()):
            college = values.get("college_id", "college_usagers")
            values.update(
                sequence=rank * 10, college_id=self.ref(college).id, company_id=self.company.id
            )
        self.make("tierslieux.membership.type", types)
        scales = self.ref("type_reduit").scale_ids.sorted("sequence")
        self.name({f"scale_{key}": scale for key, scale in zip(SCALES, scales, strict=True)})

    # -- memberships ----------------------------------------------------------------------

    def tell_memberships(self):
        """Create the memberships of the file, all drafts but history.

        :return: iterable of dicts: membership, day (of the invoice), mode (of payment), fate
        """
        values, keys, entries = [], [], []
        for row in self.rows("memberships.csv"):
            periods = list(self.periods(row["periods"]))
            for rank, period in enumerate(periods):
                if period["day"] < self.year_start(-1):
                    # The books of the story begin last year.
                    period["fate"] = "history"
                values.append(self.membership(row, period, renewal=rank > 0))
                keys.append(f"membership_{row['person']}_{row['type']}_{rank}")
                entries.append({**period, "mode": row["mode"]})
        memberships = self.make("tierslieux.membership", dict(zip(keys, values, strict=True)))
        for membership, entry in zip(memberships, entries, strict=True):
            yield {**entry, "membership": membership}

    def periods(self, text):
        """Read ``Y-1@0.2 Y@0.1u`` or ``D-353*2``: first day, day of joining, and fate.

        Y and S are the calendar year and the season, the number after @ how far in it the fee
        came; D-353*2 are two rolling years, the second begun 353 days ago. A last letter says
        what became of it, see ``FLAGS``.
        """
        before = None
        for word in text.split():
            fate = FLAGS.get(word[-1], "")
            word = word.rstrip("".join(FLAGS))
            head, _at, share = word.partition("@")
            if head.startswith("D"):
                days, _star, count = head[2:].partition("*")
                for back in reversed(range(int(count or 1))):
                    start = self.ago(int(days)) - relativedelta(years=back)
                    yield {"start": start, "day": start, "fate": fate}
                continue
            offset = int(head[1:] or 0)
            opens = self.year_start(offset) if head[0] == "Y" else self.season_start(offset)
            day = self.within(opens, float(share or 0.1))
            # A renewal follows the year before without a gap, whenever it was paid.
            follows = before == offset - 1
            yield {
                "start": opens if follows or fate == "history" else day,
                "day": day,
                "fate": fate,
            }
            before = offset

    def membership(self, row, period, renewal):
        member = self.ref(row["person"])
        kind = row["type"]
        programme = {"coworker": "programme_coworking", "jeunes": "programme_fablab"}.get(
            kind, "programme_asso"
        )
        annexe = member.city == "Hédé-Bazouges"
        values = {
            "partner_id": member.id,
            "payer_id": self.ref(row["payer"]).id if row["payer"] else member.id,
            "covered_partner_ids": [
                Command.set([self.ref(key).id for key in row["covered"].split()])
            ],
            "type_id": self.ref(f"type_{kind}").id,
            "scale_id": self.ref(f"scale_{row['scale']}").id if row["scale"] else False,
            "date_start": period["start"],
            "company_id": self.company.id,
            "place_id": self.ref("place_annexe" if annexe else "place_fabrique").id,
            "programme_id": self.ref(programme).id,
            "origin": "renewal" if renewal else "desk",
        }
        if row["person"] == "amap":
            values["representative_id"] = self.ref("cadiou_rozenn").id
        if row["person"] == "jardins":
            values["representative_id"] = self.ref("lemoine_nadege").id
        if row["amount"]:
            values["amount"] = float(row["amount"])
        if row["scale"]:
            values.update(
                proof_attachment=self.proof(member, SCALES[row["scale"]]),
                proof_filename="justificatif.png",
                proof_date_end=period["day"] + relativedelta(months=12),
            )
        if period["fate"] == "history":
            values.update(state="active", date_confirmed=period["day"])
        return values

    @staticmethod
    def proof(member, title):
        """A picture that stands for the document someone showed."""
        picture = Image.new("RGB", (320, 120), "#f4efe6")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((4, 4, 315, 115), outline="#1F6F6B", width=2)
        draw.text((16, 20), title, fill="#1F6F6B", font_size=18)
        draw.text((16, 60), member.name, fill="#333333", font_size=16)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", optimize=True)
        return base64.b64encode(buffer.getvalue())

    # -- invoices and payments ------------------------------------------------------------

    def confirm(self, plan):
        """What ``action_confirm`` does, on the days it would have been done."""
        entries = [entry for entry in plan if entry["fate"] not in ("draft", "history")]
        entries.sort(key=lambda entry: (entry["day"], entry["membership"].id))
        memberships = self.env["tierslieux.membership"].union(*(e["membership"] for e in entries))
        memberships._check_confirmable()
        for entry in entries:
            entry["membership"].date_confirmed = entry["day"]
        memberships._ensure_members()
        due = [entry for entry in entries if entry["membership"].fee_state == "due"]
        invoices = self.env["account.move"].create(
            [
                {
                    **entry["membership"]._prepare_invoice_vals(),
                    "invoice_date": entry["day"],
                    "invoice_date_due": entry["day"],
                }
                for entry in due
            ]
        )
        for entry, invoice in zip(due, invoices, strict=True):
            entry["membership"].invoice_id = invoice
            entry["invoice"] = invoice
        invoices.action_post()

    def pay(self, plan):
        """Take the fees at the desk, the same day, or some days later by transfer."""
        settlements = []
        for entry in plan:
            if not entry.get("invoice") or entry["fate"] == "unpaid":
                continue
            later = self.random.randint(3, 12) if entry["mode"] == "bank" else 0
            memo = (
                f"chèque n° {self.random.randint(1000000, 9999999)}"
                if entry["mode"] == "cheque"
                else False
            )
            day = min(entry["day"] + timedelta(days=later), self.today)
            settlements.append((entry["invoice"], self.chart(JOURNALS[entry["mode"]]), day, memo))
        self.deposit(self.settle(settlements))

    def deposit(self, payments):
        """Take cheques and card slips to the bank at the end of each quarter."""
        journals = {
            self.chart("asso_cheque"): "Remise de chèques",
            self.chart("asso_card"): "Remise de cartes",
        }
        quarter = date(self.today.year, 1 + 3 * ((self.today.month - 1) // 3), 1)
        kept = payments.filtered(lambda p: p.journal_id in journals and p.date < quarter)
        heaps = kept.grouped(lambda p: (p.journal_id, p.date.year, (p.date.month - 1) // 3))
        transfer = self.company.transfer_account_id
        for (journal, year, rank), heap in heaps.items():
            day = date(year, 3 * rank + 1, 1) + relativedelta(months=3, days=-1)
            label, amount = journals[journal], sum(heap.mapped("amount"))
            out = self.bank_lines([(day, label, -amount, transfer, None)], journal)
            into = self.bank_lines([(day, label, amount, transfer, None)])
            (out | into).line_ids.filtered(lambda item: item.account_id == transfer).reconcile()

    def leave(self, plan):
        for entry in plan:
            membership = entry["membership"]
            if entry["fate"] == "resigned":
                reason = self.env.ref("tierslieux_membership.resign_reason_moved")
                membership._resign(max(self.ago(25), membership.date_start), reason)
            elif entry["fate"] == "cancelled":
                membership.action_cancel()

    def propose(self):
        """What the nightly job does: draft the renewals of what ends soon."""
        memberships = self.env["tierslieux.membership"].with_company(self.company)
        ending = memberships.search(memberships._get_proposal_domain(self.company, self.today))
        ending._renew(self.today)

"""What an import of agreements would do, row by row, then what it does."""

import re
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tools import LazyTranslate

from odoo.addons.tierslieux_base.tools.text_values import name_key

from ..tools.agreement_rows import HEADINGS
from ..tools.rhythm import get_dates

_lt = LazyTranslate(__name__)

FAULTS = {
    "no_reference": _lt("Give it a reference of its own: it tells next time that it is there."),
    "no_partner": _lt("Say who the partner is."),
    "order": _lt("It ends before it begins: see its two dates."),
    "renewal_end": _lt("It renews itself: say on which day its first period ends."),
    "twice": _lt("This reference stands in the file twice: correct one of them."),
    "unread": _lt("« %(column)s » cannot be read: « %(text)s »."),
    "kind": _lt("No kind of agreement is called « %(text)s ». There are: %(known)s."),
    "place": _lt("No place is called « %(text)s ». There are: %(known)s."),
    "partner": _lt("No contact is called « %(text)s »: create it first, or tick the box."),
    "partners": _lt("Several contacts are called « %(text)s »: give them different names."),
}


@dataclass
class PlannedLine:
    """One row, what is to be done with it, and why in a sentence."""

    row: object
    decision: str = "create"
    reason: str = ""
    partner: object = None
    vals: dict = field(default_factory=dict)


class AgreementPlan:
    """:param rows: list of ``AgreementRow``; reads as the user, and writes when it is applied"""

    def __init__(self, env, company, rows, creates_partners):
        self.env = env(context=dict(env.context, allowed_company_ids=company.ids))
        self.company = company.with_env(self.env)
        self.lines = [PlannedLine(row) for row in rows]
        self.creates_partners = creates_partners

    def get_lines(self, decision):
        return [line for line in self.lines if line.decision == decision]

    # -- plan ----------------------------------------------------------------------------

    def make(self):
        """Decide about each row, writing nothing."""
        self._load_names()
        seen = set()
        for line in self.lines:
            reference = line.row.texts["reference"]
            faults = [self._describe(*fault) for fault in line.row.faults]
            if reference and reference in seen:
                faults.append(self._say("twice"))
            seen.add(reference)
            if reference in self.known and not faults:
                line.decision = "unchanged"
                line.reason = self.env._("It is there already, and stays as it is.")
                continue
            faults += self._look_up(line)
            if faults:
                line.decision, line.reason = "refused", " ".join(faults)
            else:
                line.reason = self._describe_new(line)
        return self

    def _load_names(self):
        """All that rows may name, in one query for each kind of thing."""

        def by_key(records):
            found = {}
            for record in records:
                found.setdefault(name_key(record.name), []).append(record)
            return found

        texts = [line.row.texts for line in self.lines]
        references = [text["reference"] for text in texts]
        Agreement = self.env["agreement"].with_context(active_test=False)
        self.known = set(
            Agreement.search(
                [("code", "in", references), ("company_id", "in", [self.company.id, False])]
            ).mapped("code")
        )
        self.kinds = by_key(self.env["agreement.type"].search([]))
        self.places = by_key(
            self.env["tierslieux.place"].search([("company_id", "in", [self.company.id, False])])
        )
        names = {text["partner"] for text in texts if text["partner"]}
        partners = self.env["res.partner"].search(
            [
                ("name", "in", [*names, *map(str.upper, names), *map(str.title, names)]),
                ("company_id", "in", [self.company.id, False]),
            ]
        )
        self.partners = by_key(partners)

    def _say(self, code, **params):
        sentence = self.env._(FAULTS[code])  # pylint: disable=translation-required
        return sentence % params if params else sentence

    def _describe(self, code, text):
        if code in FAULTS:
            return self._say(code)
        return self._say("unread", column=HEADINGS[code][0], text=text)

    def _find(self, code, text, known, faults):
        found = known.get(name_key(text), [])
        if not found:
            names = ", ".join(sorted(one.name for some in known.values() for one in some))
            faults.append(self._say(code, text=text, known=names))
        return found[:1]

    def _look_up(self, line):
        """Find what the row names; what is wrong with it, in sentences."""
        faults, texts = [], line.row.texts
        if texts["kind"]:
            for kind in self._find("kind", texts["kind"], self.kinds, faults):
                line.vals["agreement_type_id"] = kind.id
        places = [part for part in re.split(r"[;,]", texts["place"]) if part.strip()]
        line.vals["place_ids"] = [
            Command.link(place.id)
            for part in places
            for place in self._find("place", part.strip(), self.places, faults)
        ]
        found = self.partners.get(name_key(texts["partner"]), [])
        organisations = [partner for partner in found if partner.is_company] or found
        if len(organisations) > 1:
            faults.append(self._say("partners", text=texts["partner"]))
        elif organisations:
            line.partner = organisations[0]
        elif texts["partner"] and not self.creates_partners:
            faults.append(self._say("partner", text=texts["partner"]))
        return faults

    def _describe_new(self, line):
        said = [] if line.partner else [self.env._("Its partner is created.")]
        values = line.row.values
        said.append(
            self.env._("Signed: it runs from its first day.")
            if values["signed"]
            else self.env._("A draft: nothing says when it was signed.")
        )
        if values["amount"] and self._is_paid_before(values):
            said.append(
                self.env._(
                    "%(amount)s once, due on %(day)s: left out, as that was before the import.",
                    amount=self.company.currency_id.format(float(values["amount"])),
                    day=self.env["agreement"]._format_day(values["start"]),
                )
            )
        elif values["amount"]:
            Price = self.env["tierslieux.agreement.price"]
            labels = dict(Price._fields["rhythm"]._description_selection(self.env))
            said.append(
                self.env._(
                    "%(amount)s (%(rhythm)s), invoiced from %(day)s on.",
                    amount=self.company.currency_id.format(float(values["amount"])),
                    rhythm=labels[values["rhythm"]],
                    day=self.env["agreement"]._format_day(self._get_first_day(values)),
                )
            )
        return " ".join(said)

    def _get_first_day(self, values):
        """What was due before the import was invoiced elsewhere: nothing of it is asked again, nor
        of the period that the import falls in. The next one is the first."""
        today = self.env["agreement"]._get_local_day()
        start = values["start"] or today
        if values["invoice_from"] or start >= today or values["rhythm"] == "once":
            return values["invoice_from"] or start
        next_year = today + relativedelta(years=1)
        return next(day for day in get_dates(start, values["rhythm"], next_year) if day >= today)

    def _is_paid_before(self, values):
        """Whether it was paid once, before the import: that is kept, and left out."""
        today = self.env["agreement"]._get_local_day()
        is_once = values["rhythm"] == "once" and not values["invoice_from"]
        return is_once and bool(values["start"]) and values["start"] < today

    # -- apply ---------------------------------------------------------------------------

    def apply(self):
        """Write the rows that are to be created, in one transaction."""
        created = {}
        for line in self.get_lines("create"):
            key = name_key(line.row.texts["partner"])
            if not line.partner and key not in created:
                created[key] = self.env["res.partner"].create(
                    {"name": line.row.texts["partner"], "is_company": True}
                )
            partner = line.partner or created[key]
            agreement = self.env["agreement"].create(self._prepare_vals(line, partner))
            if line.row.values["amount"]:
                self.env["tierslieux.agreement.price"].create(
                    self._prepare_price_vals(line, agreement)
                )
            if line.row.values["signed"]:
                agreement._write_facts({"signature_date": line.row.values["signed"]})

    def _prepare_vals(self, line, partner):
        texts, values = line.row.texts, line.row.values
        count, unit = values["notice"]
        return {
            **line.vals,
            "code": texts["reference"],
            "name": texts["title"] or texts["kind"] or texts["partner"],
            "partner_id": partner.id,
            "company_id": self.company.id,
            "purpose": texts["subject"],
            "start_date": values["start"],
            "end_date": values["end"],
            "renewal": "tacit" if values["renewal"] else "none",
            "renewal_months": values["renewal"] or 12,
            "notice_count": count,
            "notice_unit": unit,
        }

    def _prepare_price_vals(self, line, agreement):
        values = line.row.values
        pauses = []
        if self._is_paid_before(values):
            day = values["start"]
            pauses = [Command.create({"date_from": day, "date_to": day})]
        return {
            "pause_ids": pauses,
            "agreement_id": agreement.id,
            "name": agreement.name,
            "amount": float(values["amount"]),
            "rhythm": values["rhythm"],
            "direction": values["payer"],
            "date_start": self._get_first_day(values),
        }

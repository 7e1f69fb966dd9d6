# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieux_base.tools import table_file
from odoo.addons.tierslieux_base.tools.plain_text import text_to_html
from odoo.addons.tierslieux_base.tools.text_values import plain

# Thousands of records written at once need no chatter, followers or tracking.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_vat_validation": True,
}
ADDRESS = {"street", "street2", "zip", "city"}
# What the file may add to somebody who is known; never the name.
COMPLETED = (
    "email",
    "phone",
    "street",
    "street2",
    "zip",
    "city",
    "country_id",
    "birthdate_date",
    "company_registry",
)


class TierslieuxMemberImport(models.TransientModel):
    """Writing: people and their numbers, each kind in one batch, and the rows left out."""

    _inherit = "tierslieux.member.import"

    def _check_all_or_nothing(self, judged):
        if self.mode != "all":
            return
        left = [item for item in judged if item.action == "skip"]
        if left:
            rows = ", ".join(str(item.row.number) for item in left[:10])
            raise UserError(
                self.env._(
                    "Nothing was written: %(count)s rows are refused, undecided or left aside "
                    "(rows %(rows)s). Correct or decide them, or choose to write all valid rows.",
                    count=len(left),
                    rows=rows + ("…" if len(left) > 10 else ""),
                )
            )

    def _write(self, judged):
        """Write what was judged; the numbers of what was done go to the result."""
        Partner = self.env["res.partner"].with_context(**QUIET)
        groups = self._people(judged)
        created, people = self._create_people(Partner, groups)
        completed = self._complete_people(groups, people)
        self._give_numbers(groups, people)
        self._tie_families(judged, people)
        memberships = self._create_memberships(judged, people)
        invoices = self.env["account.move"]
        if self.accounting == "invoice":
            invoices = self._create_accounting(judged, memberships)
        others = self._write_others(judged, people)
        left = [item for item in judged if item.row.number not in people]
        known = set(people.values()) - set(created.ids)
        self.write(
            {
                "created_partner_ids": [fields.Command.set(created.ids)],
                "completed_partner_ids": [fields.Command.set(completed.ids)],
                "membership_ids": [fields.Command.set([m.id for m in memberships.values()])],
                "count_left": len(left),
                "result": self._result_message(
                    {
                        "created": len(created),
                        "known": len(known),
                        "completed": len(completed),
                        "memberships": len(memberships),
                        "invoices": len(invoices),
                        "left": len(left),
                    }
                )
                + (f"\n{others}" if others else ""),
            }
        )

    def _write_others(self, judged, people):
        """Record what the rows ask for besides memberships (``Judged.other``).

        A seam: here nothing is; a room that adds an action to the texts of the type column
        answers for it.

        :param dict people: {row number: partner id}
        :return: a sentence for the result, or ""
        """
        return ""

    # ------------------------------------------------------------------ people

    @staticmethod
    def _people(judged):
        """Rows gathered by person: {(kind, id): [judged]}, the leading row first.

        Rows left aside, and rows that follow one left aside, are in no group.
        """
        by_number = {item.row.number: item for item in judged}
        groups = {}
        for item in sorted(judged, key=lambda i: (i.action == "row", i.row.number)):
            first, steps = item, 0
            while first.action == "row" and steps < len(judged):
                first, steps = by_number[first.leader], steps + 1
            if first.action == "create":
                groups.setdefault(("row", first.row.number), []).append(item)
            elif first.action == "match" and first.partner_id:
                groups.setdefault(("partner", first.partner_id), []).append(item)
        return groups

    def _create_people(self, Partner, groups):
        """Create the new people; returns them and {row number: partner id} for all rows."""
        new = {key: items for key, items in groups.items() if key[0] == "row"}
        find_country = self._country_finder()
        vals_list = [self._prepare_person(items, find_country) for items in new.values()]
        created = Partner.create(vals_list)
        people = {}
        for partner, items in zip(created, new.values(), strict=True):
            people.update((item.row.number, partner.id) for item in items)
        for (kind, partner_id), items in groups.items():
            if kind == "partner":
                people.update((item.row.number, partner_id) for item in items)
        return created, people

    def _prepare_person(self, items, find_country):
        """Values of a person from one or several rows; the first row that says a thing wins."""
        rows = [item.row for item in items]

        def first(name):
            return next((value for row in rows if (value := row.get(name))), False)

        country = find_country(first("country"))
        phones = list(
            dict.fromkeys(
                self._phone(number, country)
                for row in rows
                for number in (row.get("phone"), row.get("mobile"), *row.get("other_phones"))
                if number
            )
        )
        vals = {
            "email": first("email"),
            "phone": phones[0] if phones else False,
            "street": first("street"),
            "street2": first("street2"),
            "zip": first("zip"),
            "city": first("city"),
            "country_id": country.id if country else False,
        }
        if rows[0].is_organisation:
            vals |= {
                "company_type": "company",
                "is_company": True,
                "name": first("company_name"),
                "company_registry": first("siret"),
            }
        else:
            vals |= {
                "lastname": first("lastname"),
                "firstname": first("firstname"),
                "birthdate_date": first("birthdate"),
                "company_name": first("company_name"),
            }
        if len(phones) > 1:
            vals["comment"] = text_to_html(
                self.env._("Other number: %(numbers)s", numbers=", ".join(phones[1:]))
            )
        if any(row.get("volunteer") for row in rows):
            vals["category_id"] = [fields.Command.link(self._volunteer_tag_id())]
        return {name: value for name, value in vals.items() if value}

    def _complete_people(self, groups, people):
        """Fill the empty fields of known people; returns those who were changed."""
        changed = self.env["res.partner"]
        if not self.complete_known:
            return changed
        known = {key[1]: items for key, items in groups.items() if key[0] == "partner"}
        partners = self.env["res.partner"].browse(known).with_context(**QUIET)
        partners.fetch(["email", "phone", "street", "street2", "zip", "city", "category_id"])
        find_country = self._country_finder()
        for partner in partners:
            vals = self._prepare_person(known[partner.id], find_country)
            missing = {
                name: vals[name] for name in COMPLETED if vals.get(name) and not partner[name]
            }
            if partner.street or partner.zip or partner.city or not missing.keys() & ADDRESS:
                # Half of one address beside half of another is nobody's address.
                missing = {n: v for n, v in missing.items() if n not in (*ADDRESS, "country_id")}
            if partner.is_company:
                missing.pop("birthdate_date", None)
            if "category_id" in vals and self._volunteer_tag_id() not in partner.category_id.ids:
                missing["category_id"] = vals["category_id"]
            if missing:
                partner.write(missing)
                changed |= partner
        return changed.with_env(self.env)

    def _country_finder(self):
        """A function: text of the file → country, France (or the company's) when it says none."""
        default = self.company_id.country_id or self.env.ref("base.fr")
        countries = {}
        for lang in sorted({"en_US", "fr_FR", self.env.lang or "en_US"}):
            for country in (
                self.env["res.country"].with_context(lang=lang).search([("code", "!=", False)])
            ):
                countries[plain(country.name)] = country
                countries.setdefault(plain(country.code), country)
        return lambda text: countries.get(plain(text), default)

    def _phone(self, number, country):
        formatted = self.env["res.partner"]._phone_format(
            number=number, country=country, force_format="INTERNATIONAL"
        )
        return formatted or number

    def _volunteer_tag_id(self):
        """Id of the volunteers' tag, made on first use.

        sudo: tags are settings; this one is the house's own.
        """
        tag = self.env.ref(
            "tierslieux_membership.partner_category_volunteer", raise_if_not_found=False
        )
        if tag:
            return tag.id
        names = {"Volunteer", "Bénévole", "Bénévoles", self.env._("Volunteer")}
        Category_sudo = self.env["res.partner.category"].sudo()
        tag = Category_sudo.search([("name", "in", list(names))], limit=1)
        return (tag or Category_sudo.create({"name": self.env._("Volunteer")})).id

    def _give_numbers(self, groups, people):
        """Keep the file's member numbers where they are free; others come from the sequence."""
        wanted = {}
        for items in groups.values():
            number = next((n for item in items if (n := item.row.get("number"))), "")
            if number:
                wanted[people[items[0].row.number]] = (number, items)
        if not wanted:
            return
        # sudo: numbers are given by the house; these come from its own former tool.
        Member_sudo = self.env["tierslieux.member"].sudo()
        company_domain = [("company_id", "=", self.company_id.id)]
        taken = Member_sudo.search_fetch(
            company_domain
            + [
                "|",
                ("partner_id", "in", list(wanted)),
                ("number", "in", [number for number, _items in wanted.values()]),
            ],
            ["number", "partner_id"],
        )
        numbers, numbered = set(taken.mapped("number")), set(taken.partner_id.ids)
        vals_list = []
        for partner_id, (number, items) in wanted.items():
            if partner_id in numbered or number in numbers:
                continue
            numbers.add(number)
            dates = [item.fee.date_start for item in items if item.fee]
            dates += [day for item in items if (day := item.row.get("date_first"))]
            vals_list.append(
                {
                    "partner_id": partner_id,
                    "company_id": self.company_id.id,
                    "number": number,
                    "date_first": min(dates, default=fields.Date.context_today(self)),
                }
            )
        Member_sudo.create(vals_list)

    # ------------------------------------------------------------------ rows to correct

    def _write_refused(self, sheet, judged):
        """Give back the rows left out, in the file's own layout plus the reason."""
        left = [item for item in judged if self._is_left_out(item, judged)]
        if not left:
            self.write({"refused_file": False, "refused_xlsx": False})
            return
        columns = {name: heading for heading, name in self._columns().items()}
        names = {item.row.number: item.row.display_name for item in judged}
        heading = self.env._("Refusal reason")
        keep = [at for at, text in enumerate(sheet.headings) if text != heading]
        width = len(sheet.headings)
        table = [[sheet.headings[at] for at in keep] + [heading]]
        for item in left:
            if item.status == "refused":
                reason = " ".join(self._problem_message(p, columns) for p in item.row.problems)
            else:
                reason = self.env._("Left aside.") + " " + self._why_message(item, names)
            cells = item.row.cells
            overflow = [cell for cell in cells[width:] if cell]
            table.append([cells[at] for at in keep] + [reason.strip()] + overflow)
        stem = (self.filename or self.env._("members")).rsplit(".", 1)[0]
        name = self.env._("%(file)s-to-correct", file=stem)
        self.write(
            {
                "refused_file": base64.b64encode(table_file.write_csv(sheet, table)),
                "refused_filename": f"{name}.csv",
                "refused_xlsx": base64.b64encode(table_file.write_xlsx(table)),
                "refused_xlsx_filename": f"{name}.xlsx",
            }
        )

    @staticmethod
    def _is_left_out(item, judged):
        by_number = {other.row.number: other for other in judged}
        steps = 0
        while item.action == "row" and steps < len(judged):
            item, steps = by_number[item.leader], steps + 1
        return item.action == "skip"

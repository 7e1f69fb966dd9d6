from collections import Counter, defaultdict

from odoo import models
from odoo.fields import Command, Domain

from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.person_names import proper_name
from odoo.addons.tierslieux_base.tools.text_values import plain

from ..tools.rota.cells import PARTS
from ..tools.rota.layout import IGNORED, heading_key
from ..tools.rota.people import Known, People

# What the parts of a day are, where nobody has said it.
USUAL_PARTS = {
    "morning": (9.0, 12.0),
    "afternoon": (14.0, 18.0),
    "evening": (18.0, 22.0),
    "day": (9.0, 18.0),
    "night": (22.0, 6.0),
}


class TierslieuxRotaImport(models.TransientModel):
    """The names, missions and times of the file, each asked once for all rows, and remembered."""

    _inherit = "tierslieux.rota.import"

    def _read_values(self, reading):
        """Step 3: list what is asked; what was answered stays."""
        kept = {(value.kind, value.key): value for value in self.value_ids}
        words = self.env["tierslieux.rota.word"]._recall(self.company_id)
        wanted = self._get_mission_values(reading, words)
        missions = self._get_mission_of(reading, wanted, kept)
        wanted |= self._get_person_values(reading, missions, words, kept)
        wanted |= self._get_time_values(reading, missions, words)
        self._suggest_persons([vals for key, vals in wanted.items() if key not in kept])
        gone = self.value_ids.filtered(lambda v: (v.kind, v.key) not in wanted)
        commands = [Command.delete(value.id) for value in gone]
        commands += [
            Command.create({"kind": kind, "key": key, **vals})
            for (kind, key), vals in wanted.items()
            if (kind, key) not in kept
        ]
        for key, value in kept.items():
            if key in wanted and value.count != wanted[key]["count"]:
                commands.append(Command.update(value.id, {"count": wanted[key]["count"]}))
        self.value_ids = commands

    def _make_key(self, *texts):
        return self.env["tierslieux.rota.word"]._make_key(*texts)

    def _get_mission_values(self, reading, words):
        """{("mission", key): values} of each mission that the file names, or does not."""
        by_name = defaultdict(list)
        for mission in self._get_missions():
            by_name[plain(mission.name)].append(mission)
        counts = Counter((entry.mission, entry.place) for entry in reading.entries)
        wanted = {}
        for (name, place), count in counts.items():
            key = "mission", self._make_key(name, place)
            if key in wanted:
                wanted[key]["count"] += count
                continue
            found = by_name.get(plain(name), [])
            if len(found) > 1 and place:
                # sudo: the name of the place of a mission that the user reads
                here = [m for m in found if plain(m.sudo().place_id.name) == plain(place)]
                found = here or found
            vals = {"label": " · ".join(filter(None, (name, place))), "count": count}
            word = words.get(key)
            if word and (word.is_left_out or word.mission_id):
                vals["action"] = "leave" if word.is_left_out else "use"
                vals["mission_id"] = word.mission_id.id
                vals["note"] = self.env._("As in a file before")
            elif len(found) == 1:
                vals |= {"action": "use", "mission_id": found[0].id, "sure_id": found[0].id}
            elif found:
                vals["note"] = self.env._("Several missions have this name: say which.")
            elif not name:
                vals["label"] = self.env._("(no mission in the file)")
            wanted[key] = vals
        return wanted

    def _get_mission_of(self, reading, wanted, kept):
        """{id of an entry: mission}, an empty record where it is not known yet."""
        Mission = self.env["tierslieux.mission"]
        found = {}
        for number, entry in enumerate(reading.entries):
            key = "mission", self._make_key(entry.mission, entry.place)
            if key in kept:
                value = kept[key]
                found[number] = value.mission_id if value.action == "use" else Mission
            else:
                found[number] = Mission.browse(wanted[key].get("mission_id") or ())
        return found

    def _get_people(self):
        """Volunteers of the association whom the user may read, as :class:`People`."""
        volunteers = self.env["tierslieux.volunteer"].search(
            [("company_id", "=", self.company_id.id)]
        )
        volunteers.partner_id.fetch(["firstname", "lastname"])
        return People(
            [
                Known(
                    volunteer.id,
                    volunteer.partner_id.firstname or "",
                    volunteer.partner_id.lastname or "",
                    frozenset(volunteer.place_ids.ids),
                )
                for volunteer in volunteers
            ]
        )

    def _get_person_key(self, people, label, mission):
        """(key, place): a first name that several have is asked for each place."""
        place = mission.sudo().place_id  # sudo: where a mission that the user reads is
        match = people.find(label)
        if len(match.candidates) > 1 and place:
            return self._make_key(label, str(place.id)), place
        return self._make_key(label), place.browse()

    def _get_person_values(self, reading, missions, words, kept):
        people = self._get_people()
        keys, wanted = {}, {}
        for number, entry in enumerate(reading.entries):
            if not entry.mention:
                continue
            label, mission = entry.mention.name, missions[number]
            if (label, mission) not in keys:
                keys[label, mission] = self._get_person_key(people, label, mission)
            key, place = keys[label, mission]
            if ("person", key) in wanted:
                wanted["person", key]["count"] += 1
                continue
            vals = self._guess_person(people, label, place, words.get(("person", key)))
            # Answered before it was known where: the answer holds there.
            told = kept.get(("person", self._make_key(label)))
            if told and not told.needs_answer and not vals.get("action"):
                vals |= {"action": told.action, "volunteer_id": told.volunteer_id.id}
            wanted["person", key] = {"count": 1, **vals}
        return wanted

    def _guess_person(self, people, label, place, word):
        match = people.find(label, place.id or 0)
        shown = f"{label} ({place.name})" if place else label
        vals = {"label": shown, "new_name": proper_name(label)}
        if word and (word.is_left_out or word.volunteer_id):
            return vals | {
                "action": "leave" if word.is_left_out else "use",
                "volunteer_id": word.volunteer_id.id,
                "note": self.env._("As in a file before"),
            }
        if match.id:
            return vals | {"action": "use", "volunteer_id": match.id, "sure_id": match.id}
        if match.candidates:
            names = self.env["tierslieux.volunteer"].browse(match.candidates[:5])
            return vals | {
                "note": self.env._(
                    "May be: %s. Say which.", ", ".join(names.mapped("display_name"))
                )
            }
        return vals

    def _suggest_persons(self, vals_list):
        """Those whom nobody knows as volunteers may be known persons: said, never taken."""
        unknown = {}
        for vals in vals_list:
            if vals.get("new_name") and not vals.get("action") and not vals.get("note"):
                unknown.setdefault(" ".join(sorted(plain(vals["new_name"]).split())), vals)
        if not unknown:
            return
        Partner = self.env["res.partner"]
        names = {name for vals in unknown.values() for name in _both_ways(vals["new_name"])}
        # One search for all of them, without accents nor capitals as the database compares.
        domain = Domain.OR([("name", "=ilike", _escape(name))] for name in sorted(names))
        found = Partner.search(domain & Domain("is_company", "=", False), limit=1000)
        by_words = found.grouped(lambda p: " ".join(sorted(plain(p.name).split())))
        for key, vals in unknown.items():
            if len(by_words.get(key, Partner)) == 1:
                vals["partner_id"] = by_words[key].id

    def _get_time_values(self, reading, missions, words):
        """{("time", key): values} of what the file calls a part of the day, or says nothing of."""
        labels = self._part_labels()
        wanted = {}
        for number, entry in enumerate(reading.entries):
            if entry.problems or (entry.slot and entry.slot.start is not None):
                continue
            key = self._get_time_key(entry)
            if ("time", key) in wanted:
                wanted["time", key]["count"] += 1
                continue
            part = entry.slot.part if entry.slot else ""
            name = missions[number].name or entry.mission
            label = labels.get(part, part)
            if not label:
                label = (
                    self.env._("%s (no time in the file)", name)
                    if name
                    else self.env._("No time in the file")
                )
            vals = {"label": label, "count": 1}
            word = words.get(("time", key))
            if word:
                hours = word.hour_from, word.hour_to
                vals["note"] = self.env._("As in a file before")
            else:
                hours = USUAL_PARTS.get(part, (0.0, 0.0))
            wanted["time", key] = {**vals, "hour_from": hours[0], "hour_to": hours[1]}
        return wanted

    def _get_time_key(self, entry):
        """By the file's own words, which stay the same when its mission is answered."""
        part = entry.slot.part if entry.slot else ""
        return self._make_key(part) if part else self._make_key("", entry.mission, entry.place)

    def _part_labels(self):
        names = {
            "morning": self.env._("Morning"),
            "afternoon": self.env._("Afternoon"),
            "evening": self.env._("Evening"),
            "day": self.env._("Whole day"),
            "night": self.env._("Night"),
        }
        return {part: names[part] for part, _pattern in PARTS}

    def _get_zone(self, mission):
        # sudo: the clock of the place of a mission that the user reads
        return mission.sudo().place_id._get_tz() or clock.DEFAULT

    # -- remembered ------------------------------------------------------------------------------

    def _remember(self):
        """Keep what was answered for the next files: headings, names, missions, times."""
        answers = {}
        for column in self.column_ids:
            key = heading_key(column.heading)
            if key and not column.heading.startswith("#"):
                told = column.role or IGNORED
                answers["column", key] = (
                    {"label": column.heading, "role": told} if told != column.guess else None
                )
        for value in self.value_ids:
            if value._is_plain() or value.needs_answer:
                continue
            vals = {"label": value.label}
            if value.kind == "time":
                vals |= {"hour_from": value.hour_from, "hour_to": value.hour_to}
            elif value.action == "leave":
                vals |= {"is_left_out": True, "volunteer_id": False, "mission_id": False}
            elif value.action == "use":
                vals |= {
                    "is_left_out": False,
                    "volunteer_id": value.volunteer_id.id,
                    "mission_id": value.mission_id.id,
                }
            else:
                continue
            answers[value.kind, value.key] = vals
        self.env["tierslieux.rota.word"]._remember(self.company_id, answers)


def _both_ways(name):
    words = name.split()
    return {name, " ".join([words[-1], *words[:-1]]), " ".join([*words[1:], words[0]])}


def _escape(text):
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

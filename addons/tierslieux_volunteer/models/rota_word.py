from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.text_values import plain

KINDS = [
    ("column", "Heading"),
    ("person", "Person"),
    ("mission", "Mission"),
    ("time", "Time"),
]
HEADING_ROLES = [
    ("date", "Day"),
    ("slot", "From when to when, or morning, evening…"),
    ("start", "Beginning"),
    ("stop", "End"),
    ("person", "Volunteer"),
    ("firstname", "First name of the volunteer"),
    ("mission", "Mission"),
    ("place", "Place"),
    ("hours", "Hours done"),
    ("remark", "Remark"),
    ("people", "Names: the heading says the mission or the time"),
    ("day", "This day: names, or a mark"),
    ("ignored", "Not read"),
]


class TierslieuxRotaWord(models.Model):
    """What a word of somebody's rota means, as it was answered once: read so in the next files."""

    _name = "tierslieux.rota.word"
    _description = "Word of a Rota"
    _order = "kind, label, id"
    _rec_name = "label"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="Association",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    label = fields.Char(string="In the File", required=True, readonly=True)
    key = fields.Char(required=True, readonly=True, help="What is compared of it.")
    role = fields.Selection(HEADING_ROLES, string="Says")
    is_left_out = fields.Boolean(string="Left out", help="Nothing is recorded for it.")
    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", index="btree_not_null", ondelete="cascade", check_company=True
    )
    mission_id = fields.Many2one(
        "tierslieux.mission", index="btree_not_null", ondelete="cascade", check_company=True
    )
    hour_from = fields.Float(string="From")
    hour_to = fields.Float(
        string="To", help="An hour that is not after the first one is on the next day."
    )

    _word_uniq = models.Constraint(
        "UNIQUE(company_id, kind, key)", "This word has its meaning already."
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < 24 AND hour_to >= 0 AND hour_to <= 24)",
        "Hours of a day go from 0:00 to 24:00.",
    )

    @api.model
    def _recall(self, company):
        """:return: {(kind, key): word} of an association"""
        words = self.search([("company_id", "=", company.id)])
        return {(word.kind, word.key): word for word in words}

    @api.model
    def _remember(self, company, answers):
        """Keep what was answered; what it says already is not written again.

        :param dict answers: {(kind, key): values}, or None to forget
        """
        known = self._recall(company)
        new = []
        for (kind, key), vals in answers.items():
            word = known.get((kind, key))
            if vals is None:
                if word:
                    word.unlink()
            elif word:
                before = word._convert_to_write({name: word[name] for name in vals})
                if any(before[name] != vals[name] for name in vals if name != "label"):
                    word.write(vals)
            else:
                new.append({"company_id": company.id, "kind": kind, "key": key, **vals})
        self.create(new)

    @api.model
    def _make_key(self, *texts):
        """What is compared of words: « Été », « Le Quai » are "ete|le quai"."""
        return "|".join(map(plain, texts))

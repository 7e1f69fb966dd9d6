from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate, format_date

from odoo.addons.tierslieux_base.models.guarded_mixin import EVERY_FIELD, Guard
from odoo.addons.tierslieux_base.models.once_mixin import take_turn

_lt = LazyTranslate(__name__)


class TierslieuxSharingEntry(models.Model):
    """What was shared and has no booking: a skill, time, content. Entries are only ever added.

    Nobody writes or deletes one, the superuser neither: what was wrong is taken back whole by
    another (``corrects_id``), once, and written down again.
    """

    _name = "tierslieux.sharing.entry"
    _description = "Time Shared"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["sharing_id"]

    sharing_id = fields.Many2one(
        "tierslieux.sharing", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="sharing_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="sharing_id.partner_id")
    date = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env["tierslieux.sharing"]._get_local_day(),
    )
    hours = fields.Float(required=True, help="0 for content, which is worth something each time.")
    name = fields.Char(string="What Was Done", required=True)
    corrects_id = fields.Many2one(
        "tierslieux.sharing.entry", string="Takes Back", readonly=True, ondelete="restrict"
    )
    correction_ids = fields.One2many(
        "tierslieux.sharing.entry", "corrects_id", string="Taken Back by", readonly=True
    )
    is_corrected = fields.Boolean(string="Taken Back", compute="_compute_is_corrected")

    _hours_check = models.Constraint(
        "CHECK(corrects_id IS NOT NULL OR hours >= 0 AND hours <= 24)",
        "Hours of a day go from 0 to 24: write down each day by itself.",
    )
    _corrected_once = models.UniqueIndex(
        "(corrects_id) WHERE corrects_id IS NOT NULL", "This entry is taken back already."
    )

    @api.model
    def _get_guards(self):
        kept = Guard(
            EVERY_FIELD,
            when="_is_made",
            sentence=_lt(
                "« %(record)s » is written down: %(fields)s stays. Use « Take Back », then write"
                " down what is right."
            ),
        )
        return (*super()._get_guards(), kept, Guard({"corrects_id"}))

    def _is_made(self, _name, _value):
        return bool(self)

    @api.depends("sharing_id", "date", "hours")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = self.env._(
                "%(what)s, %(date)s: %(hours)s h",
                what=entry.sharing_id.name or "",
                date=format_date(self.env, entry.date) if entry.date else "",
                hours=f"{entry.hours:g}",
            )

    @api.depends("correction_ids")
    def _compute_is_corrected(self):
        for entry in self:
            entry.is_corrected = bool(entry.correction_ids)

    @api.constrains("sharing_id", "date")
    def _check_sharing(self):
        for entry in self.filtered(lambda e: not e.corrects_id):
            sharing = entry.sharing_id
            if sharing.resource_ids:
                raise ValidationError(
                    self.env._(
                        "« %(sharing)s » counts by its bookings: book %(resources)s, and the hours"
                        " are there.",
                        sharing=sharing.name,
                        # sudo: the name of what is booked
                        resources=", ".join(sharing.sudo().resource_ids.mapped("name")),
                    )
                )
            last = min(filter(None, (sharing.date_end, sharing.ended_on)), default=None)
            if (
                not sharing.agreed_on
                or entry.date < sharing.date_start
                or (last and entry.date > last)
            ):
                raise ValidationError(
                    self.env._(
                        "« %(sharing)s » is not shared on %(day)s: see its period, and whether it"
                        " is agreed.",
                        sharing=sharing.name,
                        day=format_date(self.env, entry.date),
                    )
                )
            if entry.date > sharing._get_local_day():
                raise ValidationError(
                    self.env._(
                        "%(day)s is to come: write down what was shared when it is done.",
                        day=format_date(self.env, entry.date),
                    )
                )

    # -- only ever added -----------------------------------------------------------------

    def write(self, vals):
        if self and self.env.su:
            raise UserError(self._get_append_only_sentence())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self._get_append_only_sentence())

    def _get_append_only_sentence(self):
        return self.env._(
            "« %s »: what is written down is neither changed nor deleted. Use « Take Back », then"
            " write down what is right.",
            self[:1].display_name,
        )

    def action_take_back(self):
        """It was wrong: an entry of as many hours less, on the same day."""
        self.sharing_id._check_writer()
        take_turn(self)
        for entry in self:
            if entry.corrects_id or entry.is_corrected:
                raise UserError(self.env._("« %s » is taken back already.", entry.display_name))
        self._create_facts(
            [
                {
                    "sharing_id": entry.sharing_id.id,
                    "date": entry.date,
                    "hours": -entry.hours,
                    "name": self.env._("Taken back: %s", entry.name),
                    "corrects_id": entry.id,
                }
                for entry in self
            ]
        )
        return True


class TierslieuxSharing(models.Model):
    _inherit = "tierslieux.sharing"

    entry_ids = fields.One2many("tierslieux.sharing.entry", "sharing_id", string="Ledger")

    @api.constrains("resource_ids")
    def _check_no_entries(self):
        for sharing in self.filtered("resource_ids"):
            if sharing.entry_ids:
                raise ValidationError(
                    self.env._(
                        "Hours of « %(sharing)s » are written down already: with a resource, its"
                        " bookings would count beside them. End it, and make a new one with the"
                        " resource.",
                        sharing=sharing.name,
                    )
                )

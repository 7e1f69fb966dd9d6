from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.tierslieux_base.tools.opening_hours import parse_opening_hours, to_open_data


class TierslieuxDirectoryEntry(models.Model):
    """A place of another organisation to which the front desk may send people."""

    _name = "tierslieux.directory.entry"
    _description = "Service Directory Entry"
    _inherit = ["tierslieux.directory.mixin"]
    _order = "name, id"
    _rec_names_search = ["name", "city", "parent_structure", "email", "phone"]

    name = fields.Char(required=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        string="Association",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        help="The organisation among our contacts, when it is there.",
    )
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char(string="Postcode", index=True)
    city = fields.Char(string="Town", index="trigram")
    latitude = fields.Float(digits=(10, 7))
    longitude = fields.Float(digits=(10, 7))
    has_position = fields.Boolean(compute="_compute_map_url")
    map_url = fields.Char(string="Map", compute="_compute_map_url")
    phone = fields.Char()
    email = fields.Char()
    website = fields.Char()
    opening_hours = fields.Char(
        string="Opening Hours (OpenStreetMap)",
        help='For example "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00".',
    )
    opening_text = fields.Char(
        string="Open at",
        compute="_compute_opening_text",
        inverse="_inverse_opening_text",
        help="As you say it: “lundi au vendredi 9h-12h, 14h-18h ; samedi 10h-12h”, or in the"
        " notation of OpenStreetMap.",
    )
    opening_problem = fields.Char(compute="_compute_opening_summary")
    opening_summary = fields.Text(string="Open", compute="_compute_opening_summary")
    opening_today = fields.Char(string="Today", compute="_compute_opening_summary")
    note = fields.Text(
        string="Our Notes",
        groups="tierslieux_base.group_reception,tierslieux_base.group_care",
        help="For the team; never exported.",
    )
    # One table per list of terms
    service_ids = fields.Many2many(relation="tierslieux_directory_entry_service_rel")
    public_ids = fields.Many2many(relation="tierslieux_directory_entry_public_rel")
    care_ids = fields.Many2many(relation="tierslieux_directory_entry_care_rel")
    fee_ids = fields.Many2many(relation="tierslieux_directory_entry_fee_rel")
    programme_ids = fields.Many2many(relation="tierslieux_directory_entry_programme_rel")
    training_ids = fields.Many2many(relation="tierslieux_directory_entry_training_rel")
    access_ids = fields.Many2many(relation="tierslieux_directory_entry_access_rel")
    support_ids = fields.Many2many(relation="tierslieux_directory_entry_support_rel")
    mobility_ids = fields.Many2many(relation="tierslieux_directory_entry_mobility_rel")
    typology_ids = fields.Many2many(relation="tierslieux_directory_entry_typology_rel")
    open_to_ids = fields.Many2many(
        "tierslieux.directory.term",
        compute="_compute_open_to_ids",
        search="_search_open_to_ids",
        help="The publics the place takes in: its own, or all when it names none.",
    )

    _source_ref_uniq = models.UniqueIndex(
        "(company_id, source, source_ref) WHERE source_ref IS NOT NULL AND source IS NOT NULL",
        "Another entry of the directory has this identifier at this source.",
    )

    @api.depends("latitude", "longitude")
    def _compute_map_url(self):
        for entry in self:
            entry.has_position = bool(entry.latitude or entry.longitude)
            entry.map_url = entry.has_position and (
                f"https://www.openstreetmap.org/?mlat={entry.latitude:.6f}"
                f"&mlon={entry.longitude:.6f}#map=17/{entry.latitude:.6f}/{entry.longitude:.6f}"
            )

    @api.depends("opening_hours")
    @api.depends_context("lang", "tz")
    def _compute_opening_summary(self):
        place = self.env["tierslieux.place"]
        for entry in self:
            hours = parse_opening_hours(entry.opening_hours)
            entry.opening_summary = place._describe_opening_hours(hours)
            entry.opening_today = place._describe_today(hours)
            entry.opening_problem = place._explain_opening_hours(hours)

    @api.depends("opening_hours")
    @api.depends_context("lang")
    def _compute_opening_text(self):
        place = self.env["tierslieux.place"]
        for entry in self:
            hours = parse_opening_hours(entry.opening_hours)
            entry.opening_text = place._write_opening_hours(hours) or False

    def _inverse_opening_text(self):
        for entry in self:
            entry.opening_hours = to_open_data(entry.opening_text)

    @api.onchange("opening_text")
    def _onchange_opening_text(self):
        self.opening_hours = to_open_data(self.opening_text)

    @api.depends("public_ids")
    def _compute_open_to_ids(self):
        everybody = self.env["tierslieux.directory.term"].search([("category", "=", "public")])
        for entry in self:
            entry.open_to_ids = entry.public_ids or everybody

    def _search_open_to_ids(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("public_ids", operator, value) | Domain("public_ids", "=", False)

    @api.constrains("latitude", "longitude")
    def _check_coordinates(self):
        for entry in self:
            if abs(entry.latitude) > 90 or abs(entry.longitude) > 180:
                raise ValidationError(
                    self.env._(
                        "The coordinates of %(place)s are out of range: latitude goes from -90"
                        " to 90, longitude from -180 to 180.",
                        place=entry.name,
                    )
                )

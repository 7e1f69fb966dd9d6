from odoo import api, fields, models

from odoo.addons.tierslieux_base.tools.opening_hours import parse_opening_hours

from .directory_mixin import DIRECTORY_FIELDS


class TierslieuxPlace(models.Model):
    """The sheet of a place in the national open-data schema."""

    _name = "tierslieux.place"
    _inherit = ["tierslieux.place", "tierslieux.directory.mixin"]

    _directory_fields = {
        **DIRECTORY_FIELDS,
        "latitude": "partner_latitude",
        "longitude": "partner_longitude",
    }

    # One table per list of terms
    service_ids = fields.Many2many(relation="tierslieux_place_service_rel")
    public_ids = fields.Many2many(relation="tierslieux_place_public_rel")
    care_ids = fields.Many2many(relation="tierslieux_place_care_rel")
    fee_ids = fields.Many2many(relation="tierslieux_place_fee_rel")
    programme_ids = fields.Many2many(relation="tierslieux_place_programme_rel")
    training_ids = fields.Many2many(relation="tierslieux_place_training_rel")
    access_ids = fields.Many2many(relation="tierslieux_place_access_rel")
    support_ids = fields.Many2many(relation="tierslieux_place_support_rel")
    mobility_ids = fields.Many2many(relation="tierslieux_place_mobility_rel")
    typology_ids = fields.Many2many(relation="tierslieux_place_typology_rel")

    _source_ref_uniq = models.UniqueIndex(
        "(company_id, source, source_ref) WHERE source_ref IS NOT NULL AND source IS NOT NULL",
        "Another place of the association has this identifier at this source.",
    )

    @api.model
    def _get_directory_field_names(self):
        return super()._get_directory_field_names() | {
            "attendance_ids",
            "closing_ids",
            "opening_text",
        }

    @api.model
    def _prepare_directory_vals(self, values, terms):
        vals = super()._prepare_directory_vals(values, terms)
        if "opening_hours" in vals:
            # A file that does not say that holidays are closed says that they are not.
            vals["is_closed_on_holidays"] = (
                parse_opening_hours(vals["opening_hours"]).holidays == ()
            )
        return vals

    def _differs(self, name, value):
        if name != "opening_hours":
            return super()._differs(name, value)
        # The same hours may be written in several ways, and past closings are not shown.
        hours = parse_opening_hours(value)
        return (
            hours.week != self._get_opening_week()
            or (hours.holidays == ()) != self.is_closed_on_holidays
            or not set(hours.closings) <= set(self._get_closings())
        )

    def _get_directory_values(self):
        """Complete the sheet with what the association knows of itself."""
        values = super()._get_directory_values()
        company = self.company_id
        siret = (company.company_registry or "").replace(" ", "")
        values["id"] = self.source_ref or self.code
        values["pivot"] = values["pivot"] or siret or None
        values["source"] = values["source"] or company.name
        return values

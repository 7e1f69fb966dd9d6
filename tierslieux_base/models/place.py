from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

# Fields of the place that live on its address record.
ADDRESS_FIELDS = (
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "partner_latitude",
    "partner_longitude",
    "phone",
    "email",
    "website",
)


class TierslieuxPlace(models.Model):
    """A site of the association: where activities take place.

    Each place owns an address record (``partner_id``), a calendar of opening hours
    (``calendar_id``) and an account of the analytic plan of places
    (``analytic_account_id``); all three are made with it.
    """

    _name = "tierslieux.place"
    _description = "Place"
    _inherit = ["mail.thread", "mail.activity.mixin", "image.mixin"]
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, index="trigram")
    code = fields.Char(required=True, copy=False, help="Short code, unique in the association.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        string="Association",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind_ids = fields.Many2many("tierslieux.place.kind", string="Kinds")
    label_ids = fields.One2many("tierslieux.place.label", "place_id", string="Labels")
    description = fields.Html(help="Shown to visitors.")
    # People
    manager_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    team_ids = fields.Many2many(
        "res.users",
        "tierslieux_place_team_rel",
        "place_id",
        "user_id",
        string="Team",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Contact Person",
        domain="[('is_company', '=', False)]",
        help="Whom visitors and partners ask for, when it is not the manager.",
    )
    # Address
    partner_id = fields.Many2one(
        "res.partner", string="Address Record", copy=False, index=True, ondelete="restrict"
    )
    street = fields.Char(related="partner_id.street", readonly=False)
    street2 = fields.Char(related="partner_id.street2", readonly=False)
    zip = fields.Char(related="partner_id.zip", readonly=False)
    city = fields.Char(related="partner_id.city", readonly=False, store=True)
    state_id = fields.Many2one(
        related="partner_id.state_id",
        readonly=False,
        domain="[('country_id', '=?', country_id)]",
    )
    country_id = fields.Many2one(related="partner_id.country_id", readonly=False)
    partner_latitude = fields.Float(
        related="partner_id.partner_latitude", string="Latitude", readonly=False
    )
    partner_longitude = fields.Float(
        related="partner_id.partner_longitude", string="Longitude", readonly=False
    )
    phone = fields.Char(related="partner_id.phone", readonly=False)
    email = fields.Char(related="partner_id.email", readonly=False)
    website = fields.Char(related="partner_id.website", readonly=False)
    # Capacity and accessibility
    capacity = fields.Integer(help="How many persons the place may hold at once. 0: not known.")
    area = fields.Float(string="Area (m²)")
    wheelchair = fields.Selection(
        [("yes", "Fully accessible"), ("limited", "Partly accessible"), ("no", "Not accessible")],
        string="Wheelchair Access",
    )
    has_hearing_loop = fields.Boolean(string="Hearing Loop")
    has_accessible_toilet = fields.Boolean(string="Accessible Toilets")
    has_accessible_parking = fields.Boolean(string="Accessible Parking")
    accessibility_note = fields.Text(
        string="Accessibility Notes", help="Access path, lift, signage, quiet room…"
    )
    # Analytic
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="Account of the analytic plan of places on which costs and income are spread.",
    )

    _code_company_uniq = models.Constraint(
        "UNIQUE(code, company_id)", "Another place of the association has this code."
    )
    _capacity_positive = models.Constraint(
        "CHECK(capacity >= 0 AND area >= 0)", "Capacity and area cannot be negative."
    )

    @api.constrains("partner_latitude", "partner_longitude")
    def _check_coordinates(self):
        for place in self:
            if abs(place.partner_latitude) > 90 or abs(place.partner_longitude) > 180:
                raise ValidationError(
                    self.env._(
                        "The coordinates of %(place)s are out of range: latitude goes from -90"
                        " to 90, longitude from -180 to 180.",
                        place=place.name,
                    )
                )

    # -- create, write -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        address_list = []
        for vals in vals_list:
            address_list.append({name: vals.pop(name) for name in ADDRESS_FIELDS if name in vals})
        places = super().create(vals_list)
        places._create_address(address_list)
        places._create_calendar()
        places._create_analytic_account()
        return places

    def write(self, vals):
        old_names = {place: place.name for place in self} if "name" in vals else {}
        res = super().write(vals)
        for place, old_name in old_names.items():
            place._rename_satellites(old_name)
        return res

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for place, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("code"):
                vals["code"] = self.env._("%s (copy)", place.code)
                vals["name"] = self.env._("%s (copy)", place.name)
            vals.pop("calendar_id", None)
        return vals_list

    def _create_address(self, address_list):
        """Give each place without one its address record, of type "other", in one batch."""
        missing = [
            (place, address)
            for place, address in zip(self, address_list, strict=True)
            if not place.partner_id
        ]
        # The address record is part of the place: whoever may create the place gets it, even
        # without the right to create contacts.
        partners = self.env["res.partner"].sudo().create(
            [place._prepare_address_vals(address) for place, address in missing]
        )
        for (place, _address), partner in zip(missing, partners, strict=True):
            place.partner_id = partner.id
        for place, address in zip(self, address_list, strict=True):
            if address and place not in [kept for kept, _address in missing]:
                place.partner_id.write(address)

    def _prepare_address_vals(self, address):
        self.ensure_one()
        return {
            "name": self.name,
            "type": "other",
            "is_company": True,
            "company_type": "company",
            "parent_id": self.company_id.partner_id.id,
            "country_id": self.company_id.country_id.id,
            **address,
        }

    def _create_analytic_account(self):
        """Open the account of each place in the analytic plan of places."""
        plan = self.env.ref("tierslieux_base.analytic_plan_place", raise_if_not_found=False)
        missing = self.filtered(lambda place: not place.analytic_account_id)
        if not plan or not missing:
            return
        # Managers of places are not accountants: the account comes with the place.
        accounts = self.env["account.analytic.account"].sudo().create(
            [
                {
                    "name": place.name,
                    "code": place.code,
                    "plan_id": plan.id,
                    "company_id": place.company_id.id,
                }
                for place in missing
            ]
        )
        for place, account in zip(missing, accounts, strict=True):
            place.analytic_account_id = account.id

    def _rename_satellites(self, old_name):
        """Carry a new name to the records made with the place that still bear the old one."""
        self.ensure_one()
        # Same reason as at creation: they are parts of the place.
        place = self.sudo()
        for record in (place.partner_id, place.calendar_id, place.analytic_account_id):
            if record.name == old_name and old_name != place.name:
                record.name = place.name

    def _create_calendar(self):
        """Give each place without one an empty week of opening hours."""
        missing = self.filtered(lambda place: not place.calendar_id)
        # Calendars are the administrator's in Odoo; the one of a place comes with it.
        calendars = self.env["resource.calendar"].sudo().create(
            [
                {
                    "name": place.name,
                    "company_id": place.company_id.id,
                    "tz": place.company_id.partner_id.tz or self.env.user.tz or "Europe/Paris",
                    "attendance_ids": [Command.clear()],
                }
                for place in missing
            ]
        )
        for place, calendar in zip(missing, calendars, strict=True):
            place.calendar_id = calendar.id

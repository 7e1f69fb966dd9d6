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
    website = fields.Char(related="partner_id.website", string="Website", readonly=False)
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

    next_step = fields.Char(compute="_compute_next_step", help="What the place lacks still.")

    _code_company_uniq = models.Constraint(
        "UNIQUE(code, company_id)", "Another place of the association has this code."
    )
    _capacity_positive = models.Constraint(
        "CHECK(capacity >= 0 AND area >= 0)", "Capacity and area cannot be negative."
    )

    @api.depends_context("uid", "lang")
    def _compute_next_step(self):
        for place in self:
            step = place.id and place._get_next_step()
            place.next_step = step[0] if step else False

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
        vals_list = [dict(vals) for vals in vals_list]
        address_list = [
            {name: vals.pop(name) for name in ADDRESS_FIELDS if name in vals} for vals in vals_list
        ]
        self._prepare_partners(vals_list, address_list)
        self._prepare_calendars(vals_list)
        self._prepare_analytic_accounts(vals_list)
        places = super().create(vals_list)
        # The address is written before the place is there to be checked.
        places._check_coordinates()
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

    # -- what comes after it -------------------------------------------------------------

    def _get_next_step(self):
        """What to do next with a place just created, told by the rooms that know of it.

        :return: (what, action), or ()
        """
        self.ensure_one()
        return ()

    def action_next_step(self):
        self.ensure_one()
        step = self._get_next_step()
        return step[1] if step else True

    # -- what is made with a place: address, calendar, account ---------------------------

    @api.model
    def _get_company(self, vals):
        return self.env["res.company"].browse(vals.get("company_id")) or self.env.company

    @api.model
    def _create_missing(self, vals_list, field_name, satellite_vals):
        """Create one record per vals without ``field_name``, in one batch, and link it.

        Contacts, calendars and analytic accounts are other groups' records in Odoo; those of a
        place come with it, hence sudo for whoever may create the place.
        """
        self.check_access("create")
        missing = [vals for vals in vals_list if not vals.get(field_name)]
        model_sudo = self.env[self._fields[field_name].comodel_name].sudo()
        records = model_sudo.create([satellite_vals(vals) for vals in missing])
        for vals, record in zip(missing, records, strict=True):
            vals[field_name] = record.id

    @api.model
    def _prepare_partners(self, vals_list, address_list):
        """Give each place its address record, of type "other"; write given addresses on it."""
        addresses = {
            id(vals): address for vals, address in zip(vals_list, address_list, strict=True)
        }
        for vals in vals_list:
            if vals.get("partner_id") and addresses[id(vals)]:
                self.env["res.partner"].browse(vals["partner_id"]).write(addresses[id(vals)])
        self._create_missing(
            vals_list,
            "partner_id",
            lambda vals: self._prepare_partner_vals(vals, addresses[id(vals)]),
        )

    @api.model
    def _prepare_partner_vals(self, vals, address):
        company = self._get_company(vals)
        return {
            "name": vals.get("name"),
            "type": "other",
            "is_company": True,
            "company_type": "company",
            "parent_id": company.partner_id.id,
            "country_id": company.country_id.id,
            **address,
        }

    @api.model
    def _prepare_calendars(self, vals_list):
        """Give each place an empty week of opening hours, on a calendar of its own."""

        def calendar_vals(vals):
            company = self._get_company(vals)
            return {
                "name": vals.get("name"),
                "company_id": company.id,
                "tz": company.partner_id.tz or self.env.user.tz or "Europe/Paris",
                "attendance_ids": [Command.clear()],
            }

        self._create_missing(vals_list, "calendar_id", calendar_vals)

    @api.model
    def _prepare_analytic_accounts(self, vals_list):
        """Open the account of each place in the analytic plan of places."""
        plan = self.env.ref("tierslieux_base.analytic_plan_place", raise_if_not_found=False)
        if plan:
            self._create_missing(
                vals_list,
                "analytic_account_id",
                lambda vals: {
                    "name": vals.get("name"),
                    "code": vals.get("code"),
                    "plan_id": plan.id,
                    "company_id": self._get_company(vals).id,
                },
            )

    def _rename_satellites(self, old_name):
        """Carry a new name to the records made with the place that still bear the old one."""
        self.ensure_one()
        # Same reason as at creation: they are parts of the place.
        place = self.sudo()
        for record in (place.partner_id, place.calendar_id, place.analytic_account_id):
            if record.name == old_name and old_name != place.name:
                record.name = place.name

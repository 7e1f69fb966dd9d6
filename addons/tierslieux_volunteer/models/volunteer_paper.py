from odoo import api, fields, models

PAPERS = [
    ("licence", "Driving licence"),
    ("insurance", "Insurance of the vehicle"),
    ("vehicle", "Vehicle"),
]
# A paper is asked for again so many days before it ends.
REMIND_DAYS = 60


class TierslieuxVolunteerPaper(models.Model):
    """What lets a volunteer drive for the association, from a day, to a day.

    The next one is written beside the old one before it ends: there is no gap.
    """

    _name = "tierslieux.volunteer.paper"
    _description = "Paper of a Volunteer who drives"
    _inherit = ["tierslieux.guarded.mixin"]
    _order = "kind, date_end desc, id desc"
    _rec_name = "kind"

    volunteer_id = fields.Many2one(
        "tierslieux.volunteer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="volunteer_id.company_id", store=True, precompute=True)
    kind = fields.Selection(PAPERS, required=True)
    reference = fields.Char(help="Category of the licence, insurer and number, make of the car…")
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="Valid until", help="The last day; empty: for ever.")
    checked_by_id = fields.Many2one(
        "res.users", string="Seen by", readonly=True, default=lambda self: self.env.user
    )
    remind_on = fields.Date(compute="_compute_remind_on", store=True)

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A paper ends after it begins.",
    )

    @api.depends("date_end")
    def _compute_remind_on(self):
        for paper in self:
            paper.remind_on = paper.date_end and fields.Date.subtract(
                paper.date_end, days=REMIND_DAYS
            )

    def _is_renewed(self):
        """Whether another paper takes over, the day after this one ends or before."""
        self.ensure_one()
        after = fields.Date.add(self.date_end, days=1)
        return any(
            other.kind == self.kind
            and (not other.date_start or other.date_start <= after)
            and (not other.date_end or other.date_end > self.date_end)
            for other in self.volunteer_id.paper_ids - self
        )

    @api.model
    def _get_due_reminders(self, day):
        """Papers that end within ``REMIND_DAYS``, or ended as long ago, and that nothing renews:
        of who still comes."""
        papers = self.search(
            [
                ("remind_on", "<=", day),
                ("date_end", ">=", fields.Date.subtract(day, days=REMIND_DAYS)),
                ("volunteer_id.active", "=", True),
                "|",
                ("volunteer_id.left_on", "=", False),
                ("volunteer_id.left_on", ">", day),
            ]
        )
        return papers.filtered(lambda paper: not paper._is_renewed())

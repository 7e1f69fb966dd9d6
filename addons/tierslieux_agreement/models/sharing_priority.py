from collections import defaultdict
from dataclasses import dataclass

from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_duration, ormcache
from odoo.tools.misc import babel_locale_parse

from odoo.addons.tierslieux_base.tools import clock
from odoo.addons.tierslieux_base.tools.intervals import merge, subtract
from odoo.addons.tierslieux_booking.tools.availability import Kept

from ..tools.sharing import Priority, get_kept

# Monday is 0, as Python counts.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Rule:
    """A priority as the booking engine asks for it: kept by the server, ids only."""

    id: int
    partner_id: int
    resource_ids: frozenset
    is_partner_first: bool
    priority: Priority


class TierslieuxSharingPriority(models.Model):
    """Who comes first for what is shared: the others book it later, from so many days before on.

    It acts in the booking engine, on the slots shown as on the bookings made, while its sharing
    is agreed and for the days of its period. The team lifts it as it lifts opening hours.
    """

    _name = "tierslieux.sharing.priority"
    _description = "Who comes first for what is Shared"
    _inherit = ["tierslieux.opening.cache.mixin"]
    _order = "sharing_id, id"

    sharing_id = fields.Many2one(
        "tierslieux.sharing", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="sharing_id.company_id", store=True, index=True)
    first = fields.Selection(
        [("ours", "Our own activities"), ("partner", "The partner")],
        string="Who Comes First",
        required=True,
        default="ours",
        help="Our own activities: the partner books later. The partner: everybody else does.",
    )
    days_before = fields.Integer(
        string="Until (days before)",
        required=True,
        default=7,
        help="From so many days before on, whoever comes first has it. On the day itself it is"
        " kept for nobody.",
    )
    monday = fields.Boolean()
    tuesday = fields.Boolean()
    wednesday = fields.Boolean()
    thursday = fields.Boolean()
    friday = fields.Boolean()
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    hour_from = fields.Float(string="Between", default=0.0)
    hour_to = fields.Float(string="And", default=24.0)
    summary = fields.Char(string="In Words", compute="_compute_summary")

    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_to <= 24 AND hour_to > hour_from)",
        "Hours of a priority go from 0:00 to 24:00, the first before the second.",
    )
    _days_check = models.Constraint(
        "CHECK(days_before BETWEEN 0 AND 365)",
        "A priority holds until 0 to 365 days before.",
    )

    @api.depends("first", "days_before", "hour_from", "hour_to", "sharing_id.partner_id", *WEEKDAYS)
    @api.depends_context("lang")
    def _compute_summary(self):
        for rule in self:
            rule.summary = rule._describe()

    @api.depends("summary")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule.summary

    def _describe(self):
        """ "Mairie du Bourg first on Tuesday, 9:00–12:00, until 3 days before" """
        self.ensure_one()
        first = self.env._("Our own activities")
        if self.first == "partner":
            first = self.sharing_id.partner_id.name or self.env._("The partner")
        return self.env._(
            "%(who)s first, %(when)s, until %(days)s days before",
            who=first,
            when=self._describe_when(),
            days=self.days_before,
        )

    def _describe_when(self):
        names = get_day_names("wide", locale=babel_locale_parse(self.env.lang))
        days = ", ".join(names[rank] for rank, name in enumerate(WEEKDAYS) if self[name])
        days = days or self.env._("every day")
        if self.hour_from <= 0 and self.hour_to >= 24:
            return days
        return f"{days} {format_duration(self.hour_from)}–{format_duration(self.hour_to)}"

    def _describe_refusal(self, resource_name):
        """What whoever comes second is told. Names the partner to the team alone."""
        self.ensure_one()
        values = {
            "resource": resource_name,
            "when": self._describe_when(),
            "days": self.days_before,
            "partner": self.sharing_id.partner_id.display_name,
        }
        if self.first == "ours":
            return self.env._(
                "%(resource)s is for our own activities first (%(when)s): %(partner)s books it"
                " from %(days)s days before on.",
                **values,
            )
        if self.env.user._is_internal():
            return self.env._(
                "%(resource)s is for %(partner)s first (%(when)s): others book it from %(days)s"
                " days before on.",
                **values,
            )
        return self.env._(
            "%(resource)s is for a partner first (%(when)s): others book it from %(days)s days"
            " before on.",
            **values,
        )

    @api.model
    @ormcache()
    def _get_acting_rules(self):
        """All that act, of whichever association; read at each booking, changed some times a year.

        Not a word of today: what is ended by its dates is left out by :func:`get_kept`.

        :return: tuple of :class:`Rule`
        """
        # sudo: rules are applied to who may not read them
        rules_sudo = self.sudo().search(
            Domain("sharing_id.agreed_on", "!=", False)
            & Domain("sharing_id.ended_on", "=", False)
            & Domain("sharing_id.active", "=", True)
        )
        return tuple(
            Rule(
                rule.id,
                rule.sharing_id.partner_id.id,
                frozenset(rule.sharing_id.resource_ids.ids),
                rule.first == "partner",
                Priority(
                    weekdays=frozenset(rank for rank, name in enumerate(WEEKDAYS) if rule[name]),
                    hour_from=rule.hour_from,
                    hour_to=rule.hour_to,
                    days_before=rule.days_before,
                    first_day=rule.sharing_id.date_start,
                    last_day=rule.sharing_id.date_end or None,
                ),
            )
            for rule in rules_sudo
        )


class TierslieuxSharing(models.Model):
    _inherit = "tierslieux.sharing"

    priority_ids = fields.One2many(
        "tierslieux.sharing.priority", "sharing_id", string="Who comes first", copy=True
    )


class TierslieuxResource(models.Model):
    """Hours of what is shared that are kept for who comes first."""

    _inherit = "tierslieux.resource"

    def _get_kept_spans(self, date_from, date_to, partner=None):
        kept = super()._get_kept_spans(date_from, date_to, partner)
        partner = partner and partner._origin
        rules = self.env["tierslieux.sharing.priority"]._get_acting_rules() if partner else ()
        rules_of = self._get_rules_on(rules) if rules else {}
        if not rules_of:
            return kept
        # sudo: whose priority it is, whoever books
        Partner_sudo = self.env["res.partner"].sudo()
        asking = Partner_sudo.browse(partner.id).commercial_partner_id
        kept = dict(kept)
        for resource_sudo in self.sudo().filtered(lambda resource: resource.id in rules_of):
            zone = resource_sudo._get_tz()
            bounds = (clock.get_day(fields.Datetime.now(), zone), date_from, date_to, zone)
            own, against = [], []
            for rule in rules_of[resource_sudo.id]:
                lender = Partner_sudo.browse(rule.partner_id).commercial_partner_id
                if rule.is_partner_first and lender == asking:
                    own += get_kept(rule.priority, *bounds)
                elif rule.is_partner_first != (lender == asking):
                    against.append(rule)
            spans = [
                Kept(start, stop, sentence)
                for rule in against
                if (free := get_kept(rule.priority, *bounds))
                for sentence in [resource_sudo._describe_priority(rule)]
                # Of two partners who come first on the same day, neither keeps the other out.
                for start, stop in (subtract(free, merge(own)) if rule.is_partner_first else free)
            ]
            if spans:
                kept[resource_sudo.id] = [*kept.get(resource_sudo.id, ()), *spans]
        return kept

    def _describe_priority(self, rule):
        # sudo: the sentence is for who may not read the rule
        rule_sudo = self.env["tierslieux.sharing.priority"].sudo().browse(rule.id)
        return rule_sudo._describe_refusal(self.name)

    def _get_rules_on(self, rules):
        """The rules that bear on each of these: on itself, what it is made of, what it is part of.

        :return: {resource id: [:class:`Rule`]}, for those that have some
        """
        ids = {resource for rule in rules for resource in rule.resource_ids}
        shared_parts = self.browse(sorted(ids)).exists()._get_part_closure()
        parts = self._get_part_closure()
        found = defaultdict(list)
        for rule in rules:
            held = {part for each in rule.resource_ids for part in shared_parts.get(each, ())}
            for resource_id, own in parts.items():
                if held.intersection(own):
                    found[resource_id].append(rule)
        return found

import dataclasses

from odoo import api, models
from odoo.fields import Domain

from ..tools.readers import TEAM
from ..tools.rights import check_groups
from ..tools.text_values import clean, plain

# So many persons are shown; of more, those whose name begins as what was typed come first.
SHOWN = 8
LOOKED_AT = 200


@dataclasses.dataclass(frozen=True)
class Gesture:
    """A button: something that the desk does, for nobody yet or for a person that was found.

    It opens ``action`` (external id, or the action itself) in a context, or calls ``method`` of
    ``model`` on ``ids`` and opens what that gives back, saying ``done`` when it is nothing.
    """

    name: str
    icon: str
    action: str | dict | bool = False
    sequence: int = 50
    context: dict = dataclasses.field(default_factory=dict)
    # The place that the screen shows comes with it, as ``default_place_id``.
    at_place: bool = False
    model: str | bool = False
    method: str | bool = False
    ids: tuple = ()
    done: str | bool = False


@dataclasses.dataclass(frozen=True)
class Wait:
    """So many records wait for somebody: ``action`` opens these and no others.

    ``domain`` and ``context`` stand in place of the action's own, where they are given.
    """

    name: str
    icon: str
    count: int
    action: str
    sequence: int = 50
    domain: list | bool = False
    context: dict | bool = False


@dataclasses.dataclass(frozen=True)
class Badge:
    """A word or two on a person who was found: member, here, expected…"""

    text: str
    # A colour of Bootstrap
    kind: str = "secondary"


class TierslieuxHome(models.AbstractModel):
    """The home of the front desk: gestures of the day, a search of people, what waits.

    It knows no trade: each room adds its own by the seams ``_get_home_…`` below, for who may do
    it, and asks ``super()`` first. Everything is read with the rights of who looks.
    """

    _name = "tierslieux.home"
    _description = "Home of the Front Desk"

    # -- what the screen asks ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_home(self):
        """All that the screen shows before anything is typed; see ``static/src/home/home.js``."""
        check_groups(self.env, *TEAM.split(","))
        waits = [wait for wait in self._get_home_waits() if wait.count]
        return {
            "gestures": self._to_data(self._get_home_gestures()),
            "waits": self._to_data(waits),
            "panels": self._get_home_panels(),
            "may_create_person": self.env["res.partner"].has_access("create"),
        }

    @api.model
    @api.readonly
    def search_people(self, text):
        """Those whom ``text`` finds (see ``_get_typed_domain`` of ``res.partner``).

        :return: dict: ``people``, at most ``SHOWN`` of them; ``more``, whether there are others
        """
        check_groups(self.env, *TEAM.split(","))
        text = clean(text)[:100]
        if not plain(text):
            return {"people": [], "more": False}
        Partner = self.env["res.partner"]
        found = Partner.search(
            self._get_people_domain(text), limit=LOOKED_AT, order="complete_name, id"
        )
        first = plain(text).partition(" ")[0]
        found = found.sorted(
            lambda p: not any(word.startswith(first) for word in plain(p.name).split())
        )
        shown = found[:SHOWN]
        badges = self._get_home_badges(shown)
        gestures = self._get_home_person_gestures(shown)
        return {
            "people": [
                {
                    "id": partner.id,
                    "name": partner.complete_name,
                    "town": partner.city or "",
                    "phone": partner.phone or "",
                    "is_company": partner.is_company,
                    "badges": [dataclasses.asdict(badge) for badge in badges[partner.id]],
                    "gestures": self._to_data(gestures[partner.id]),
                }
                for partner in shown
            ],
            "more": len(found) > SHOWN,
        }

    @api.model
    def _to_data(self, parts):
        """In the order of their sequence, as the web client reads them."""
        return [dataclasses.asdict(part) for part in sorted(parts, key=lambda p: p.sequence)]

    @api.model
    def _get_people_domain(self, text):
        named = self.env["res.partner"]._get_typed_domain(text)
        return named & Domain("type", "=", "contact") & Domain("name", "!=", False)

    # -- seams ---------------------------------------------------------------------------

    @api.model
    def _get_home_gestures(self):
        """What the desk does many times a day, as large buttons.

        A room adds what this user may do in it: at most two, the shorter the row the better.

        :return: list of :class:`Gesture`
        """
        return []

    @api.model
    def _get_home_waits(self):
        """What waits for somebody of the house: to collect, to renew, to give back.

        A room adds what this user may settle, each counted in one query whatever their number.

        :return: list of :class:`Wait`; those of which there are none are not shown
        """
        waits = []
        if self.env.user.has_group("tierslieux_base.group_coordinator"):
            domain = self.env["tierslieux.place.label"]._get_to_renew_domain()
            waits.append(
                Wait(
                    self.env._("Labels to renew"),
                    "fa-certificate",
                    self.env["tierslieux.place.label"].search_count(domain),
                    "tierslieux_base.place_label_action",
                    sequence=80,
                    domain=list(domain),
                )
            )
        return waits

    @api.model
    def _get_home_panels(self):
        """Larger things under the gestures: keys of the web client's registry
        ``tierslieux_home_panels`` that this user may see.

        :return: list of str
        """
        return []

    @api.model
    def _get_home_badges(self, partners):
        """What the desk should know at once of each of these persons.

        :return: {partner id: list of :class:`Badge`}, with a list for each of them
        """
        return {partner.id: [] for partner in partners}

    @api.model
    def _get_home_person_gestures(self, partners):
        """What the desk does next for each of these persons.

        :return: {partner id: list of :class:`Gesture`}, with a list for each of them
        """
        return {
            partner.id: [
                Gesture(
                    self.env._("Open the sheet"),
                    "fa-user-o",
                    {
                        "type": "ir.actions.act_window",
                        "res_model": "res.partner",
                        "res_id": partner.id,
                        "views": [[False, "form"]],
                    },
                    sequence=90,
                )
            ]
            for partner in partners
        }

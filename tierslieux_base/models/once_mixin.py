import functools
import json

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.json import json_default


def take_turn(records):
    """Of those who do the same thing with these records at once, the later waits, then begins
    again and finds what the first has done.

    An update, as a lock alone would let a transaction go on that began before the other ended,
    and does not see what it wrote. PostgreSQL refuses it the update instead, and Odoo tries the
    request again by itself.
    """
    if records:
        records.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = write_date WHERE id IN %s",
                SQL.identifier(records._table),
                tuple(sorted(records.ids)),
            ),
            log_exceptions=False,
        )


def act_once(method):
    """Let a button of a window act once, whoever presses it again, and from wherever.

    Of a model that inherits ``tierslieux.once.mixin``. Pressed again, the button gives the action
    of the first time. Nothing is kept of a press that failed. What other modules add goes into a
    method that this one calls: an override of the button itself would act every time.
    """

    @functools.wraps(method)
    def act(self, *args, **kwargs):
        self.ensure_one()
        take_turn(self)
        if self.done_action:
            return self.done_action["action"]
        action = method(self, *args, **kwargs)
        # As the web client gets it: days and lazy texts are texts from here on.
        self.done_action = json.loads(json.dumps({"action": action}, default=json_default))
        return action

    act.acts_once = True
    return act


class TierslieuxOnceMixin(models.AbstractModel):
    """A window that creates something or moves money does so once: see ``act_once``."""

    _name = "tierslieux.once.mixin"
    _description = "Window that acts Once"

    done_action = fields.Json(readonly=True, copy=False)

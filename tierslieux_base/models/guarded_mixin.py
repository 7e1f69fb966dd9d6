from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import LazyTranslate, ormcache

_lt = LazyTranslate(__name__)

# For ``Guard.names``: all the fields of the model, for records that a process alone writes.
EVERY_FIELD = frozenset({"*"})
# Secrets that open a record without a login, whichever model has them.
SECRETS = frozenset({"access_token"})
COLLECTIONS = ("one2many", "many2many")


@dataclass(frozen=True)
class Guard:
    """Fields that not everybody who may write the record may set.

    :param names: the fields, or ``EVERY_FIELD``
    :param groups: external ids of the groups whose users may set them all the same; nobody by
        default, which leaves the process (``_write_facts``)
    :param when: name of a method of the model, called as ``record.method(name, value)`` with the
        value as it was given: whether the guard holds for this record. On creation the record
        is empty. Always, by default.
    :param sentence: what to do instead; ``%(fields)s`` stands for the labels of the fields, and
        ``%(record)s`` for the record
    """

    names: frozenset
    groups: tuple = ()
    when: str = ""
    sentence: object = _lt(
        "%(fields)s: this follows from what happens to « %(record)s », and is not written by hand."
        " Use the buttons, or ask a coordinator."
    )

    def __post_init__(self):
        object.__setattr__(self, "names", frozenset(self.names))

    def covers(self, name):
        return name in self.names or self.names == EVERY_FIELD


PROCESS_ALONE = Guard(SECRETS)
# For models whose records are the traces of what was done.
WRITTEN_BY_PROCESSES = Guard(
    EVERY_FIELD,
    sentence=_lt("« %(record)s » is a trace of what was done: nobody writes it by hand."),
)


class TierslieuxGuardedMixin(models.AbstractModel):
    """Facts of a record that its life writes, and that nobody writes by hand.

    States, who did what when, links to invoices, amounts worked out, secrets: a model says which
    in ``_get_guards``, who may set them all the same, and when. What is ``readonly`` in Python
    (computed and stored, or set by a button) needs no word: it is guarded unless said otherwise.

    It holds for whoever is not superuser, at ``create`` and ``write``, and so for lines written
    through their parent, imports and forms; whatever the value, an empty one too. The same value
    as before, or the one that is worked out anyway, is no change: forms send those back. Neither
    the defaults of a context or of a user, nor a copy, give a guarded field its value.

    A process (a button, a job, a page) checks who may do what, and calls ``_write_facts`` or
    ``_create_facts``, or runs as superuser. Nothing that a client can send has that effect: no
    key of the context opens a guard.
    """

    _name = "tierslieux.guarded.mixin"
    _description = "Facts written by a process"

    # A model of Odoo's own that we extend has readonly fields that are not ours to guard.
    _guards_readonly = True

    @api.model
    def _get_guards(self):
        """What is guarded, see ``Guard``. All guards of a field hold together.

        :return: tuple of guards
        """
        return ()

    # ------------------------------------------------------------------ the process

    def _write_facts(self, vals):
        """Write what only a process may, whoever set it off.

        sudo: facts are closed to whoever would write them by hand. The caller has checked who may
        do this; that they may write the record at all is checked here.
        """
        if not self:
            return True
        self.check_access("write")
        return self.sudo().write(vals)

    @api.model
    def _create_facts(self, vals_list):
        """Create records with facts that only a process may set, see ``_write_facts``."""
        self.browse().check_access("create")
        # sudo: as for ``_write_facts``; the rules of the records are checked just after.
        records = self.sudo().create(vals_list).sudo(self.env.su)
        records.check_access("create")
        return records

    # ------------------------------------------------------------------ create, write, copy

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        nobody = self.browse()
        given_list = [nobody._get_refused(vals) for vals in vals_list]
        if not any(given_list):
            return super().create(vals_list)
        nobody.check_access("create")
        for vals, given in zip(vals_list, given_list, strict=True):
            plain = [name for name in given if not self._fields[name].compute]
            defaults = nobody.default_get(plain) if plain else {}
            for name in plain:
                blank = self._is_same(nobody, name, vals[name], defaults.get(name, False))
                nobody._refuse_unless(blank, given[name], name)
        records = super().create(
            [
                {name: value for name, value in vals.items() if name not in given}
                for vals, given in zip(vals_list, given_list, strict=True)
            ]
        )
        # What is worked out is known now.
        for record, vals, given in zip(records, vals_list, given_list, strict=True):
            for name, guard in given.items():
                if self._fields[name].compute:
                    record._refuse_unless(record._has_value(name, vals[name]), guard, name)
        return records

    def write(self, vals):
        if self.env.su or not self:
            return super().write(vals)
        held = self._get_held(vals)
        if not held:
            return super().write(vals)
        # First, since what is said below names the record.
        self.check_access("write")
        rest, worked_out = dict(vals), {}
        for name, (guard, records) in held.items():
            changed = records.filtered(lambda r, n=name: not r._has_value(n, vals[n]))
            if not changed and records != self:
                continue  # no change there, and open to be written elsewhere
            if changed and (records != self or not self._fields[name].compute):
                changed._refuse_unless(False, guard, name)
            # A value that is given is not worked out again: leave it to whoever works it out.
            del rest[name]
            if changed:
                worked_out[name] = guard
        result = super().write(rest)
        for name, guard in worked_out.items():
            changed = self.filtered(lambda r, n=name: not r._has_value(n, vals[n]))
            changed._refuse_unless(not changed, guard, name)
        return result

    @api.model
    def default_get(self, fields):
        """A fact is what the model says at first, and not what a context or a user's own default
        says: those come from the client, whatever runs afterwards as superuser."""
        closed = self._get_closed_names().intersection(fields)
        values = super().default_get([name for name in fields if name not in closed])
        for name in closed:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                values[name] = field.convert_to_write(value, self)
        return values

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self.env.su:
            return vals_list
        closed = self._get_closed_names().difference(default or ())
        return [
            vals and {name: value for name, value in vals.items() if name not in closed}
            for vals in vals_list
        ]

    # ------------------------------------------------------------------ what is refused

    @api.model
    @ormcache("name")
    def _get_guards_of(self, name):
        """The guards of one field: those said, else that of what is readonly."""
        field = self._fields.get(name)
        if field is None or name in models.MAGIC_COLUMNS:
            return ()  # the ORM's own business
        said = tuple(guard for guard in self._get_guards() if guard.covers(name))
        if said or name in SECRETS:
            return said or (PROCESS_ALONE,)
        is_fact = self._guards_readonly and field.store and field.readonly
        return (PROCESS_ALONE,) if is_fact else ()

    @api.model
    @ormcache()
    def _get_closed_names(self):
        """Fields that are guarded whatever the record and the value."""
        return frozenset(
            name
            for name in self._fields
            if any(not guard.when for guard in self._get_guards_of(name))
        )

    @api.model
    def _get_guards_against_user(self, name):
        """Those guards of a field that do not let the user through."""
        field = self._fields.get(name)
        if field and not self._has_field_access(field, "write"):
            return  # super() refuses it, whatever the value
        user = self.env.user
        for guard in self._get_guards_of(name):
            if not any(user.has_group(group) for group in guard.groups):
                yield guard

    def _get_refused(self, vals):
        """Fields of ``vals`` that the user may not set on this record, or when it is created.

        :return: {name: guard}
        """
        refused = {}
        for name, value in vals.items():
            for guard in self._get_guards_against_user(name):
                if self._is_held(guard, name, value):
                    refused.setdefault(name, guard)
        return refused

    def _get_held(self, vals):
        """Fields of ``vals`` that the user may not set on some of these records.

        :return: {name: (the first guard that holds, the records that it holds for)}
        """
        held = {}
        for name, value in vals.items():
            for guard in self._get_guards_against_user(name):
                records = self.filtered(lambda r, g=guard, n=name, v=value: r._is_held(g, n, v))
                if records:
                    first, before = held.get(name, (guard, records))
                    held[name] = (first, before | records)
        return held

    def _is_held(self, guard, name, value):
        return not guard.when or getattr(self, guard.when)(name, value)

    def _has_value(self, name, value):
        """Whether this record has that value already, as ``write`` would set it."""
        # sudo: whether it is the same, and no more; super() refuses what they may not read
        record_sudo = self.sudo()
        field = self._fields[name]
        if field.type in COLLECTIONS:
            return record_sudo._has_lines(record_sudo[name], value)
        return self._is_same(record_sudo, name, value, record_sudo[name])

    @api.model
    def _is_same(self, record, name, one, other):
        """Whether two values of a field would be stored alike."""
        field = self._fields[name]
        if field.type in COLLECTIONS:
            return not one
        try:
            return (field.convert_to_cache(one, record) or None) == (
                field.convert_to_cache(other, record) or None
            )
        except (TypeError, ValueError):
            return False  # no value of this field: certainly not the one it has

    @api.model
    def _has_lines(self, lines, value):
        """Whether commands, or ids, leave a collection as it is."""
        ids = set(lines.ids)
        if not value:
            return not ids
        if isinstance(value, models.BaseModel):
            return set(value.ids) == ids
        for command in value:
            if isinstance(command, int):
                command = Command.link(command)
            operation, line, *more = command
            if operation == Command.LINK and line in ids:
                continue
            if operation in (Command.DELETE, Command.UNLINK) and line not in ids:
                continue
            if operation == Command.SET and set(more[-1]) == ids:
                continue
            if operation == Command.UPDATE and not more[-1]:
                continue
            if operation == Command.CLEAR and not ids:
                continue
            return False
        return True

    def _refuse_unless(self, is_right, guard, name):
        """:raise AccessError: naming the field and the record"""
        if is_right:
            return
        label = self._fields[name]._description_string(self.env)
        # sudo: the name of what they were writing
        record = self[:1].sudo().display_name or self.env["ir.model"]._get(self._name).name
        sentence = self.env._(guard.sentence)
        raise AccessError(sentence % {"fields": label, "record": record})

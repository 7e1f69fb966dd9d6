import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, html_escape
from odoo.tools.mail import email_normalize_all

# Threads and to-dos in which a volunteer may be named.
ROOM = ("tierslieux.shift%", "tierslieux.mission%", "tierslieux.volunteer%")
# What of the sheet goes with the person; what is absent stays: when they joined, their stage.
CLEARED = {
    "note": False,
    "left_reason": False,
    "emergency_name": False,
    "emergency_phone": False,
    "emergency_note": False,
    "consent_by_id": False,
    "resource_id": False,
    "calendar_token": False,
    "shares_phone": False,
    "shares_email": False,
    "max_km": 0,
    "active": False,
}
# Of the contact itself, when nothing else in the house needs it.
CONTACT = {
    "email": False,
    "phone": False,
    "street": False,
    "street2": False,
    "city": False,
    "zip": False,
    "website": False,
    "function": False,
    "comment": False,
    "birthdate_date": False,
    "image_1920": False,
    "category_id": [Command.clear()],
}


def _get_pattern(words):
    """These words, not as a part of other names and addresses.

    >>> bool(_get_pattern("roy@a.fr").search("ana.roy@a.fr, roy@a.fr.org"))
    False
    >>> bool(_get_pattern("Anne Roy").search("Marie-Anne Roy, Anne Roy-Le Goff"))
    False
    >>> bool(_get_pattern("roy@a.fr").search("Write to roy@a.fr."))
    True
    """
    before, after = r"[\w-]", r"[\w-]"
    if "@" in words:
        before, after = r"[\w.+-]", r"(?:[\w-]|\.\w)"
    return re.compile(rf"(?<!{before}){re.escape(words)}(?!{after})", re.I)


class TierslieuxVolunteer(models.Model):
    """A volunteer asks to be erased: hours, answers and figures stay, of nobody in particular.

    The sheet becomes that of a person without a name, so that all that counts by person still
    does. What only served to know or to reach them goes.
    """

    _inherit = "tierslieux.volunteer"

    def _get_erasure_obstacles(self):
        """What has to be settled first. A seam: rooms where volunteers act add theirs.

        :return: list of sentences
        """
        self.ensure_one()
        # sudo: whether, for who may erase
        waiting = (
            self.env["tierslieux.volunteer.expense"]
            .sudo()
            .search_count(
                [("volunteer_id", "=", self.id), ("state", "in", ("submitted", "validated"))]
            )
        )
        if not waiting:
            return []
        return [
            self.env._("%s expense(s) to refund or to refuse: settle them before.", waiting),
        ]

    def _erase(self):
        """Erase the person; in superuser mode, the caller has checked who asks.

        :return: whether the contact itself is erased too; else it is used elsewhere
        :raise UserError: naming what has to be settled first
        """
        self.ensure_one()
        obstacles = self._get_erasure_obstacles()
        if obstacles:
            raise UserError("\n".join(obstacles))
        partner = self.partner_id
        words = self._get_erased_words()
        if not self._is_gone(fields.Date.context_today(self)):
            self._leave(fields.Date.context_today(self))
        nobody = self._make_nobody()
        self._erase_rows()
        self._erase_messages()
        self._write_facts({**CLEARED, "partner_id": nobody.id})
        self._erase_traces(partner, nobody, words)
        self.env.flush_all()
        return self._erase_contact(partner)

    def _make_nobody(self):
        self.ensure_one()
        name = self.env._("Erased volunteer %s", self.id)
        return self.env["res.partner"].create(
            {"name": name, "company_id": self.company_id.id, "active": False}
        )

    def _get_erased_words(self):
        """What names them in texts: {words: what stands there instead}"""
        partner = self.partner_id
        gone = self.env._("(erased)")
        words = (partner.name, partner.email, partner.email_normalized, partner.phone)
        return {word: gone for word in words if word}

    def _erase_rows(self):
        """What only said what they can do, when, and with which papers."""
        for records in (
            self.skill_line_ids,
            self.wish_ids,
            self.absence_ids,
            self.availability_ids,
            self.paper_ids,
            self.document_ids,
        ):
            records.unlink()
        self.language_ids = False
        drafts = self.env["tierslieux.volunteer.expense"].search(
            [("volunteer_id", "=", self.id), ("state", "=", "draft")]
        )
        drafts.unlink()
        # How their name was written in the rotas that were imported
        words = self.env["tierslieux.rota.word"].search([("volunteer_id", "=", self.id)])
        words.unlink()
        # « Paul et Zoé »: one word of theirs is enough there
        together = self.env["tierslieux.volunteer.crew"].with_context(active_test=False)
        for crew in together.search([("volunteer_ids", "in", self.ids)]):
            name = crew.name
            for word in filter(None, (self.partner_id.firstname, self.partner_id.lastname)):
                name = _get_pattern(word).sub(self.env._("(erased)"), name)
            crew.name = name
        crews = self.env["tierslieux.mission.pattern"].with_context(active_test=False)
        crews.search([("crew_ids", "in", self.ids)]).crew_ids = [Command.unlink(self.id)]

    def _erase_messages(self):
        """What was written to them and about them."""
        self.activity_ids.unlink()
        self.message_ids.unlink()
        self.message_follower_ids.unlink()
        partner = self.partner_id
        sent = self.env["tierslieux.message"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.company_id.id),
                ("kind", "=like", "volunteer_%"),
            ]
        )
        Mail = self.env["mail.mail"]
        about = Domain("model", "=", "tierslieux.message") & Domain("res_id", "in", sent.ids)
        Mail.search(about).unlink()
        on_room = Domain.OR([Domain("model", "=like", pattern) for pattern in ROOM])
        to_them = Mail.search(Domain("recipient_ids", "in", partner.ids) & on_room)
        # What goes to others too still does.
        alone = to_them.filtered(lambda m: m.recipient_ids == partner and not m.email_to)
        (to_them - alone).write({"recipient_ids": [Command.unlink(partner.id)]})
        alone.unlink()
        self._find_mails_to(partner.email_normalized, on_room).unlink()
        sent.unlink()
        links = self.env["tierslieux.one.time.link"].search(
            [("partner_id", "=", partner.id), ("res_model", "=like", "tierslieux.shift%")]
        )
        links.unlink()
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        attachments.unlink()

    @api.model
    def _find_mails_to(self, address, domain=Domain.TRUE):
        """E-mails to this address alone: that of another may contain it.

        :param address: normalized; nothing: no e-mail
        """
        Mail = self.env["mail.mail"]
        if not address:
            return Mail
        found = Mail.search(domain & Domain("email_to", "ilike", address))
        return found.filtered(
            lambda m: set(email_normalize_all(m.email_to)) == {address} and not m.recipient_ids
        )

    def _erase_traces(self, partner, nobody, words):
        """Their name in the words of others, and their login on what they answered. A seam: rooms
        that name volunteers in texts of theirs clear these.

        :param partner: the contact
        :param nobody: the person without a name who has the sheet now
        :param words: as ``_get_erased_words``
        """
        self.ensure_one()
        logins = partner.with_context(active_test=False).user_ids
        self.assignment_ids.filtered(lambda a: a.answered_by_id in logins).write(
            {"answered_by_id": False}
        )
        self.assignment_ids.booking_id.filtered(lambda b: b.partner_id == partner).write(
            {"partner_id": nobody.id}
        )
        self.env.flush_all()
        root = self.env.ref("base.user_root")
        for table in ("shift_assignment", "volunteer_hours", "volunteer_expense"):
            self._forget_authors(f"tierslieux_{table}", logins, root)
        self._rewrite_texts(words)

    def _forget_authors(self, table, logins, root):
        """Their login in who made and who changed a line. SQL: hours that are validated are
        written by nobody else."""
        for column in ("create_uid", "write_uid"):
            if logins:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE %s IN %s AND volunteer_id = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        root.id,
                        SQL.identifier(column),
                        tuple(logins.ids),
                        self.id,
                    )
                )

    @api.model
    def _get_named_fields(self):
        """{model: its texts in which somebody may be named}. A seam: rooms add theirs."""
        return {
            "tierslieux.shift": ("note", "cancel_reason"),
            "tierslieux.volunteer.crew": ("name",),
            "tierslieux.volunteer.hours": ("note", "reason"),
            "tierslieux.volunteer.absence": ("reason",),
            "tierslieux.shift.plan": ("message",),
            "tierslieux.shift.plan.line": ("note",),
            "tierslieux.shift.plan.shift": ("reasons", "remedies"),
        }

    @api.model
    def _rewrite_texts(self, words):
        models_of_room = Domain.OR([Domain("model", "=like", pattern) for pattern in ROOM])
        Message = self.env["mail.message"]
        texts = ("body", "subject", "email_from", "reply_to")
        self._rewrite(Message, texts, words, models_of_room)
        self._rewrite(self.env["mail.mail"], ("body_html",), words, models_of_room)
        tracked = Domain("mail_message_id", "any", models_of_room)
        values = ("old_value_char", "new_value_char")
        self._rewrite(self.env["mail.tracking.value"], values, words, tracked)
        on_room = Domain.OR([Domain("res_model", "=like", pattern) for pattern in ROOM])
        Activity = self.env["mail.activity"].with_context(active_test=False)
        self._rewrite(Activity, ("summary", "note", "feedback"), words, on_room)
        for name, names in self._get_named_fields().items():
            if name in self.env:
                self._rewrite(self.env[name], names, words)
        self.env.invalidate_all()

    @api.model
    def _rewrite(self, model, names, words, domain=Domain.TRUE):
        """Replace these words in texts. SQL: validated hours and the threads are closed to writing,
        and what is put in their place is no new fact."""
        names = [name for name in names if name in model._fields and model._fields[name].store]
        model.flush_model()
        for word, instead in words.items():
            for shape in {word, str(html_escape(word))}:
                found = model.search(
                    domain & Domain.OR([Domain(name, "ilike", shape) for name in names])
                )
                pattern = _get_pattern(shape)
                for record in found:
                    for name in names:
                        text = str(record[name] or "")
                        clear = pattern.sub(instead, text)
                        if clear != text:
                            self.env.cr.execute(
                                SQL(
                                    "UPDATE %s SET %s = %s WHERE id = %s",
                                    SQL.identifier(model._table),
                                    SQL.identifier(name),
                                    clear,
                                    record.id,
                                )
                            )
                model.invalidate_model(names)

    def _erase_contact(self, partner):
        """The contact too, unless it is needed: a membership, an invoice, a login of the team.

        :return: whether it was erased
        """
        others = [records for _label, records in partner._get_merged_parts() if records]
        users = partner.with_context(active_test=False).user_ids
        if others or any(user._is_internal() for user in users):
            return False
        for user in users:
            user.write({"active": False, "login": f"erased-{user.id}", "signature": False})
        partner.message_ids.unlink()
        partner.activity_ids.unlink()
        authored = self.env["mail.message"].search([("author_id", "=", partner.id)])
        authored.write({"email_from": False})
        name = self.env._("Erased person %s", partner.id)
        address = partner.email_normalized
        partner.write({**CONTACT, "name": name, "active": False})
        # what was queued to them, that their address is gone too
        self._find_mails_to(address).unlink()
        partner.message_ids.unlink()  # what was just tracked
        return True

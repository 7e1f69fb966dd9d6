from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What Odoo's merge of contacts leaves behind, whoever merges: families, what each has once,
    references by model and id."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # Nobody becomes their own responsible adult.
        if dst_partner.guardian_id in src_partners:
            dst_partner.guardian_id = False
        src_partners.filtered(lambda p: p.guardian_id == dst_partner).guardian_id = False
        self._drop_doubled_rows(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _drop_doubled_rows(self, src_partners, dst_partner):
        """Rows that the database would refuse to have twice for the person kept, who has theirs:
        waiting twice for one thing, told twice. Odoo would delete all of a table, or fail.

        SQL: which rows an index would refuse is in PostgreSQL's catalogue alone.
        """
        self.env.flush_all()
        tables = {
            model._table: name
            for name, model in self.env.registry.items()
            if model._auto and not model._abstract and not model._transient
        }
        for table, column, predicate, others in self._get_unique_indexes(tables):
            same = SQL(" AND ").join(
                SQL("src.%(name)s = dst.%(name)s", name=SQL.identifier(name)) for name in others
            )
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT src.id
                      FROM (SELECT * FROM %(table)s WHERE %(predicate)s) src
                      JOIN (SELECT * FROM %(table)s WHERE %(predicate)s) dst ON %(same)s
                     WHERE src.%(column)s IN %(src)s AND dst.%(column)s = %(dst)s
                    """,
                    table=SQL.identifier(table),
                    predicate=SQL(predicate.replace("%", "%%")),
                    same=same or SQL("TRUE"),
                    column=SQL.identifier(column),
                    src=tuple(src_partners.ids),
                    dst=dst_partner.id,
                )
            )
            if rows:
                # sudo: whoever may merge two persons keeps one of what is there twice
                self.env[tables[table]].sudo().browse(row_id for (row_id,) in rows).unlink()

    @api.model
    def _get_unique_indexes(self, tables):
        """Unique indexes on a column that refers to persons, of models of ours and of Odoo.

        :return: list of (table, column, predicate, other columns)
        """
        found = []
        for table, predicate, names in self.env.execute_query(
            SQL(
                """
                SELECT t.relname, COALESCE(pg_get_expr(i.indpred, i.indrelid), 'TRUE'),
                       ARRAY_AGG(a.attname::text)
                  FROM pg_index i
                  JOIN pg_class t ON t.oid = i.indrelid
                  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
                 WHERE i.indisunique AND NOT i.indisprimary AND i.indexprs IS NULL
                   AND t.relnamespace = current_schema::regnamespace AND t.relname IN %s
                 GROUP BY t.relname, i.indexrelid, i.indpred, i.indrelid
                """,
                tuple(tables),
            )
        ):
            fields = self.env[tables[table]]._fields
            for name in names:
                field = fields.get(name)
                if field and field.type == "many2one" and field.comodel_name == "res.partner":
                    found.append((table, name, predicate, [n for n in names if n != name]))
        return found

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Odoo follows five models that refer by model and id: here, all of them."""
        result = super()._update_reference_fields(src_partners, dst_partner)
        for name, model in self.env.registry.items():
            if not model._auto or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if field.type != "many2one_reference" or not field.store or field.compute:
                    continue
                # sudo: whoever may merge two persons; what refers to the one refers to the other
                records_sudo = (
                    self.env[name]
                    .sudo()
                    .with_context(active_test=False)
                    .search(
                        [
                            (field.model_field, "=", "res.partner"),
                            (field.name, "in", src_partners.ids),
                        ]
                    )
                )
                if records_sudo:
                    records_sudo.write({field.name: dst_partner.id})
        return result


class ResPartner(models.Model):
    """Two records of one person become one, at the desk."""

    _inherit = "res.partner"

    def _get_merged_parts(self):
        """What refers to this person and moves with them, for the preview of a merge. A seam.

        :return: list of (label, records in superuser mode)
        """
        self.ensure_one()
        # sudo: how many there are, for a coordinator who may not read them all
        partner_sudo = self.sudo().with_context(active_test=False)
        invoices_sudo = partner_sudo.env["account.move"].search(
            [("partner_id", "=", self.id), ("move_type", "!=", "entry")]
        )
        return [
            (self.env._("Invoices"), invoices_sudo),
            (self.env._("Bank accounts"), partner_sudo.bank_ids),
            (self.env._("Persons of the family"), partner_sudo.dependant_ids),
            (self.env._("Contacts of the organisation"), partner_sudo.child_ids),
        ]

    def _get_merge_notes(self, other):
        """Sentences on what becomes of what both have. A seam.

        :param other: the record that goes
        """
        kept, gone = self._choose_login(other)
        if not gone:
            return []
        return [
            self.env._(
                "Both log in: « %(kept)s » stays, « %(gone)s » is deleted.",
                kept=kept.login,
                gone=", ".join(gone.mapped("login")),
            )
        ]

    def _get_merge_obstacles(self, other):
        """What has to be settled before. A seam.

        :param other: the record that goes
        :return: list of (sentence that says what to do, records to open, or an empty list)
        """
        obstacles = []
        if self.is_company != other.is_company:
            obstacles.append((self.env._("One is a person, the other an organisation."), []))
        if bool(self.departure_date) != bool(other.departure_date):
            obstacles.append(
                (self.env._("One of them is gone: undo the departure, or archive both."), [])
            )
        if not self.env["res.users"].has_access("write"):
            obstacles += [(text, []) for text in self._get_reserved_merges(other)]
        return obstacles

    def _get_reserved_merges(self, other):
        """What only an administrator merges: logins that are more than a member's, associations,
        and what belongs to an association that the user does not see.

        :return: list of sentences
        """
        # sudo: what the two records are, for a coordinator who may not read all of it
        both_sudo = (self | other).sudo().with_context(active_test=False)
        reserved = []
        if any(not user._is_of_a_member() for user in both_sudo.user_ids):
            reserved.append(
                self.env._("One of them has a login of the team: ask the administrator.")
            )
        if both_sudo.ref_company_ids:
            reserved.append(self.env._("One of them is the association: ask the administrator."))
        companies = both_sudo.company_id | both_sudo.user_ids.company_ids
        for partner in both_sudo:
            for _label, records in partner._get_merged_parts():
                if "company_id" in records._fields:
                    companies |= records.company_id
        if companies - self.env.user.company_ids:
            reserved.append(
                self.env._(
                    "Another association has memberships, invoices or a login of one of them: ask"
                    " the administrator."
                )
            )
        return reserved

    def _choose_login(self, other):
        """The login that stays, and those that go, of two records of one person."""
        users_sudo = (self | other).sudo().with_context(active_test=False).user_ids
        # One that works before an archived one, one of the team before a portal's, the kept one's.
        users_sudo = users_sudo.sorted(
            lambda u: (not u.active, not u._is_internal(), u.partner_id != self, u.id)
        )
        return users_sudo[:1], users_sudo[1:]

    def _prepare_merge(self, other):
        """Settle what both have, just before the merge. A seam.

        :param other: the record that goes
        """
        # sudo: a coordinator manages no logins; this one is a member's (_get_reserved_merges)
        self._choose_login(other)[1].sudo().unlink()

    def _merge_with(self, other):
        """Merge the record ``other`` of the same person into this one, and delete it.

        :raise UserError: if something is to be settled before
        """
        self.ensure_one()
        other.ensure_one()
        obstacles = self._get_merge_obstacles(other)
        if obstacles:
            raise UserError("\n".join(sentence for sentence, _records in obstacles))
        self._prepare_merge(other)
        # sudo: Odoo gives its wizard to administrators; the caller has checked the group.
        wizard_sudo = self.env["base.partner.merge.automatic.wizard"].sudo()
        wizard_sudo._merge((self | other).ids, self.sudo(), extra_checks=False)
        self.env.invalidate_all()

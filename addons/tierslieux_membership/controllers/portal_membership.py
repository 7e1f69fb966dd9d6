from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import LazyTranslate

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.tierslieux_base.controllers.form_once import once
from odoo.addons.tierslieux_base.controllers.portal import TierslieuxPortal

_lt = LazyTranslate(__name__)

DESK_GROUP = "tierslieux_base.group_reception"
PAST_STATES = ("expired", "cancelled", "resigned")


class MembershipPortal(TierslieuxPortal):
    """My memberships: list, detail, payment, renewal, card and receipt."""

    # ------------------------------------------------------------------ home

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        Membership = request.env["tierslieux.membership"]
        if "membership_count" in counters:
            values["membership_count"] = (
                Membership.search_count(self._get_memberships_domain())
                if Membership.has_access("read")
                else 0
            )
        if "membership_todo_count" in counters:
            values["membership_todo_count"] = self._get_membership_todo_count()
        return values

    def _get_membership_todo_count(self):
        """How many of my memberships wait for a payment or a renewal."""
        Membership = request.env["tierslieux.membership"]
        if not Membership.has_access("read"):
            return 0
        todo = Membership.search(
            Domain(self._get_memberships_domain())
            & Domain("state", "in", ("to_pay", "active", "grace", "expired"))
        ).sudo()  # sudo: what can be paid or renewed reads the invoice, the type and the company
        todo = todo.filtered(self._may_pay)
        return len(
            todo.filtered(lambda m: m._is_portal_payable()) | todo._filter_portal_renewable()
        )

    def _get_memberships_domain(self):
        """Memberships that concern me: mine, those I pay, those that cover me.

        Drafts are the team's business: proposals of renewal, and what is being typed in.
        """
        partners = self._get_my_partners()
        return Domain("state", "!=", "draft") & Domain.OR(
            [
                [("partner_id", "in", partners.ids)],
                [("payer_id", "in", partners.ids)],
                [("covered_partner_ids", "in", partners.ids)],
            ]
        )

    # ------------------------------------------------------------------ list

    @http.route(
        ["/my/memberships", "/my/memberships/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def portal_my_memberships(self, page=1, **kw):
        Membership = request.env["tierslieux.membership"]
        domain = Domain(self._get_memberships_domain())
        current = past = renewable = Membership.sudo()
        pager = False
        if Membership.has_access("read"):
            # sudo: the tiles name types, other persons and invoices, no portal rights on these
            found = Membership.search(domain, order="date_end desc, id desc").sudo()
            renewable = found._filter_portal_renewable()
            current = found.filtered(
                lambda m: m.state not in PAST_STATES or (m in renewable and self._may_pay(m))
            )
            past = found - current
            # read together: a union of persons, as each tile makes one, forgets its neighbours
            (found.partner_id | found.covered_partner_ids).fetch(["name", "departure_date"])
            if len(past) > self._items_per_page:
                pager = portal_pager(
                    url="/my/memberships",
                    total=len(past),
                    page=page,
                    step=self._items_per_page,
                )
                past = past[pager["offset"] : pager["offset"] + self._items_per_page]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "memberships",
            "current": [self._prepare_membership_item(m, renewable) for m in current],
            "past": [self._prepare_membership_item(m, renewable) for m in past],
            "pager": pager,
            **self._pop_portal_message(),
        }
        return request.render("tierslieux_membership.portal_my_memberships", values)

    def _prepare_membership_item(self, membership_sudo, renewable, access_token=None, link=None):
        """What a page shows of one membership to whom is looking.

        :param renewable: memberships, this one or not among them, that can be renewed now
        :return: dict with the record, its status in words, and the addresses of what this
            person may do next (False where they may not)
        """
        url = f"/my/memberships/{membership_sudo.id}"
        query = self._get_query(access_token, link)
        may_pay = self._may_pay(membership_sudo, access_token, link)
        item = {
            "membership": membership_sudo,
            "status": membership_sudo._get_portal_status(sees_money=may_pay),
            "url": url + query,
            "holders": ", ".join(membership_sudo._get_card_holders().mapped("name")),
            "pay_url": may_pay and membership_sudo._is_portal_payable() and f"{url}/pay{query}",
            "give_up_url": membership_sudo.payer_id in self._get_my_partners()
            and membership_sudo._filter_abandonable()
            and f"{url}/give-up",
            "renew_url": False,
            "renew_form_url": False,
            "card_url": membership_sudo.state in ("active", "grace") and f"{url}/card{query}",
            "sees_money": may_pay,
            "paid_by_other": not may_pay
            and request.env._(
                "This membership is paid by %s, who can renew it and see its invoice.",
                membership_sudo.payer_id.name,
            ),
        }
        if may_pay and membership_sudo in renewable:
            if membership_sudo._is_portal_proof_needed():
                item["renew_form_url"] = (
                    f"/my/memberships/join/{membership_sudo.type_id.id}"
                    f"?person_id={membership_sudo.partner_id.id}"
                )
            elif self._may_change(membership_sudo, link):
                item["renew_url"] = f"{url}/renew{query}"
        return item

    def _may_pay(self, membership_sudo, access_token=None, link=None):
        """Whether who is looking deals with the money: the payer, or who was sent the link.

        A member whose fee another pays (an employer, a guardian) sees their membership and
        their card, not the invoice.
        """
        return self._is_sent(membership_sudo, access_token, link) or (
            membership_sudo.payer_id in self._get_my_partners()
        )

    def _is_concerned(self, record_sudo):
        """Who belongs to an organisation acts for it too."""
        return super()._is_concerned(record_sudo) or (
            record_sudo._name == "tierslieux.membership"
            and record_sudo.payer_id in self._get_my_partners()
        )

    # ------------------------------------------------------------------ detail and documents

    @http.route(
        "/my/memberships/<int:membership_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_my_membership(self, membership_id, access_token=None, link=None, paid=None, **kw):
        membership_sudo = self._get_membership(membership_id, access_token, link)
        if not membership_sudo:
            return self._answer_unknown("tierslieux.membership", membership_id, link)
        renewable = membership_sudo._filter_portal_renewable()
        item = self._prepare_membership_item(membership_sudo, renewable, access_token, link)
        number = (
            request.env["tierslieux.member"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", membership_sudo.partner_id.id),
                    ("company_id", "=", membership_sudo.company_id.id),
                ],
                limit=1,
            )
            .number
        )
        item.update(
            member_number=number,
            documents=self._prepare_membership_documents(membership_sudo, item, access_token, link),
        )
        values = self._get_page_view_values(
            membership_sudo,
            access_token,
            {
                "page_name": "membership",
                "membership": membership_sudo,
                "item": item,
                **(
                    self._prepare_link_values(membership_sudo, access_token, link)
                    if renewable and not item["renew_form_url"]
                    else {}
                ),
                **self._pop_portal_message(),
                **(self._get_payment_message(membership_sudo.invoice_id) if paid else {}),
            },
            "my_memberships_history",
            False,
        )
        return request.render("tierslieux_membership.portal_my_membership", values)

    def _get_membership(self, membership_id, access_token=None, link=None):
        """The membership, or an empty record: see ``_find_document``.

        Who works here reads memberships in the back office: that right alone opens somebody
        else's page, its card and its names, to the front desk and to no one else.
        """
        membership_sudo = self._find_document(
            "tierslieux.membership", membership_id, access_token, link
        )
        if (
            self._is_sent(membership_sudo, access_token, link)
            or self._concerns_me(membership_sudo)
            or request.env.user.has_group(DESK_GROUP)
        ):
            return membership_sudo
        return membership_sudo.browse()

    def _concerns_me(self, membership_sudo):
        persons_sudo = (
            membership_sudo.partner_id
            | membership_sudo.payer_id
            | membership_sudo.covered_partner_ids
        )
        return bool(persons_sudo & self._get_my_partners().sudo())

    def _prepare_membership_documents(self, membership_sudo, item, access_token, link=None):
        _ = request.env._
        documents = []
        base_url = f"/my/memberships/{membership_sudo.id}"
        query = self._get_query(access_token, link)
        if item["card_url"]:
            documents.append(
                {
                    "url": item["card_url"],
                    "label": _("Membership card (PDF)"),
                    "icon": "fa-id-card-o",
                    "target": "_blank",
                }
            )
        if item["sees_money"] and membership_sudo.invoice_id.state == "posted":
            documents.append(
                {
                    "url": membership_sudo.invoice_id.get_portal_url(),
                    "label": _("Invoice %s", membership_sudo.invoice_id.name),
                    "icon": "fa-file-text-o",
                }
            )
        if item["sees_money"] and membership_sudo._has_receipt():
            documents.append(
                {
                    "url": f"{base_url}/receipt{query}",
                    "label": _("Receipt of payment (PDF)"),
                    "icon": "fa-check-square-o",
                    "target": "_blank",
                }
            )
        return documents

    @http.route(
        "/my/memberships/<int:membership_id>/card",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_membership_card(self, membership_id, access_token=None, link=None, **kw):
        return self._show_membership_document(membership_id, access_token, link, "card")

    @http.route(
        "/my/memberships/<int:membership_id>/receipt",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_membership_receipt(self, membership_id, access_token=None, link=None, **kw):
        return self._show_membership_document(membership_id, access_token, link, "receipt")

    def _show_membership_document(self, membership_id, access_token, link, kind):
        """Answer with the PDF, or go back to the page with the reason why there is none."""
        membership_sudo = self._get_membership(membership_id, access_token, link)
        if not membership_sudo:
            return request.redirect("/my")
        if kind == "receipt" and not self._may_pay(membership_sudo, access_token, link):
            return request.redirect("/my")
        try:
            getattr(membership_sudo, f"_check_{kind}_printable")()
        except UserError as error:
            self._push_portal_message(str(error), "warning")
            return request.redirect(self._get_document_url(membership_sudo, access_token, link))
        return self._show_report(
            model=membership_sudo.with_context(tierslieux_document=kind),
            report_type="pdf",
            report_ref=f"tierslieux_membership.action_report_membership_{kind}",
        )

    # ------------------------------------------------------------------ pay and renew

    @http.route(
        "/my/memberships/<int:membership_id>/pay",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def portal_membership_pay(self, membership_id, access_token=None, link=None, **kw):
        """The payment form of Odoo, on a page that says what is paid."""
        membership_sudo = self._get_membership(membership_id, access_token, link)
        if not membership_sudo:
            return request.redirect("/my")
        membership_url = self._get_document_url(membership_sudo, access_token, link)
        if not self._may_pay(membership_sudo, access_token, link):
            return request.redirect("/my")
        if not membership_sudo._is_portal_payable():
            return request.redirect(membership_url)
        invoice_sudo = membership_sudo.invoice_id
        values = {
            **self._prepare_payment_values(invoice_sudo, membership_url),
            "page_name": "membership_pay",
            "membership": membership_sudo,
            "membership_url": membership_url,
            "paid_lines": [
                {
                    "name": paid.type_id.name,
                    "person": ", ".join(paid._get_card_holders().mapped("name")),
                    "detail": paid._get_period_label(),
                    "amount": paid.amount,
                }
                for paid in invoice_sudo.membership_ids
            ],
        }
        return request.render("tierslieux_base.portal_pay", values)

    @http.route(
        "/my/memberships/<int:membership_id>/renew",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Renew this membership"))
    def portal_membership_renew(self, membership_id, access_token=None, link=None, **post):
        """One tap: the next period, its invoice, its payment page."""
        membership_sudo = self._get_membership(membership_id, access_token, link)
        if not membership_sudo:
            return self._answer_unknown("tierslieux.membership", membership_id, link)
        url = self._get_document_url(membership_sudo, access_token, link)
        if not self._may_pay(membership_sudo, access_token, link):
            return request.redirect("/my")
        pending_sudo = membership_sudo.next_ids.filtered(lambda m: m.state == "to_pay")
        if pending_sudo:  # tapped twice
            return request.redirect(self._get_next_url(pending_sudo[0], access_token))
        if not self._take_change(membership_sudo, link):
            return self._refuse_change(url)
        url = self._get_document_url(membership_sudo, access_token)  # the link is used up
        if not membership_sudo._is_portal_renewable():
            self._push_portal_message(
                request.env._("This membership cannot be renewed online now."), "warning"
            )
            return request.redirect(url)
        try:
            with request.env.cr.savepoint():
                renewal_sudo = membership_sudo._portal_renew()
        except UserError as error:
            self._push_portal_message(str(error), "danger")
            return request.redirect(url)
        if not self._is_concerned(membership_sudo):
            self._grant(renewal_sudo)  # came by a one-time link: goes on to the payment
        return request.redirect(self._get_next_url(renewal_sudo, access_token))

    @http.route(
        "/my/memberships/<int:membership_id>/link",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    @once(_lt("Receive a link by e-mail"))
    def portal_membership_link(self, membership_id, access_token=None, link=None, **post):
        """One tap: a one-time link by e-mail."""
        return self._send_link("tierslieux.membership", membership_id, access_token, link)

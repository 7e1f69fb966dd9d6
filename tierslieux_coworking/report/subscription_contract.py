from odoo import api, fields, models
from odoo.tools import format_amount, format_date


class ReportSubscriptionContract(models.AbstractModel):
    """Values of the subscription contract: every term of the plan, in words."""

    _name = "report.tierslieux_coworking.report_subscription_contract"
    _inherit = ["tierslieux.document"]
    _description = "Subscription Contract"

    @api.model
    def _get_report_values(self, docids, data=None):
        subscriptions = self._get_printed(docids)
        return {
            "doc_ids": docids,
            "doc_model": subscriptions._name,
            # sudo: a contract names persons, places and a company that its reader may not open.
            "docs": subscriptions.sudo(),
            "get_terms": self._get_terms,
            "get_parties": self._get_parties,
            "get_issued": self._get_issued,
        }

    @api.model
    def _get_parties(self, subscription):
        """Who contracts with whom, in one sentence."""
        env, company = subscription.env, subscription.company_id
        association = company.name
        if company.company_registry:
            association = f"{association} (SIRET {company._get_spaced_siret()})"
        if subscription.employer_id:
            return env._(
                "Between %(association)s, %(employer)s, the employer, and %(subscriber)s, the"
                " subscriber.",
                association=association,
                employer=subscription.employer_id.name,
                subscriber=subscription.partner_id.name,
            )
        return env._(
            "Between %(association)s and %(subscriber)s, the subscriber.",
            association=association,
            subscriber=subscription.partner_id.name,
        )

    @api.model
    def _get_issued(self, subscription):
        env = subscription.env
        today = format_date(env, fields.Date.context_today(subscription))
        city = subscription.company_id.city
        if city:
            return env._("Made in %(city)s on %(date)s, in two copies.", city=city, date=today)
        return env._("Made on %(date)s, in two copies.", date=today)

    @api.model
    def _get_terms(self, subscription):
        """Terms of the contract, those that do not apply left out.

        :param subscription: record in the language of the document
        :return: list of (title, text)
        """
        env, plan = subscription.env, subscription.plan_id
        terms = [
            (env._("Price"), self._get_price_term(subscription)),
            (env._("Invoicing"), self._get_billing_term(subscription)),
            (env._("First day"), format_date(env, subscription.date_start)),
            (env._("Duration"), self._get_duration_term(subscription)),
        ]
        if subscription.trial_end:
            terms.append(
                (
                    env._("Free trial"),
                    env._("Until %(date)s.", date=format_date(env, subscription.trial_end)),
                )
            )
        if plan.kind == "recurring":
            terms.append((env._("Notice"), self._get_notice_term(plan)))
        credits = list(self._get_credit_terms(plan))
        if credits:
            terms.append((env._("Included"), ", ".join(credits)))
        extras = list(self._get_extra_terms(plan))
        if extras:
            terms.append((env._("Also included"), ", ".join(extras)))
        terms.append(
            (
                env._("Places"),
                ", ".join(plan.place_ids.mapped("name")) or env._("All places of the house"),
            )
        )
        terms += self._get_money_terms(subscription)
        if subscription.employer_id:
            terms += self._get_employer_terms(subscription)
        return [(title, text) for title, text in terms if text]

    def _get_price_term(self, subscription):
        env = subscription.env
        return env._(
            "%(amount)s %(unit)s",
            amount=format_amount(env, subscription.amount, subscription.currency_id),
            unit=subscription.plan_id._get_unit_label(),
        )

    def _get_billing_term(self, subscription):
        env, plan = subscription.env, subscription.plan_id
        if plan.kind != "recurring":
            return env._("Paid once, when it is taken.")
        labels = dict(plan._fields["billing"]._description_selection(env))
        prorata = dict(plan._fields["prorata"]._description_selection(env))
        unit = plan._get_unit_label()
        return env._(
            "Once %(unit)s, %(billing)s. First and last period: %(prorata)s.",
            unit=unit,
            billing=labels[plan.billing].lower(),
            prorata=prorata[plan.prorata].lower(),
        )

    def _get_duration_term(self, subscription):
        env = subscription.env
        if subscription.commitment_end:
            return env._(
                "At least until %(date)s (%(months)s months), then until notice is given.",
                date=format_date(env, subscription.commitment_end),
                months=subscription.plan_id.commitment_months,
            )
        if subscription.date_end:
            return env._("Until %(date)s.", date=format_date(env, subscription.date_end))
        return env._("Until notice is given.")

    def _get_notice_term(self, plan):
        if not plan.notice_days:
            return plan.env._("None: it may be ended on any day.")
        if plan.notice_rule == "period":
            return plan.env._(
                "%(days)s days, to the end of the period, in writing.", days=plan.notice_days
            )
        return plan.env._("%(days)s days, in writing.", days=plan.notice_days)

    def _get_credit_terms(self, plan):
        env = plan.env
        for credit in plan.credit_ids:
            name = credit.type_id.name.lower()
            if credit.is_unlimited:
                yield env._("%(name)s without limit", name=name)
            else:
                yield f"{credit.quantity:g} {name}"

    def _get_extra_terms(self, plan):
        env = plan.env
        yield from plan._get_access_terms()
        if plan.discount_extras:
            yield env._("%(percent)g %% off what is not included", percent=plan.discount_extras)

    def _get_money_terms(self, subscription):
        env, plan = subscription.env, subscription.plan_id
        if plan.setup_amount:
            yield (
                env._("Entry fee"),
                format_amount(env, plan.setup_amount, subscription.currency_id),
            )
        if plan.deposit_amount:
            yield (
                env._("Deposit"),
                env._(
                    "%(amount)s, given back at the end.",
                    amount=format_amount(env, plan.deposit_amount, subscription.currency_id),
                ),
            )

    def _get_employer_terms(self, subscription):
        env = subscription.env
        text = env._(
            "%(name)s pays for up to %(days)g days a month, and gets the list of the days with"
            " the invoice.",
            name=subscription.employer_id.name,
            days=subscription.agreement_days,
        )
        if subscription.agreement_ref:
            text += " " + env._("Agreement: %(ref)s.", ref=subscription.agreement_ref)
        yield env._("Employer"), text

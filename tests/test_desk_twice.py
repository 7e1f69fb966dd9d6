"""A button of the back office pressed twice, or by two people at once, acts once."""

import pytest
from harness.clients import at_once, environment
from harness.settings import project_modules

# button of a window that is pressed for good → why it acts once without the mixin's help
OTHERWISE = {
    "tierslieux.association.settings.action_save": "settings: saved twice, they are the same",
    "tierslieux.membership.settings.action_save": "settings",
    "tierslieux.presence.settings.action_save": "settings",
    "tierslieux.agreement.settings.action_save": "settings",
    "tierslieux.business.settings.action_save": "settings",
    "tierslieux.trust.settings.action_save": "settings",
    "tierslieux.sepa.setup.action_apply": "settings",
    "tierslieux.booking.series.wizard.action_book": "its second step, _book, acts once",
    "tierslieux.booking.series.wizard.action_preview": "writes the rows of its own window",
    "tierslieux.booking.series.wizard.action_back": "writes the rows of its own window",
    "tierslieux.booking.series.wizard.action_skip_conflicts": "its own window",
    "tierslieux.booking.series.wizard.action_take_proposals": "its own window",
    "tierslieux.booking.series.line.action_take_proposal": "its own window",
    "tierslieux.member.import.action_import": "takes its turn, then finds its step done",
    "tierslieux.member.import.action_read_columns": "its own window",
    "tierslieux.member.import.action_apply_preset": "its own window",
    "tierslieux.member.import.action_back": "its own window",
    "tierslieux.member.import.action_accept_likely": "the same choice twice is one",
    "tierslieux.member.import.action_create_undecided": "the same choice twice is one",
    "tierslieux.member.import.action_period_this": "the same choice twice is one",
    "tierslieux.member.import.action_period_next": "the same choice twice is one",
    "tierslieux.member.import.action_preview": "its own window",
    "tierslieux.member.import.action_new": "opens a window",
    "tierslieux.directory.import.action_import": "takes its turn, then finds its state done",
    "tierslieux.directory.import.action_preview": "its own window",
    "tierslieux.directory.import.action_back": "its own window",
    "tierslieux.directory.import.action_complete_mapping": "lines of a mapping that lack",
    "tierslieux.agreement.import.action_import": "takes its turn, then finds its state done",
    "tierslieux.agreement.import.action_preview": "its own window",
    "tierslieux.agreement.import.action_back": "its own window",
    "tierslieux.directory.export.action_export": "makes a file",
    "tierslieux.attendance.list.action_print": "makes a document",
    "tierslieux.reminder.preview.action_send": "each message is logged once, in the database",
    "tierslieux.dunning.preview.action_send": "each message is logged once, in the database",
    "tierslieux.check.in.action_sell_pass": "opens a window",
    "tierslieux.sell.pass.action_print_invoice": "makes a document",
    "tierslieux.sell.pass.action_sell_another": "opens a window",
    "tierslieux.merge.persons.action_swap": "its own window",
    "tierslieux.volunteer.emergency.action_save": "writes what was typed: twice is the same",
    "tierslieux.volunteer.month.action_validate_agreeing": "one line per shift, in the database",
    "tierslieux.hours.certificate.action_print": "makes a document",
    "tierslieux.hours.certificate.action_print_civic": "makes a document",
    "tierslieux.shift.generation.action_preview": "its own window",
    "tierslieux.rota.import.action_import": "takes its turn, then finds its step done",
    "tierslieux.rota.import.action_read": "its own window",
    "tierslieux.rota.import.action_read_sheet": "its own window",
    "tierslieux.rota.import.action_names": "its own window",
    "tierslieux.rota.import.action_create_unknown": "the same choice twice is one",
    "tierslieux.rota.import.action_check": "its own window",
    "tierslieux.rota.import.action_back": "its own window",
    "tierslieux.rota.import.action_new": "opens a window",
}


def _buttons(env):
    """{"model.method": every definition of it, the last first} of our windows, openings apart."""
    found = {}
    for name in env.registry:
        model = env[name]
        if not model.is_transient() or model._original_module not in project_modules():
            continue
        for attribute in dir(type(model)):
            opens = attribute.startswith(("action_open", "action_view", "action_archive"))
            if not attribute.startswith("action_") or opens or attribute == "action_unarchive":
                continue
            definitions = [
                vars(cls)[attribute] for cls in type(model).__mro__ if attribute in vars(cls)
            ]
            found[f"{name}.{attribute}"] = definitions
    return found


def test_every_button_of_a_window_acts_once_or_says_why_not(env):
    buttons = _buttons(env)
    guarded = {
        button
        for button, definitions in buttons.items()
        if all(hasattr(one, "acts_once") for one in definitions)
    }
    assert len(guarded) > 12, sorted(guarded)
    free = set(buttons) - guarded
    assert free == set(OTHERWISE), "@act_once, or a reason"
    doubled = {button for button in guarded if len(buttons[button]) > 1}
    assert not doubled, f"override what these call, not the button: {sorted(doubled)}"


@pytest.fixture(scope="module")
def house(registry):
    """{"type", "plan", "cash"}: ids of what is sold, and where the money goes; committed."""
    with environment(registry) as env:
        company = env.company
        cash = env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "cash")], limit=1
        )
        kind = env["tierslieux.membership.type"].create(
            {"name": "Deux fois", "code": "DEUX", "amount_mode": "fixed", "amount": 15.0}
        )
        plan = env["tierslieux.plan"].create(
            {"name": "Carnet", "code": "C2", "kind": "book", "amount": 200.0}
        )
        env["tierslieux.place"].search([], limit=1) or env["tierslieux.place"].create(
            {"name": "Ici", "code": "ICI"}
        )
        env.cr.commit()
        return {"type": kind.id, "plan": plan.id, "cash": cash.id}


def _to_pay(env, house, name):
    person = env["res.partner"].create({"lastname": name, "firstname": "Ada"})
    membership = env["tierslieux.membership"].create(
        {"partner_id": person.id, "type_id": house["type"]}
    )
    membership.action_confirm()
    return membership


def _window(env, house, membership):
    return env["tierslieux.take.payment"].create(
        {"membership_ids": [(6, 0, membership.ids)], "journal_id": house["cash"]}
    )


def test_one_window_confirmed_six_times_at_once_takes_the_fee_once(registry, house):
    """15 € due, 15 € taken; the five others get the action of the first."""
    with environment(registry) as env:
        membership = _to_pay(env, house, "Six")
        window = _window(env, house, membership).id
        invoice = membership.invoice_id.id
        env.cr.commit()

    def pay(env):
        return env["tierslieux.take.payment"].browse(window).action_pay()

    results = at_once(registry, *[pay] * 6)
    assert all(isinstance(result, dict) for result in results), results
    with environment(registry) as env:
        move = env["account.move"].browse(invoice)
        payments = move.matched_payment_ids
        assert payments.mapped("amount") == [15.0]
        assert move.amount_residual == 0.0


def test_two_desks_take_the_same_fee_at_once_and_one_is_told(registry, house):
    """Two windows, one invoice of 15 €: one payment; the other is told that nothing is due."""
    from odoo.exceptions import UserError

    with environment(registry) as env:
        membership = _to_pay(env, house, "Guichets")
        windows = [_window(env, house, membership).id for _rank in range(2)]
        invoice = membership.invoice_id.id
        env.cr.commit()

    def pay(window):
        return lambda env: env["tierslieux.take.payment"].browse(window).action_pay()

    results = at_once(registry, *(pay(window) for window in windows))
    refused = [result for result in results if isinstance(result, UserError)]
    assert len(refused) == 1, results
    with environment(registry) as env:
        move = env["account.move"].browse(invoice)
        assert move.matched_payment_ids.mapped("amount") == [15.0]


def test_one_sale_confirmed_six_times_at_once_is_one_sale(registry, house):
    """A book of 200 € at the desk: one subscription, one person, one invoice, 200 € in cash."""
    with environment(registry) as env:
        window = env["tierslieux.sell.pass"].create(
            {
                "firstname": "Zoé",
                "lastname": "Sixfois",
                "plan_id": house["plan"],
                "journal_id": house["cash"],
                "is_here": False,
            }
        )
        window_id = window.id
        env.cr.commit()

    def sell(env):
        return env["tierslieux.sell.pass"].browse(window_id).action_pay()

    results = at_once(registry, *[sell] * 6)
    assert all(isinstance(result, dict) for result in results), results
    with environment(registry) as env:
        person = env["res.partner"].search([("lastname", "=", "Sixfois")])
        assert len(person) == 1
        sold = env["tierslieux.subscription"].search([("partner_id", "=", person.id)])
        assert len(sold) == 1
        invoices = env["account.move"].search(
            [("partner_id", "=", person.id), ("move_type", "=", "out_invoice")]
        )
        assert invoices.mapped("amount_total") == [200.0]
        assert invoices.matched_payment_ids.mapped("amount") == [200.0]


def test_two_colleagues_renew_the_same_membership_at_once_and_see_the_same_one(registry, house):
    with environment(registry) as env:
        membership = _to_pay(env, house, "Suivante")
        env["tierslieux.take.payment"].create(
            {"membership_ids": [(6, 0, membership.ids)], "journal_id": house["cash"]}
        ).action_pay()
        membership_id = membership.id
        env.cr.commit()

    def renew(env):
        return env["tierslieux.membership"].browse(membership_id).action_renew()["res_id"]

    results = at_once(registry, renew, renew)
    assert len(set(results)) == 1, results
    with environment(registry) as env:
        assert len(env["tierslieux.membership"].browse(membership_id).next_ids) == 1

"""The demo association: what a visitor finds in it, and what each login may open."""

import datetime
from zoneinfo import ZoneInfo

import house
import pytest
from harness import databases
from stdnum.fr import siret

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config

STATES = {"draft", "to_pay", "active", "grace", "expired", "cancelled", "resigned"}


@pytest.fixture(scope="module")
def demo(template_demo):
    """The superuser's environment on a clone of the demo database."""
    with databases.cloned(template_demo, "demo") as name:
        # With this switch on, loading a registry runs the tests that modules make at their install.
        switch, config["test_enable"] = config["test_enable"], False
        try:
            registry = Registry(name)
        finally:
            config["test_enable"] = switch
        with registry.cursor() as cursor:
            yield Environment(cursor, SUPERUSER_ID, {"lang": "fr_FR", "tz": "Europe/Paris"})
            cursor.rollback()
        Registry.delete(name)


def as_user(demo, login):
    user = demo["res.users"].search([("login", "=", login)])
    return demo(user=user.id, su=False)


def test_nothing_of_odoo_s_own_demo_is_there(demo):
    assert demo["res.company"].search([]).mapped("name") == ["La Fabrique du Bourg"]
    ours = demo["ir.module.module"].search([("demo", "=", True)]).mapped("name")
    assert set(ours) == {
        name for name, module in house.modules().items() if module.manifest.get("demo")
    }
    assert demo["res.partner"].search_count([("is_company", "=", False)]) == 60


def test_the_association_is_one_that_could_be(demo):
    company = demo.ref("base.main_company")
    assert siret.is_valid(company.company_registry)
    assert company.zip == "35190" and company.country_id.code == "FR"
    assert company.chart_template == "fr_asso"
    assert "W353012345" in company.report_footer and "SIRET" in company.report_footer
    accounts = demo["account.journal"].search([("type", "=", "bank")]).bank_account_id
    assert accounts.mapped("acc_type") == ["iban"], "Odoo knows a valid IBAN from any other number"


def test_every_state_of_a_membership_is_shown(demo):
    states = {s for [s] in demo["tierslieux.membership"]._read_group([], ["state"])}
    assert states == STATES


def test_every_kind_of_fee_and_period_is_shown(demo):
    types = demo["tierslieux.membership.type"].search([])
    assert set(types.mapped("amount_mode")) == {"fixed", "scale", "free"}
    assert set(types.mapped("period_kind")) == {"calendar", "fiscal", "season", "rolling"}
    assert set(types.mapped("audience")) == {"person", "family", "organisation"}
    # The names that small associations give them, which their files hold.
    assert {"Individuel", "Famille", "Réduit", "Soutien", "Structure"} <= set(types.mapped("name"))


def test_payers_may_be_others_than_members(demo):
    others = demo["tierslieux.membership"].search([]).filtered(lambda m: m.payer_id != m.partner_id)
    assert any(payer.is_company for payer in others.payer_id), "an employer, a guardian"
    assert any(not payer.is_company for payer in others.payer_id), "a parent"


def test_the_books_balance_and_fees_stand_in_756(demo):
    lines = demo["account.move.line"]._read_group(
        [("parent_state", "=", "posted")], ["account_id"], ["balance:sum"]
    )
    # Titles and notes have no account.
    balances = {account.code: balance for account, balance in lines if account}
    assert abs(sum(balances.values())) < 0.005
    fees = -sum(b for code, b in balances.items() if code.startswith("756"))
    confirmed = demo["tierslieux.membership"].search([("invoice_id", "!=", False)])
    kept = confirmed.filtered(lambda m: m.fee_state != "refunded")
    assert fees == pytest.approx(sum(kept.mapped("amount")))
    assert {"756100", "756200"} <= set(balances)


def test_two_years_of_invoices_and_none_to_come(demo):
    today = datetime.date.today()
    invoices = demo["account.move"].search(
        [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
    )
    years = set(invoices.mapped(lambda move: move.invoice_date.year))
    assert years == {today.year - 1, today.year}
    assert max(invoices.mapped("invoice_date")) <= today + datetime.timedelta(days=1)
    assert len(invoices) > 60


def test_member_numbers_have_no_gap(demo):
    numbers = sorted(demo["tierslieux.member"].search([]).mapped("number"))
    assert numbers == [f"FB{rank:04d}" for rank in range(1, len(numbers) + 1)]


def test_the_pipeline_has_someone_in_each_stage(demo):
    team = demo.ref("tierslieux_membership.crm_team_welcome")
    stages = demo["crm.stage"].search([("team_ids", "in", team.ids)])
    leads = demo["crm.lead"].search([("team_id", "=", team.id)])
    assert len(stages) == 4 and leads.stage_id == stages
    joined = leads.filtered("stage_id.is_won")
    assert joined.membership_id.partner_id == joined.partner_id


@pytest.mark.parametrize(
    "login",
    [
        "admin",
        "responsable",
        "coordination",
        "accueil",
        "tresoriere",
        "bureau",
        "adherent",
        "benevole",
    ],
)
def test_each_login_has_its_login_as_password(demo, login):
    user = demo["res.users"].search([("login", "=", login)])
    user.with_user(user)._check_credentials(
        {"type": "password", "login": login, "password": login}, {"interactive": True}
    )
    assert (user.lang, user.tz) == ("fr_FR", "Europe/Paris")


@pytest.mark.parametrize("login", ["responsable", "accueil", "tresoriere", "bureau"])
def test_each_role_finds_memberships(demo, login):
    assert as_user(demo, login)["tierslieux.membership"].search_count([]) > 50


def test_the_board_reads_figures_and_writes_nothing(demo):
    env = as_user(demo, "bureau")
    assert env["tierslieux.activity.report"].search_count([]) > 50
    assert not env["tierslieux.membership"].has_access("write")
    assert not env["res.partner"].has_access("unlink")


def test_the_member_sees_her_family_and_has_something_to_renew(demo):
    env = as_user(demo, "adherent")
    mine = env["tierslieux.membership"].search([("state", "!=", "draft")])
    partner = env.user.partner_id
    assert mine and all(
        partner in m.sudo().partner_id | m.sudo().payer_id | m.sudo().covered_partner_ids
        for m in mine
    )
    assert set(partner.sudo()._get_family().mapped("firstname")) == {"Erwan", "Ilan", "Nora"}
    assert mine.sudo()._filter_portal_renewable()


def test_no_mail_waits_and_none_will_leave(demo):
    assert not demo["mail.mail"].search_count([])
    cron = demo.ref("mail.ir_cron_mail_scheduler_action")
    assert not cron.active


def test_online_payment_is_ready(demo):
    provider = demo.ref("payment.payment_provider_demo")
    if provider.module_state != "installed":
        assert provider.state == "disabled"
        return
    assert provider.state == "test" and provider.is_published
    assert provider.payment_method_ids.filtered("active")


def test_telling_the_story_twice_changes_nothing(demo):
    before = demo["res.partner"].with_context(active_test=False).search_count([])
    assert demo["tierslieux.demo"]._load_story() is False
    assert demo["res.partner"].with_context(active_test=False).search_count([]) == before


def test_spaces_are_those_of_two_places(demo):
    resources = demo["tierslieux.resource"].search([])
    kinds = {kind.code: len(some) for kind, some in resources.grouped("kind_id").items()}
    assert kinds == {"desk": 12, "room": 5, "office": 2, "booth": 1, "person": 1, "kit": 1}
    assert len(resources.place_id) == 2


def test_twenty_five_subscribers_on_five_plans(demo):
    running = demo["tierslieux.subscription"].search(
        [("plan_kind", "=", "recurring"), ("state", "in", ("active", "paused", "notice"))]
    )
    assert len(running) == 25 and len(running.plan_id) == 5
    assert {"paused", "notice"} <= set(running.mapped("state"))
    assert any(len(one.person_ids) == 3 for one in running), "a team"
    telework = running.filtered("employer_id")
    assert telework and all(one.payer_id == one.employer_id for one in telework)
    assert any(one.situation_id for one in running), "a price by situation"


def test_books_are_half_used(demo):
    books = demo["tierslieux.subscription"].search([("plan_kind", "=", "book")])
    left = [sum(book.credit_line_ids.mapped("quantity")) for book in books]
    assert len(books) == 4 and all(3 <= days <= 7 for days in left), left


def test_three_months_of_bookings_were_lived(demo):
    bookings = demo["tierslieux.booking"].search([])
    assert len(bookings) > 400
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    assert min(bookings.mapped("start")) < now - datetime.timedelta(days=80)
    assert any(booking.start > now for booking in bookings)
    states = {state for [state] in demo["tierslieux.booking"]._read_group([], ["state"])}
    assert {"confirmed", "done", "no_show", "cancelled"} <= states
    total = demo["tierslieux.booking.report"].get_heat_map({})["total"]
    assert 0.1 < total["rate"] < 0.9


def test_no_credit_was_used_that_nobody_had(demo):
    lots = demo["tierslieux.credit.line"].search([("move", "=", "grant")])
    assert lots and min(lots._get_left().values()) >= 0


def test_nothing_was_recorded_in_days_to_come_and_what_is_over_is_over(demo):
    # The association's day, which begins before that of UTC.
    today = datetime.datetime.now(ZoneInfo("Europe/Paris")).date()
    assert not demo["tierslieux.credit.line"].search_count([("date", ">", today)])
    passes = [("plan_kind", "=", "day"), ("state", "=", "active"), ("date_end", "<", today)]
    assert not demo["tierslieux.subscription"].search_count(passes)


def test_past_months_are_billed_and_this_one_is_ready(demo):
    runs = demo["tierslieux.billing.run"].search([])
    assert len(runs) == 3 and set(runs.mapped("state")) == {"done"}
    first = datetime.date.today().replace(day=1)
    assert first not in runs.mapped("date")
    run = runs.create({"date": first, "send_invoices": False})
    run.action_preview()
    assert run.todo_count > 20 and run.todo_amount > 3000
    kinds = {
        kind
        for [kind] in demo["account.move.line"]._read_group(
            [("billing_kind", "!=", False)], ["billing_kind"]
        )
    }
    assert {"fee", "booking", "pass", "cancel_fee"} <= kinds


def test_who_is_here_and_what_waits_at_the_desk(demo):
    assert demo["tierslieux.presence"].search_count([("checkout_at", "=", False)]) >= 5
    assert demo["tierslieux.post.item"].search_count([("state", "=", "received")])
    assert demo["tierslieux.domiciliation"].search_count([("state", "=", "active")]) == 2


def test_the_member_has_hours_of_meeting_to_use(demo):
    partner = as_user(demo, "adherent").user.partner_id.sudo()
    meeting = demo.ref("tierslieux_coworking.credit_type_meeting_hour")
    assert partner._get_credit_balance(meeting)[meeting] > 0


def test_nine_agreements_at_all_stages(demo):
    agreements = demo["agreement"].search([("tender_id", "=", False)])
    assert len(agreements) == 9
    assert set(agreements.mapped("state")) == {"draft", "signed", "running", "notice", "ended"}
    assert len(agreements.filtered("is_to_decide")) == 2
    late = demo["tierslieux.agreement.duty.date"].search([("is_overdue", "=", True)])
    assert len(late) == 3
    counter = demo.ref("tierslieux_agreement.agreement_caf_demo")
    assert any(row["given"] and row["promised"] for row in counter._get_presence_years())


def test_eighteen_volunteers_at_all_stages(demo):
    volunteers = demo["tierslieux.volunteer"].search([])
    assert len(volunteers) == 18
    assert set(volunteers.mapped("stage")) == {"met", "trained", "first", "regular"}
    this_year = datetime.date.today().year
    ages = {this_year - person.birthdate_date.year for person in volunteers.partner_id}
    assert (min(ages), max(ages)) == (17, 82)
    minor = volunteers.filtered("is_minor")
    assert minor.consent_by_id and minor.consent_from
    by_phone = volunteers.filtered(lambda v: not v.email)
    assert by_phone and set(by_phone.mapped("contact_mode")) == {"call"}
    assert len(volunteers.filtered("left_on")) == 1
    assert volunteers.filtered("is_missed").partner_id.mapped("name") == ["Paul Salaün"]
    soon = demo["tierslieux.volunteer.paper"]._get_due_reminders(datetime.date.today())
    assert len(soon) == 1, "a driving paper ends soon"


def test_six_missions_over_eight_weeks_with_gaps_and_a_no_show(demo):
    shifts = demo["tierslieux.shift"].search([])
    assert len(shifts.mission_id) == 6 and len(shifts) > 40
    coming = shifts.filtered(lambda shift: shift.state == "open")
    assert {"short", "enough"} <= set(coming.mapped("coverage"))
    states = demo["tierslieux.shift.assignment"]._read_group([], ["state"], ["__count"])
    counts = dict(states)
    assert counts["no_show"] == 1 and counts["excused"] >= 2 and counts["came"] > 30
    assert demo["tierslieux.shift.replacement"].search_count([("state", "=", "running")]) >= 1


def test_nobody_is_in_a_shift_to_come_that_does_not_fit(demo):
    coming = demo["tierslieux.shift"].search([("state", "=", "open")])
    assert coming and not coming._get_misfitting()


def test_a_coordinator_has_hours_and_expenses_to_look_at(demo):
    env = as_user(demo, "coordination")
    issues = set(env["tierslieux.volunteer.hours.review"].search([]).mapped("issue"))
    assert {"10_unknown", "20_capped", "50_differs", "60_no_shift", "90_agrees"} <= issues
    expenses = set(demo["tierslieux.volunteer.expense"].search([]).mapped("state"))
    assert expenses == {"submitted", "validated", "refunded", "waived", "refused"}
    assert demo["tierslieux.volunteer.figure"].search_count([]) > 100


def test_the_volunteer_has_shifts_and_an_answer_to_give(demo):
    partner = as_user(demo, "benevole").user.partner_id.sudo()
    sheet = demo["tierslieux.volunteer"].search([("partner_id", "=", partner.id)])
    assert sheet._get_portal_assignments() and sheet._get_free_shifts()
    swaps = demo["tierslieux.shift.swap"].search([("other_partner_id", "=", partner.id)])
    assert swaps.mapped("state") == ["proposed"]


def test_tenders_at_all_stages(demo):
    """One due in nine days whose files are not complete, one that waits, one won that has become an
    agreement, one lost with its reason."""
    tenders = (
        demo["crm.lead"].with_context(active_test=False).search([("tender_kind", "!=", False)])
    )
    near = tenders.filtered(lambda lead: lead.tender_deadline and not lead.tender_submitted_at)
    assert near.tender_missing_count and near.tender_urgency == "amber"
    assert len(tenders.filtered(lambda t: t.tender_submitted_at and not t.tender_outcome)) == 1
    assert len(tenders.filtered(lambda t: t.tender_outcome == "won").tender_agreement_ids) == 1
    assert tenders.filtered(lambda t: t.tender_outcome == "lost").lost_reason_id

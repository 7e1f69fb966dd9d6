from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.tierslieux_base.tests.portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalDetails(PortalCase):
    def submit(self, **vals):
        partner = self.anne.partner_id
        data = {
            "partner_id": partner.id,
            "address_type": "billing",
            "use_delivery_as_billing": "True",
            "callback": "/my",
            "required_fields": "name,email",
            "name": partner.name,
            "firstname": partner.firstname,
            "lastname": partner.lastname,
            "email": partner.email,
            "phone": partner.phone,
            "street": partner.street,
            "zip": partner.zip,
            "city": partner.city,
            "country_id": partner.country_id.id,
            **vals,
        }
        return self.post("/my/address/submit", **data).json()

    def test_form_shows_first_and_last_name_and_birth_date(self):
        self.anne.partner_id.birthdate_date = "1980-05-17"
        self.login(self.anne)
        page = self.url_open("/my/account").text
        self.assertRegex(page, r'name="firstname"[^>]*value="Anne"')
        self.assertRegex(page, r'name="lastname"[^>]*value="Le Goff"')
        self.assertRegex(page, r'name="birthdate_date"[^>]*value="1980-05-17"')

    def test_compound_names_are_kept_as_typed(self):
        """'Anne Marie' + 'de La Tour': cut at the first space, the name would be 'Anne'."""
        self.login(self.anne)
        feedback = self.submit(
            firstname="Anne Marie", lastname="de La Tour", birthdate_date="1980-05-17"
        )
        self.assertEqual(feedback, {"redirectUrl": "/my"})
        self.assertRecordValues(
            self.anne.partner_id,
            [
                {
                    "firstname": "Anne Marie",
                    "lastname": "de La Tour",
                    "name": "Anne Marie de La Tour",
                    "birthdate_date": self.day(1980, 5, 17),
                }
            ],
        )

    def test_odd_dates_and_empty_names_are_refused_with_their_field(self):
        self.login(self.anne)
        tomorrow = str(self.today + timedelta(days=1))
        for vals, field in (
            ({"birthdate_date": "17/05/1980"}, "birthdate_date"),
            ({"birthdate_date": tomorrow}, "birthdate_date"),
            ({"birthdate_date": "0001-01-01"}, "birthdate_date"),
            ({"lastname": "  "}, "lastname"),
        ):
            feedback = self.submit(**vals)
            self.assertEqual(feedback["invalid_fields"], [field], vals)
            self.assertTrue(feedback["messages"])
        self.assertEqual(self.anne.partner_id.lastname, "Le Goff")
        self.assertFalse(self.anne.partner_id.birthdate_date)

    def test_forged_keys_are_ignored(self):
        self.login(self.anne)
        self.submit(
            lastname="Nouveau",
            guardian_id=self.bob.partner_id.id,
            comment="forged",
            is_company="1",
            company_registry="123",
        )
        partner = self.anne.partner_id
        self.assertEqual(partner.lastname, "Nouveau")
        self.assertFalse(partner.guardian_id)
        self.assertFalse(partner.comment)
        self.assertFalse(partner.is_company)
        self.assertFalse(partner.company_registry)

    def test_another_persons_details_cannot_be_written(self):
        self.login(self.anne)
        response = self.post(
            "/my/address/submit", partner_id=self.bob.partner_id.id, firstname="X", lastname="Y"
        )
        self.assertEqual(response.status_code, 403)
        self.assertEqual(self.bob.partner_id.firstname, "Bob")

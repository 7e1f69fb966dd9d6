import base64
import io

from PIL import Image

from odoo.tests import new_test_user, tagged
from odoo.tools.image import image_data_uri

from odoo.addons.report_pdf_chromium.resources import Resources

from .common import PdfCase, picture


def size(answer):
    return Image.open(io.BytesIO(answer[2])).size


@tagged("post_install", "-at_install")
class TestResources(PdfCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "printer", groups="base.group_user")
        cls.base_url = cls.env["ir.config_parameter"].get_param("web.base.url")

    def resources(self, user=None):
        resources = Resources(self.env(user=user or self.user), self.base_url)
        self.addCleanup(resources.close)
        return resources

    def fetch(self, path, user=None):
        resources = self.resources(user)
        return resources.fetch(resources.base_url + path)

    def test_another_server_is_never_asked(self):
        self.assertIsNone(self.resources().fetch("https://elsewhere.example/web/static/x.png"))
        self.assertIsNone(self.resources().fetch("file:///etc/passwd"))

    def test_static_files_fonts_and_styles_are_served(self):
        status, mimetype, body = self.fetch("/web/static/img/logo.png")
        self.assertEqual((status, mimetype), (200, "image/png"))
        self.assertTrue(body)
        for path in ("/web/static/../__manifest__.py", "/web/static/..%2f__manifest__.py"):
            self.assertTrue(self.fetch(path) is None, path)
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.report_assets_common", js=False)
        status, mimetype, body = self.fetch(bundle.get_link("css"))
        self.assertEqual((status, mimetype.split(";")[0]), (200, "text/css"))
        self.assertIn(b".o_company_logo", body)

    def test_pictures_are_served_with_the_rights_of_the_user(self):
        """A user sees the picture of a partner, not an attachment of what is not hers: the
        placeholder stands there instead, as in a browser, even under sudo()."""
        partner = self.partners[0]
        partner.image_1920 = base64.b64encode(picture((300, 300)))
        self.assertEqual(
            size(self.fetch(f"/web/image/res.partner/{partner.id}/image_128")), (128,) * 2
        )
        secret = self.attach(picture((17, 19)))
        self.assertEqual(
            size(self.fetch(f"/web/image/{secret.id}", self.env.ref("base.user_admin"))), (17, 19)
        )
        self.assertNotEqual(size(self.fetch(f"/web/image/{secret.id}")), (17, 19))
        sudo = Resources(self.env(user=self.user, su=True), self.base_url)
        self.assertNotEqual(size(sudo.fetch(f"{sudo.base_url}/web/image/{secret.id}")), (17, 19))

    def test_a_scheduled_job_only_gets_what_is_public(self):
        job = self.env.ref("base.user_root")
        secret = self.attach(picture((17, 19)))
        self.assertNotEqual(size(self.fetch(f"/web/image/{secret.id}", job)), (17, 19))
        shared = self.attach(picture((23, 29)), public=True)
        self.assertEqual(size(self.fetch(f"/web/image/{shared.id}", job)), (23, 29))

    def test_pictures_are_resized_as_asked(self):
        shared = self.attach(picture((200, 100)), public=True)
        self.assertEqual(size(self.fetch(f"/web/image/{shared.id}/50x50")), (50, 25))
        self.assertEqual(size(self.fetch(f"/web/image/{shared.id}?width=40&height=40")), (40, 20))

    def test_a_field_that_is_no_picture_is_refused(self):
        partner = self.partners[0]
        self.assertIsNone(self.fetch(f"/web/image/res.partner/{partner.id}/name"))

    def test_the_logo_of_the_company_is_served(self):
        self.env.company.logo = base64.b64encode(picture((60, 30)))
        self.assertEqual(size(self.fetch(f"/logo.png?company={self.env.company.id}")), (60, 30))

    def test_bar_codes_are_drawn(self):
        self.assertEqual(
            size(self.fetch("/report/barcode/QR/Bonjour?width=90&height=90")), (90, 90)
        )
        self.assertEqual(
            size(self.fetch("/report/barcode/?barcode_type=Code128&value=A1&width=200&height=50")),
            (200, 50),
        )
        self.assertIsNone(self.fetch("/report/barcode/QR/x?width=abc"))

    def test_any_other_address_goes_through_the_routes_of_odoo(self):
        status, mimetype, body = self.fetch("/web/health")
        self.assertEqual((status, mimetype.split(";")[0]), (200, "application/json"))
        self.assertIn(b"pass", body)

    def test_pictures_and_codes_are_in_the_pdf(self):
        """A bar code by its address, a picture by its address and one inline: three images,
        beside none in the header."""
        shared = self.attach(picture((31, 37)), public=True)
        uri = image_data_uri(base64.b64encode(picture((41, 43))))
        self.write_template(
            f"""<img src="/report/barcode/QR/abc?width=90&amp;height=90"/>
            <img src="/web/image/{shared.id}"/><img src="{uri}"/>
            <img src="https://elsewhere.example/never.png"/>"""
        )
        (page,) = self.print_pdf()
        sizes = sorted(image.image.size for image in page.images)
        self.assertEqual(sizes, [(31, 37), (41, 43), (90, 90)])

    def test_a_picture_of_the_header_is_stored_once_for_all_pages(self):
        uri = image_data_uri(base64.b64encode(picture((640, 480))))
        self.write_template('<p style="page-break-before: always">Next</p>')
        self.view.arch = self.view.arch.replace("HeadOf", f'<img src="{uri}"/> HeadOf')
        pages = self.print_pdf()
        self.assertEqual(len(pages), 2)
        first, second = (
            {
                x.idnum
                for x in map(page["/Resources"]["/XObject"].raw_get, page["/Resources"]["/XObject"])
            }
            for page in pages
        )
        self.assertTrue(first & second)

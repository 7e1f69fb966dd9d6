from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .business_common import BusinessCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 10:00:00")
class TestGuardedFields(BusinessCase):
    """The ways past the buttons of the post."""

    def refuse(self, record, users, *tries):
        for user in users:
            for vals in tries:
                with self.subTest(user=user.name, vals=vals), self.assertRaises(AccessError):
                    record.with_user(user).write(vals)

    def test_post_leaves_by_the_buttons(self):
        item = (
            self.env["tierslieux.post.item"]
            .with_user(self.reception)
            .create({"partner_id": self.subscriber().id, "place_id": self.site.id})
        )
        self.refuse(
            item,
            (self.reception, self.coordinator),
            {"state": "collected"},
            {"collected_at": "2026-11-20 10:00:00"},
            {"user_id": self.coordinator.id},
            {"user_id": False},
        )
        item.action_collect()
        self.assertEqual(item.state, "collected")

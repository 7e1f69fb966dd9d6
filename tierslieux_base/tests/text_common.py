from lxml import html

# What a stranger types to see who reads it, to run something there, or to lead them away.
PIXEL = '<img src="https://spy.example/x.png" onerror="alert(1)">'
LINK = '<a href="https://evil.example">the invoice</a><a href="javascript:alert(2)">tap</a>'
ATTACK = f"Hello {PIXEL} & {LINK}"
# Where HTML of the team's screens and e-mails is stored; rooms add theirs.
STORED = (
    ("mail.message", "body"),
    ("mail.mail", "body_html"),
    ("mail.activity", "note"),
    ("res.partner", "comment"),
)


class StrangersTextCase:
    """What was typed is stored as text wherever HTML is stored; mixed into a test case."""

    stored = STORED

    def setUp(self):
        super().setUp()
        self.before = {
            name: max(self.env[name].with_context(active_test=False).search([]).ids, default=0)
            for name, _field in self.stored
        }

    def stored_since(self):
        """[(model, HTML)] of all that was stored since the test began."""
        self.env.invalidate_all()
        found = []
        for name, field in self.stored:
            records = self.env[name].with_context(active_test=False)
            for record in records.search([("id", ">", self.before[name])]):
                if record[field]:
                    found.append((name, str(record[field])))
        return found

    def assert_is_text(self, *models, typed=ATTACK):
        """Nothing typed is live anywhere; in these models, it can be read as it was typed."""
        read = set()
        for name, stored in self.stored_since():
            tree = html.fragment_fromstring(stored, create_parent="div")
            live = tree.xpath(
                "//*[contains(@src, 'spy.example') or contains(@href, 'evil.example')"
                " or contains(@href, 'javascript:') or @onerror]"
            )
            self.assertFalse(live, f"{name}: {stored}")
            if typed in " ".join(tree.text_content().split()):
                read.add(name)
        self.assertEqual(set(models) - read, set(), "it is not there as it was typed")

from odoo.addons.tierslieux_base.demo.story.chapter import Chapter


class Agreements(Chapter):
    def tell(self):
        raise NotImplementedError

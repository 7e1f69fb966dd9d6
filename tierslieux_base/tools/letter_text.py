"""The text of an e-mail as it goes on paper."""

from lxml import html
from markupsafe import Markup


def to_paper(body):
    """Without links: nobody presses them on paper, and some open a record without a login.

    :param body: HTML of an e-mail
    :return: HTML; a paragraph that is a mere link is left out, others keep the words
    """
    if not body:
        return Markup()
    tree = html.fragment_fromstring(str(body), create_parent="div")
    for link in tree.xpath(".//a"):
        parent = link.getparent()
        alone = parent.text_content().strip() == link.text_content().strip()
        if parent.tag == "p" and alone:
            parent.drop_tree()
        else:
            link.drop_tag()
    # The template of an e-mail escapes what people wrote: this is what came out of it.
    return Markup(html.tostring(tree, encoding="unicode"))

"""What a payer's bill is made of, before it is an invoice."""

from dataclasses import dataclass, field
from typing import Any

# Account of services: its external id in the chart of associations, its code in any other.
SERVICE_ACCOUNT = ("pcg_706", "706")
# Kinds of parts that carry no amount: a sentence on the invoice, one that the preview alone shows.
NOTE, NOTHING = "note", "nothing"


@dataclass(kw_only=True, slots=True)
class BillPart:
    """One thing that a payer owes: a line of their invoice, and how it was computed.

    :ivar str kind: one of ``account.move.line.billing_kind``, or ``NOTE``, ``NOTHING``
    :ivar str name: text of the invoice line, in the payer's language
    :ivar float quantity: as on the invoice; ``price_unit`` too, before tax
    :ivar str note: how it was computed, for the preview; the name and the amount when empty
    :ivar seller: what is sold (``tierslieux.sold.mixin``), whose product says account and taxes
    :ivar product: the product, where nothing of ours sells it
    :ivar source: the record of the activity, whose place and programme the line counts for
    :ivar settles: a record whose ``billing_line_id`` will say that it was billed
    :ivar dict line_vals: more values of the invoice line: its account, no tax, what it links to

    >>> room = BillPart(kind="booking", name="Big room", price_unit=40.0)
    >>> room.amount, room.is_text
    (40.0, False)
    >>> BillPart(kind=NOTE, name="Thank you").is_text
    True
    """

    kind: str
    name: str
    quantity: float = 1.0
    price_unit: float = 0.0
    note: str = ""
    seller: Any = None
    product: Any = None
    source: Any = None
    settles: Any = None
    line_vals: dict = field(default_factory=dict)

    @property
    def is_text(self):
        """Whether it is a sentence, without an amount."""
        return self.kind in (NOTE, NOTHING)

    @property
    def amount(self):
        return self.quantity * self.price_unit

"""Where a request comes from: pure, but for the request that Odoo serves.

Odoo's RPC services run with no request at hand, so that the address of the one being served is
kept beside it.
"""

import ipaddress
from contextlib import contextmanager
from contextvars import ContextVar

_served = ContextVar("tierslieux_client_address", default="")


@contextmanager
def serving(address):
    """Say whose request is served within the block."""
    token = _served.set(to_key(address))
    try:
        yield
    finally:
        _served.reset(token)


def get_address():
    """The address of whoever is served, "" outside of requests (a cron, the shell)."""
    return _served.get()


def to_key(address):
    """What stands for an address when requests are counted.

    Whoever has one IPv6 address has a whole network of 64 bits to take others from.

    >>> to_key("192.0.2.7"), to_key("::ffff:192.0.2.7"), to_key("2001:db8:1:2:3::4"), to_key("x")
    ('192.0.2.7', '192.0.2.7', '2001:db8:1:2::/64', 'x')
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return str(address or "")[:60]
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))

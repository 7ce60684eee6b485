"""Where a name leads that somebody entered: looked up once, checked, and gone to at that very address, while
no transaction of ours waits for it.

Whoever may enter a server's name could otherwise look around in the network that the platform stands in.
"""

from __future__ import annotations

import ipaddress
import socket

from django.conf import settings
from django.utils.translation import gettext_noop as _

from hotpot.kernel.reach import Reach, is_public
from hotpot.pot.access.readers import require_outside_transaction
from hotpot.pot.connector.trouble import Away, Broken
from hotpot.pot.web.sentences import Sentence

Found = tuple[socket.AddressFamily, str]

ADDRESSES_MAX = 4  # of one name: a peer may be tried so often, and no more


def addresses_of(host: str, port: int) -> list[Found]:
    """Its first addresses, where all of them may be gone to. Connect to these and not to the name, which may
    lead elsewhere when it is looked up again. Raises Away, Broken."""
    require_outside_transaction()
    found = _looked_up(host, port)
    if not all(_may_go(settings.HOTPOT_REACH, *one) for one in found):
        sentence = _(
            "“%s” leads to this machine or into a private network. "
            "Whoever runs this platform may allow that: HOTPOT_INSIDE."
        )
        raise Broken(Sentence(sentence, host))
    return found[:ADDRESSES_MAX]


def dial(host: str, port: int, *, within_s: float) -> socket.socket:
    """A TCP connection to the first of its addresses that answers, each `within_s`. Raises Away, Broken, and
    OSError where none does."""
    reason = OSError("it has no address")
    for family, address in addresses_of(host, port):
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(within_s)
        try:
            line.connect((address, port))
        except OSError as error:
            line.close()
            reason = error
        else:
            return line
    raise reason


def _looked_up(host: str, port: int) -> list[Found]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        sentence = _("There is no server called “%s”. Check its name for slips.")
        raise Away(Sentence(sentence, host)) from None
    return list(dict.fromkeys((family, str(where[0])) for family, _type, _proto, _name, where in found))


def _may_go(reach: Reach, family: socket.AddressFamily, address: str) -> bool:
    return reach.allows(address) or (is_public(address) and not is_own(family, address))


def is_own(family: socket.AddressFamily, address: str) -> bool:
    """Whether something on this machine could listen there: its public address is its own, too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        family, ip = socket.AF_INET, ip.ipv4_mapped
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((str(ip), 0))
        except OSError:
            return False
    return True

"""Which protocol an account speaks."""

from __future__ import annotations

from hotpot.kernel.clock import Clock
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.cmpp.session import Cmpp
from hotpot.pot.messaging.sgip.session import Sgip
from hotpot.pot.messaging.smgp.session import Smgp
from hotpot.pot.messaging.smpp.session import Smpp
from hotpot.pot.messaging.talk import Dialect


def speak(account: Account, clock: Clock, *, client: bool, to_enterprise: bool = False) -> Dialect:
    """`to_enterprise`: as a client that brings replies to an enterprise, which only SGIP needs."""
    match account.protocol:
        case "cmpp2" | "cmpp3":
            return Cmpp(account, clock, client=client)
        case "sgip":
            return Sgip(account, clock, client=client, to_enterprise=to_enterprise)
        case "smgp":
            return Smgp(account, clock, client=client)
        case "smpp":
            return Smpp(account, clock, client=client)

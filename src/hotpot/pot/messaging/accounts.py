"""How two ends of a link know each other, as their contract says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from hotpot.kernel.errors import Invalid
from hotpot.kernel.vault import Vault
from hotpot.pot.messaging.text import Alphabet

Protocol = Literal["cmpp2", "cmpp3", "sgip", "smgp", "smpp"]

_Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
_Some = Annotated[int, msgspec.Meta(ge=1, le=1000)]
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
_Wait = Annotated[float, msgspec.Meta(gt=0, le=25)]
_Rate = Annotated[float, msgspec.Meta(ge=0)]
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^(([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2})?$")]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier gave us, or we gave an enterprise. `name` is ours for the other end.

    `login` is CMPP's SP id, SMGP's client id, SGIP's login name, SMPP's system id. Times are in seconds.
    """

    name: str
    protocol: Protocol
    login: str
    password: str
    host: str = "127.0.0.1"
    port: _Port
    tls: bool = False
    certificate: _Sha256 = ""  # its SHA-256; empty: somebody whom this system trusts vouches for it
    connections: _Some = 1
    window: _Some = 16  # requests without an answer on one connection
    per_second_max: _Rate = 0.0  # requests on one connection; 0: as fast as they are answered
    heartbeat_s: _Seconds = 30.0  # of silence before we ask whether somebody is there
    misses_max: _Some = 3
    answer_s: _Wait = 20.0  # how long a request waits to be sent, and then for its answer
    uncertain_s: _Seconds = 60.0  # a message without an answer waits so long for a receipt, then goes again
    zone: str = "Asia/Shanghai"  # of the times that pass between the two
    country: str = "86"  # of numbers without a country
    national: bool = True  # numbers of that country are written without it; SGIP never does
    alphabets: tuple[Alphabet, ...] = ()  # tried in turn, UCS-2 at last; empty: as the protocol has them
    wide_refs: bool = False  # 16 bits for the reference of a long message
    service: str = ""  # the service id or type, where the contract names one
    corporation: str = ""  # SGIP's enterprise code; CMPP's message source, where it isn't the login
    node: int = 0  # SGIP: our node number
    listen_port: _Port = 0  # SGIP: where replies and reports arrive; 0: nowhere
    bind: Literal["transceiver", "pair"] = "transceiver"  # SMPP: or two connections, one each way
    long: Literal["header", "sar", "payload"] = "header"  # SMPP: how long messages travel
    answer_ids: Literal["text", "decimal", "hex"] = "text"  # SMPP: ids in the answers to submit_sm
    receipt_ids: Literal["text", "decimal", "hex"] = "text"  # and in receipts

    def __post_init__(self) -> None:
        if self.certificate and not self.tls:
            raise ValueError("a certificate is of no use without tls")

    def __repr__(self) -> str:
        """Without its password: tracebacks and logs show it."""
        return f"Account({self.name!r}, {self.protocol!r}, {self.login!r})"


PURPOSE = "carrier account"  # of the vault that seals passwords
INTERFACE_PURPOSE = "interface"
COLUMNS = ("name", "protocol", "host", "port", "login")
FIELDS = {*Account.__struct_fields__} - {*COLUMNS, "password"}


def account_of(row: Sequence[Any], vault: Vault) -> Account:
    """Of a row of CARRIER_ACCOUNT. Raises Unreadable where its password can't be opened, Invalid."""
    *columns, sealed, settings = row
    given = {**msgspec.json.decode(settings), **dict(zip(COLUMNS, columns, strict=True))}
    return checked({**given, "password": vault.open(bytes(sealed))})


def checked(given: dict[str, Any]) -> Account:
    """An account of plain values. Raises Invalid with what is wrong."""
    try:
        return msgspec.convert(given, Account, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"These settings of a carrier can't be used: {error}.") from None

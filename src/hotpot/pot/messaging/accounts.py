"""How two ends of a link know each other, as their contract says. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from hotpot.pot.messaging.text import Alphabet

Protocol = Literal["cmpp2", "cmpp3", "sgip", "smgp", "smpp"]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier gave us, or we gave an enterprise. `name` is ours for the other end.

    `login` is CMPP's SP id, SMGP's client id, SGIP's login name, SMPP's system id. Times are in seconds.
    """

    name: str
    protocol: Protocol
    login: str
    password: str
    host: str = "127.0.0.1"
    port: int
    connections: int = 1
    window: int = 16  # requests without an answer on one connection
    per_second_max: float = 0.0  # requests on one connection; 0: as fast as they are answered
    heartbeat_s: float = 30.0  # of silence before we ask whether somebody is there
    misses_max: int = 3
    answer_s: float = 30.0  # how long a request waits; shorter than the engine's lease of a message
    zone: str = "Asia/Shanghai"  # of the times that pass between the two
    country: str = "86"  # of numbers without a country
    national: bool = True  # numbers of that country are written without it
    alphabets: tuple[Alphabet, ...] = ()  # tried in turn, UCS-2 at last; empty: as the protocol has them
    wide_refs: bool = False  # 16 bits for the reference of a long message
    service: str = ""  # the service id or type, where the contract names one
    corporation: str = ""  # SGIP's enterprise code; CMPP's message source, where it isn't the login
    node: int = 0  # SGIP: our node number
    listen_port: int = 0  # SGIP: where replies and reports arrive; 0: nowhere
    bind: Literal["transceiver", "pair"] = "transceiver"  # SMPP: or two connections, one each way
    long: Literal["header", "sar", "payload"] = "header"  # SMPP: how long messages travel
    answer_ids: Literal["text", "decimal", "hex"] = "text"  # SMPP: ids in the answers to submit_sm
    receipt_ids: Literal["text", "decimal", "hex"] = "text"  # and in receipts

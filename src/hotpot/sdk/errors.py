"""What an app raises when it can't do what was asked: a sentence that says why, and how to mend it."""

from hotpot.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TooMany

__all__ = ["Conflict", "Forbidden", "Invalid", "NoSeat", "NotFound", "Refused", "TooMany"]


class NoSeat(Forbidden):
    """The person's number has no seat for the function now. The platform says whom to ask."""

    code = "no_seat"

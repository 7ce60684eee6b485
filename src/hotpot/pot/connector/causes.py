"""What their databases say went wrong, as a sentence that tells how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils.translation import gettext_noop
from sqlalchemy import URL, exc

from hotpot.pot.connector.trouble import Away, Broken, Mistaken, Trouble
from hotpot.pot.web.sentences import Sentence

# (pattern in the driver's words, what it is, the sentence). The first that fits speaks.
_CAUSES: Sequence[tuple[str, type[Trouble], str]] = (
    (
        r"password authentication failed|access denied for user|no pg_hba|role \".*\" does not exist|\(1045",
        Broken,
        gettext_noop(
            "Their database doesn't let us in: %s. Correct the user or the password in the address."
        ),
    ),
    (
        r"permission denied|command denied|readonly database|read-only|access denied|\(1142|\(1143|\(1044",
        Broken,
        gettext_noop(
            "Their database's user may not do this: %s. Ask their administrator for the permission."
        ),
    ),
    (
        r"database \".*\" does not exist|unknown database",
        Broken,
        gettext_noop("There is no such database: %s. Correct the name at the end of the address."),
    ),
    (
        r"no such column|unknown column|column .* does not exist",
        Broken,
        gettext_noop("A column is gone or was renamed: %s. Choose the columns anew."),
    ),
    (
        r"no such table|doesn't exist|relation .* does not exist",
        Broken,
        gettext_noop("A table is gone or was renamed: %s. Choose the table anew."),
    ),
    (
        r"statement timeout|lock timeout|timed out|timeout expired|database is locked|interrupted|lock wait",
        Away,
        gettext_noop("Their database is too slow at the moment: %s. If it stays so, ask its administrator."),
    ),
    (
        r"syntax error|error in your sql syntax",
        Broken,
        gettext_noop("Their database doesn't understand the SQL: %s. Mend it."),
    ),
)
_AWAY = gettext_noop("Their database can't be reached: %s. Check that it runs, and where the address leads.")
_UNKNOWN = gettext_noop("Their database refused: %s. Check the connector's settings.")


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Every error of theirs as a Trouble or as one row's mistake."""
    try:
        yield
    except exc.DBAPIError as error:
        if isinstance(error, exc.DataError):
            sentence = gettext_noop("Their database can't give this row: %s")
            raise Mistaken(Sentence(sentence, reason_of(error))) from None
        raise _trouble(error, url) from None
    except UnicodeDecodeError as error:
        raise Mistaken(Sentence(gettext_noop("Their database can't give this row: %s"), str(error))) from None
    except exc.TimeoutError as error:
        raise Away(Sentence(_AWAY, str(error))) from None
    except (exc.SQLAlchemyError, UnicodeError, OSError, ValueError, OverflowError) as error:
        raise Broken(Sentence(_UNKNOWN, str(error))) from None


def _trouble(error: exc.DBAPIError, url: URL) -> Trouble:
    reason = reason_of(error)
    if url.password:
        reason = reason.replace(str(url.password), "•••")
    for pattern, kind, sentence in _CAUSES:
        if re.search(pattern, reason, re.IGNORECASE):
            return kind(Sentence(sentence, reason))
    if error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError):
        return Away(Sentence(_AWAY, reason))
    return Broken(Sentence(_UNKNOWN, reason))


def reason_of(error: exc.DBAPIError) -> str:
    """The driver's own words, one line, without its error's number."""
    origin = error.orig
    said = origin.args[1] if origin and len(origin.args) > 1 else origin
    lines = [line.strip() for line in str(said).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(origin).__name__


def is_rows_own(error: exc.DBAPIError) -> bool:
    """Bad data, or a trigger of theirs that said no (PostgreSQL's RAISE, MySQL's SIGNAL)."""
    if isinstance(error, exc.DataError | exc.IntegrityError):
        return True
    origin = error.orig
    if origin is None:
        return False
    return getattr(origin, "sqlstate", None) == "P0001" or bool(origin.args and origin.args[0] == 1644)

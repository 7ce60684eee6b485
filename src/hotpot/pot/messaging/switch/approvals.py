"""Verbs of what a company asks its operator to approve: signatures and templates; and of sensitive words."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import record
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.messaging.models import CompanyTemplate, Signature, Word
from hotpot.pot.messaging.switch.content import SIGNATURE_MAX, Pattern
from hotpot.pot.messaging.switch.may import require_operator, require_owner
from hotpot.pot.messaging.switch.models import Judged
from hotpot.pot.messaging.switch.words import squeezed

J = TypeVar("J", bound=Judged)
NAMES: dict[type[Judged], str] = {Signature: "signature", CompanyTemplate: "template"}


def ask_signature(actor: Actor, *, customer_id: int, code: str, text: str, now: datetime) -> Signature:
    """Waits for the operator; from an operator it is approved at once. Raises Invalid, Conflict."""
    text = text.strip().strip("【】").strip()
    if not 1 <= len(text) <= SIGNATURE_MAX or set(text) & set("【】"):
        raise Invalid(_("A signature has 1 to 20 characters, without 【 and 】."))
    return _asked(actor, Signature(customer_id=customer_id, code=code.strip() or text, text=text), now)


def ask_template(actor: Actor, *, customer_id: int, code: str, text: str, now: datetime) -> CompanyTemplate:
    """As a signature. Its places are written {name}. Raises Invalid, Conflict."""
    if not code.strip():
        raise Invalid(_("Give the template a code: programs name it by that."))
    Pattern(text.strip())
    template = CompanyTemplate(customer_id=customer_id, code=code.strip(), text=text.strip())
    return _asked(actor, template, now)


def _asked(actor: Actor, new: J, now: datetime) -> J:
    require_owner(actor, new.customer_id, now=now)
    new.asked_at = now
    if actor.party_id != new.customer_id:
        new.state, new.decided_at, new.decided_by_id = Judged.State.APPROVED, now, actor.person_id
    model = type(new)
    with transaction.atomic(), as_system():
        same = model._default_manager.filter(customer_id=new.customer_id)
        if same.filter(code=new.code).exists() or (
            model is Signature and same.filter(text=new.text).exists()
        ):
            raise Conflict(_("The company has this one already. Choose another code."))
        new.save()
        _tell(actor, new, "asked" if new.state == Judged.State.APPLIED else "approved", now)
    return new


def approve(actor: Actor, model: type[J], *, id: int, now: datetime) -> J:
    """Raises NotFound, Forbidden."""
    return _decided(actor, model, id, Judged.State.APPROVED, "", now)


def refuse(actor: Actor, model: type[J], *, id: int, reason: str, now: datetime) -> J:
    """What was approved is refused from now on as well. Raises NotFound, Forbidden, Invalid."""
    if not reason.strip():
        raise Invalid(_("Say why: the company reads the reason."))
    return _decided(actor, model, id, Judged.State.REFUSED, reason.strip(), now)


def _decided(actor: Actor, model: type[J], id: int, state: str, reason: str, now: datetime) -> J:
    with transaction.atomic(), as_system():
        held = model._default_manager.select_for_update().filter(pk=id).first()
        if held is None:
            raise NotFound(_("There is no such entry any more."))
        require_operator(actor, held.customer_id, now=now)
        held.state, held.reason = state, reason
        held.decided_at, held.decided_by_id = now, actor.person_id
        held.save()
        _tell(actor, held, state, now)
    return held


def _tell(actor: Actor, held: Judged, what: str, now: datetime) -> None:
    name = NAMES[type(held)]
    told = {"code": held.code, "text": held.text, **({"reason": held.reason} if held.reason else {})}
    parties = [held.customer_id, *([actor.party_id] if actor.party_id != held.customer_id else [])]
    record(actor, Fact(f"{name}.{what}", f"{name}/{held.pk}", parties, told), now=now)


def add_word(actor: Actor, *, text: str, action: str, customer_id: int | None, now: datetime) -> None:
    """The operator's for all, or one company's own. The same word again changes what is done."""
    require_owner(actor, customer_id, now=now)
    if not squeezed(text) or len(text) > 50:
        raise Invalid(_("A word has letters or digits, and 50 characters at most."))
    if action not in Word.Action.values:
        raise Invalid(_("A message with the word is refused, reviewed, or the word is replaced."))
    with transaction.atomic(), as_system():
        Word.objects.update_or_create(text=text.strip(), customer_id=customer_id, defaults={"action": action})
        fact = Fact("word.listed", "words", [customer_id or actor.party_id], {"action": action})
        record(actor, fact, now=now)


def remove_word(actor: Actor, *, word_id: int, now: datetime) -> None:
    """Raises NotFound."""
    with transaction.atomic(), as_system():
        word = Word.objects.filter(id=word_id).first()
        if word is None:
            raise NotFound(_("There is no such word any more."))
        require_owner(actor, word.customer_id, now=now)
        word.delete()
        record(actor, Fact("word.removed", "words", [word.customer_id or actor.party_id], {}), now=now)

from __future__ import annotations

import json

from django.utils import translation
from django.utils.translation import gettext_noop

from hotpot.pot.web.sentences import Sentence, SentenceField, kept, pack, told, unpack

LONG = gettext_noop("That name is too long. Use at most 80 characters.")


def test_it_is_read_in_the_language_of_its_reader() -> None:
    with translation.override("en"):
        packed = pack(Sentence(LONG))
    with translation.override("zh-hans"):
        assert "80" in unpack(packed)
        assert unpack(packed) != LONG
    with translation.override("en"):
        assert unpack(packed) == LONG


def test_it_keeps_its_values_through_column_and_event() -> None:
    sentence = Sentence("%(name)s has 100%% of {it}: “%(text)s”.", {"name": "李", "text": '"a"'})
    assert sentence == '李 has 100% of {it}: “"a"”.'
    assert unpack(pack(sentence)) == told(json.loads(json.dumps(kept(sentence)))) == sentence
    assert pack(unpack(pack(sentence))) == pack(sentence)
    assert unpack(pack(Sentence("Away: %s.", "50% lost"))) == "Away: 50% lost."


def test_plain_text_stays_what_it_is() -> None:
    for text in ("", "Nothing.", "{“a”: 1}", "100%"):
        assert unpack(pack(text)) == told(kept(text)) == text


def test_its_column_is_a_text_to_the_database() -> None:
    assert SentenceField(blank=True).deconstruct()[1] == "django.db.models.TextField"

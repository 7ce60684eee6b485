"""Read messages and the words they are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from hotpot.pot.messaging.models import Template


def templates_of(app_id: str) -> Mapping[str, Mapping[str, str]]:
    """An app's templates: key -> language -> text, as `rules.render` takes them."""
    templates: dict[str, dict[str, str]] = defaultdict(dict)
    for key, language, text in Template.objects.filter(app_id=app_id).values_list("key", "language", "text"):
        templates[key][language] = text
    return templates

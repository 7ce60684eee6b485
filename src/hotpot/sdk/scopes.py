"""An app reaches what its manifest asks for, which a reviewer has read, and nothing else."""

from __future__ import annotations

from hotpot.sdk.errors import Forbidden
from hotpot.sdk.manifest import Manifest


class Scopes:
    def __init__(self, manifest: Manifest) -> None:
        self._app_id = manifest.id
        self._held = frozenset(manifest.scopes)

    def require(self, scope: str) -> None:
        if scope not in self._held:
            raise Forbidden(
                f"The app “{self._app_id}” may not use {scope}. Add it to “scopes” in manifest.toml.",
                code="scope_missing",
            )

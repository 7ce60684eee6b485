"""Named SQL of file drop."""

from __future__ import annotations

# Whether a notice is still to be told.
IS_PENDING = "SELECT id FROM messaging_notice WHERE id = $1::bigint AND interface_id = $2::bigint"

"""Named SQL of mails in."""

from __future__ import annotations

# The addresses that are known to be a person's: verified for notices, or of a mailbox that was opened here.
ADDRESSES = """
SELECT lower(mail_address) FROM notification_habits
 WHERE person_id = $1::bigint AND mail_verified_at IS NOT NULL AND mail_address <> ''
UNION
SELECT lower(address) FROM mailbox_mailbox WHERE person_id = $1::bigint
"""

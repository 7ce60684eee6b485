"""Named SQL of mails in."""

from __future__ import annotations

# The addresses that are known to be a person's: verified for notices, or of a mailbox that was opened here.
ADDRESSES = """
SELECT lower(mail_address) FROM notification_habits
 WHERE person_id = $1::bigint AND mail_verified_at IS NOT NULL AND mail_address <> ''
UNION
SELECT lower(address) FROM mailbox_mailbox WHERE person_id = $1::bigint
"""

KEEP_MAIL = """
INSERT INTO connector_takenmail
       (interface_id, customer_id, identity, return_path, reply_to, message_id, subject, at)
VALUES ($1::bigint, $2::bigint, $3::text, $4::text, $5::text, $6::text, $7::text, $8::timestamptz)
    ON CONFLICT (interface_id, identity) DO NOTHING
"""

FORGET_MAILS = "DELETE FROM connector_takenmail WHERE interface_id = $1::bigint AND at < $2::timestamptz"

# The mails that notices are about: of a receipt by its reference; of a reply by the interface's newest
# message to that phone, rather from the access number that it answers.
MAILS_OF = """
SELECT given.id, mail.return_path, mail.reply_to, mail.message_id, mail.subject
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS given (id, ref, number, access_number)
  LEFT JOIN LATERAL (
    SELECT message.client_ref FROM messaging_message message
     WHERE given.ref = '' AND message.number = given.number AND message.interface_id = $1::bigint
       AND message.direction = 'out'
     ORDER BY message.access_number = given.access_number DESC, message.id DESC LIMIT 1
  ) AS answered ON true
  JOIN connector_takenmail mail
    ON mail.interface_id = $1::bigint AND mail.identity = coalesce(answered.client_ref, given.ref)
"""

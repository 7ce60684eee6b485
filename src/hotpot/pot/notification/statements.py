"""The room's named SQL, the same for Django's actions and for the engine."""

from __future__ import annotations

CHANNEL = "hotpot_notices"  # PostgreSQL NOTIFY channel: "there is somebody to tell".

# Who of them chose anything: most people never do, and then this is all that is asked.
CHOOSERS = "SELECT person_id FROM notification_habits WHERE person_id = ANY ($1::bigint[])"

# What people chose who chose anything, for each pair of person and app, by its place in the lists.
CHOSEN = """
SELECT given.place, person.time_zone, habits.quiet_from, habits.quiet_until, habits.digest_at,
       habits.fall_back_after_min, habits.mail_verified_at IS NOT NULL AS mail,
       EXISTS (SELECT FROM notification_browser browser
                WHERE browser.person_id = given.person_id) AS push,
       choice.ways, choice.pace
  FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS given (person_id, app_id, place)
  JOIN notification_habits habits USING (person_id)
  JOIN identity_person person ON person.id = given.person_id
  LEFT JOIN LATERAL (
    SELECT ways, pace FROM notification_choice
     WHERE person_id = given.person_id AND app_id IN (given.app_id, '')
     ORDER BY app_id DESC LIMIT 1
  ) AS choice ON true
"""

KNOWN = "SELECT message_id FROM notification_notification WHERE message_id = ANY ($1::bigint[])"

# Routes come as text: PostgreSQL has no array of uneven arrays.
QUEUE = """
INSERT INTO notification_notification
       (token, person_id, message_id, app_id, text, link, to_address, route, place, state, folds, due_at,
        began_at, attempts, expires_at, error, created_at)
SELECT token, person_id, message_id, app_id, text, link, to_address, route::text[], 0, state, folds, due_at,
       due_at, 0, expires_at, '', $12::timestamptz
  FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::text[], $10::boolean[], $11::timestamptz[], $13::timestamptz[])
       AS given (token, person_id, message_id, app_id, text, link, to_address, route, state, folds, due_at,
                 expires_at)
RETURNING id, token
"""

# Wakes the engine when the transaction commits.
WAKE = f"SELECT pg_notify('{CHANNEL}', '')"

# One engine folds at a time: what is due for one person becomes one digest. Held until the commit.
FOLD_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('notification.fold', 0))"

# All that is due of what was held for the people who have waited longest.
HELD = """
WITH people AS (
    SELECT person_id FROM notification_notification
     WHERE state = 'held' AND due_at <= $1::timestamptz
     GROUP BY person_id ORDER BY min(due_at) LIMIT $2::bigint
)
SELECT held.id, held.person_id, held.folds, held.text, held.expires_at, person.number, person.language,
       person.time_zone, coalesce(CASE WHEN person.language LIKE 'zh%' THEN nullif(app.name_zh, '') END,
                                  app.name, '') AS title
  FROM people
  JOIN notification_notification held USING (person_id)
  JOIN identity_person person ON person.id = held.person_id
  LEFT JOIN catalog_app app ON app.id = held.app_id
 WHERE held.state = 'held' AND held.due_at <= $1::timestamptz
 ORDER BY held.person_id, held.created_at, held.id
   FOR UPDATE OF held
"""

# Questions that were closed before anybody was told of them need no telling.
WITHDRAW = """
UPDATE notification_notification notice
   SET state = 'withdrawn', ended_at = $1::timestamptz
  FROM messaging_ask ask
 WHERE ask.message_id = notice.message_id AND ask.closed_at IS NOT NULL
   AND notice.state IN ('held', 'trying') AND notice.due_at <= $1::timestamptz
RETURNING notice.message_id
"""

START = """
UPDATE notification_notification SET state = 'trying', due_at = $2::timestamptz, began_at = $2::timestamptz
 WHERE id = ANY ($1::bigint[]) AND state = 'held'
"""

PUT_INTO_DIGEST = """
UPDATE notification_notification notice
   SET state = 'digested', digest_id = given.digest_id, ended_at = $3::timestamptz
  FROM unnest($1::bigint[], $2::bigint[]) AS given (id, digest_id)
 WHERE notice.id = given.id AND notice.state = 'held'
"""

# Takes what is due, for as long as a lease: who took it and died leaves it to be taken again.
CLAIM = """
WITH due AS (
    SELECT id FROM notification_notification
     WHERE state IN ('trying', 'sent') AND due_at <= $1::timestamptz
     ORDER BY due_at, id
     LIMIT $2::bigint
       FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE notification_notification notice
       SET due_at = $3::timestamptz, attempts = attempts + (state = 'trying')::int
      FROM due
     WHERE notice.id = due.id
    RETURNING notice.*
)
SELECT taken.id, taken.token, taken.person_id, taken.state, taken.route, taken.place, taken.began_at,
       taken.attempts, taken.expires_at, taken.text, taken.link, person.language, person.time_zone,
       habits.quiet_from, habits.quiet_until, coalesce(habits.fall_back_after_min, 10),
       coalesce(CASE WHEN person.language LIKE 'zh%' THEN nullif(app.name_zh, '') END, app.name, '') AS title,
       coalesce(nullif(taken.to_address, ''),
                CASE WHEN habits.mail_verified_at IS NOT NULL THEN habits.mail_address END, '') AS address,
       (SELECT array_agg(ARRAY[browser.id::text, browser.endpoint, browser.p256dh, browser.auth]
                         ORDER BY browser.id)
          FROM notification_browser browser
         WHERE browser.person_id = taken.person_id) AS browsers,
       ask.id AS ask_id
  FROM taken
  JOIN identity_person person ON person.id = taken.person_id
  LEFT JOIN notification_habits habits ON habits.person_id = taken.person_id
  LEFT JOIN catalog_app app ON app.id = taken.app_id
  LEFT JOIN messaging_ask ask ON ask.message_id = taken.message_id AND ask.closed_at IS NULL
 ORDER BY taken.id
"""

# What digests gathered: their pieces in the order in which they came.
PIECES = """
SELECT piece.digest_id, piece.token, piece.text,
       coalesce(CASE WHEN person.language LIKE 'zh%' THEN nullif(app.name_zh, '') END, app.name, '') AS title
  FROM notification_notification piece
  JOIN identity_person person ON person.id = piece.person_id
  LEFT JOIN catalog_app app ON app.id = piece.app_id
 WHERE piece.digest_id = ANY ($1::bigint[])
 ORDER BY piece.digest_id, piece.created_at, piece.id
"""

# What becomes of notices, unless their phone said something better in the meantime.
MARK = """
UPDATE notification_notification notice
   SET state = given.state, place = given.place, due_at = given.due_at, error = given.error,
       attempts = CASE WHEN notice.place = given.place THEN notice.attempts ELSE 0 END,
       began_at = CASE WHEN notice.place = given.place THEN notice.began_at ELSE given.due_at END,
       ended_at = CASE WHEN given.state NOT IN ('trying', 'sent') THEN $6::timestamptz END
  FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::timestamptz[], $5::text[])
       AS given (id, state, place, due_at, error)
 WHERE notice.id = given.id AND notice.state IN ('trying', 'sent')
RETURNING notice.id, notice.message_id, notice.state, notice.route[notice.place + 1] AS way, notice.error
"""

NOTE = """
INSERT INTO notification_attempt (notification_id, way, error, at)
SELECT id, way, error, $4::timestamptz
  FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (id, way, error)
"""

# The notice whose mail came back, and what of its person decides what becomes of it; alone until the commit.
MAILED = """
SELECT notice.state, notice.route, notice.place, notice.began_at, notice.attempts, notice.expires_at,
       notice.message_id, notice.person_id,
       notice.opened_at IS NOT NULL
         OR EXISTS (SELECT FROM messaging_ask ask
                     WHERE ask.message_id = notice.message_id AND ask.closed_at IS NOT NULL) AS known,
       person.time_zone, habits.quiet_from, habits.quiet_until, coalesce(habits.fall_back_after_min, 10),
       CASE WHEN habits.mail_verified_at <= coalesce(
                   (SELECT max(at) FROM notification_attempt attempt
                     WHERE attempt.notification_id = notice.id AND attempt.way = 'mail'), notice.created_at)
            THEN habits.mail_address END AS address
  FROM notification_notification notice
  JOIN identity_person person ON person.id = notice.person_id
  LEFT JOIN notification_habits habits ON habits.person_id = notice.person_id
 WHERE notice.id = $1::bigint
   FOR UPDATE OF notice
"""

# What was taken for told was not.
REOPEN = """
UPDATE notification_notification SET state = 'trying', ended_at = NULL
 WHERE id = $1::bigint AND state = 'delivered'
"""

# The last try by mail was in vain after all.
NOTE_BOUNCE = """
UPDATE notification_attempt SET error = $2::text, at = $3::timestamptz
 WHERE error = ''
   AND id = (SELECT max(id) FROM notification_attempt WHERE notification_id = $1::bigint AND way = 'mail')
"""

STOP_MAIL = """
UPDATE notification_habits
   SET mail_verified_at = NULL, mail_bounced_at = $3::timestamptz, mail_bounce = $2::text
 WHERE person_id = $1::bigint
"""

# The messages of what digests gathered.
MESSAGES_OF_PIECES = """
SELECT message_id FROM notification_notification
 WHERE digest_id = ANY ($1::bigint[]) AND message_id IS NOT NULL
"""

FORGET_BROWSERS = "DELETE FROM notification_browser WHERE id = ANY ($1::bigint[])"
BROWSERS_USED = """
UPDATE notification_browser SET used_at = $2::timestamptz WHERE id = ANY ($1::bigint[])
"""

# The phone showed it.
SHOWN = """
UPDATE notification_notification SET state = 'delivered', ended_at = $2::timestamptz, error = ''
 WHERE token = $1::uuid AND state IN ('trying', 'sent') AND route[place + 1] = 'push'
RETURNING id, message_id, state, route[place + 1] AS way, error
"""

# Its link was followed: whatever was still to be tried needs no trying.
OPENED = """
UPDATE notification_notification
   SET opened_at = coalesce(opened_at, $2::timestamptz),
       state = CASE WHEN state IN ('trying', 'sent') THEN 'delivered' ELSE state END,
       ended_at = coalesce(ended_at, $2::timestamptz)
 WHERE token = $1::uuid
RETURNING id, message_id, state, route[place + 1] AS way, error, link
"""

VAPID_KEY = "SELECT public_key, sealed_private_key FROM notification_vapidkey"
KEEP_VAPID_KEY = """
INSERT INTO notification_vapidkey (public_key, sealed_private_key, made_at)
VALUES ($1::text, $2::bytea, $3::timestamptz)
    ON CONFLICT DO NOTHING
"""

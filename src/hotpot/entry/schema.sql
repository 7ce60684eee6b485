--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA app_approvals;

CREATE SCHEMA app_mail;

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE FUNCTION public.billing_charges_stand() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN billing_billline AS line ON line.id = added.line_id
               LEFT JOIN billing_bill AS bill ON bill.id = line.bill_id
               LEFT JOIN subscription_seat AS seat ON seat.id = added.seat_id
              WHERE (line.subscription_id, line.item_id, line.period, bill.customer_id, bill.operator_id,
                     bill.currency::text)
                    IS DISTINCT FROM (added.subscription_id, added.item_id, added.period, added.customer_id,
                                      added.operator_id, added.currency::text)
                 OR added.seat_id IS NOT NULL AND seat.subscription_id IS DISTINCT FROM added.subscription_id' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'charge % : its line or seat is not there, or of something else', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'charges_stand';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.billing_lines_stand() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN billing_bill AS bill ON bill.id = added.bill_id
               LEFT JOIN subscription_subscription AS held ON held.id = added.subscription_id
               LEFT JOIN catalog_priceitem AS item ON item.id = added.item_id
              WHERE item.id IS NULL OR (held.operator_id, held.customer_id)
                    IS DISTINCT FROM (bill.operator_id, bill.customer_id)' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'line % : its bill, subscription and item are not there, or not of one customer', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'lines_stand';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_first_other(was date, was_until date, now_ date, now_until date) RETURNS date
    LANGUAGE sql IMMUTABLE
    RETURN LEAST(CASE WHEN (was IS DISTINCT FROM now_) THEN LEAST(was, now_) ELSE NULL::date END, CASE WHEN (was_until IS DISTINCT FROM now_until) THEN LEAST(was_until, now_until) ELSE NULL::date END);

CREATE FUNCTION public.close_notice_credits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO close_touched (operator_id, since)
    SELECT bill.operator_id, min(after.period)
      FROM after JOIN billing_bill AS bill ON bill.id = after.bill_id
     WHERE bill.corrects_id IS NOT NULL GROUP BY bill.operator_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_notice_prices() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO close_touched (operator_id, subscription_id, since)
    SELECT held.operator_id, held.id, min(price.starts_on)
      FROM after JOIN catalog_price AS price ON price.id = after.price_id
      JOIN subscription_subscription AS held ON held.offer_id = price.offer_id
     WHERE held.ends_on IS NULL OR held.ends_on > price.starts_on
     GROUP BY held.operator_id, held.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_notice_redemptions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO close_touched (operator_id, subscription_id, since)
    SELECT held.operator_id, held.id, min(after.starts_on)
      FROM after JOIN subscription_subscription AS held ON held.id = after.subscription_id
     GROUP BY held.operator_id, held.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_notice_rivals() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET join_collapse_limit TO '1'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM after WHERE subscription_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO close_touched (operator_id, subscription_id, since)
    SELECT rival.operator_id, rival.id, min(met.since)
      FROM (SELECT held.id, held.app_id, held.operator_id, min(after.since) AS since
              FROM after JOIN subscription_subscription AS held ON held.id = after.subscription_id
             WHERE EXISTS (SELECT FROM catalog_offer AS offer
                            WHERE offer.app_id = held.app_id AND offer.operator_id <> held.operator_id)
             GROUP BY held.id) AS met
      JOIN subscription_seat AS mine ON mine.subscription_id = met.id
      JOIN subscription_seat AS other ON other.number = mine.number
      JOIN subscription_subscription AS rival ON rival.id = other.subscription_id
       AND rival.app_id = met.app_id AND rival.operator_id <> met.operator_id
     WHERE NOT EXISTS (SELECT FROM close_touched AS known
                        WHERE known.operator_id = rival.operator_id AND known.subscription_id = rival.id
                          AND known.since <= met.since)
     GROUP BY rival.operator_id, rival.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_notice_spans() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT held.operator_id, held.id, min(after.starts_on)
          FROM after JOIN subscription_subscription AS held ON held.id = after.subscription_id
         GROUP BY held.operator_id, held.id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT held.operator_id, held.id, min(before.starts_on)
          FROM before JOIN subscription_subscription AS held ON held.id = before.subscription_id
         GROUP BY held.operator_id, held.id;
    ELSE
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT held.operator_id, held.id, min(close_first_other(
                   before.starts_on, before.ends_on, after.starts_on, after.ends_on))
          FROM before JOIN after USING (id)
          JOIN subscription_subscription AS held ON held.id = after.subscription_id
         WHERE (before.starts_on, before.ends_on) IS DISTINCT FROM (after.starts_on, after.ends_on)
         GROUP BY held.operator_id, held.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_notice_subscriptions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT operator_id, id, starts_on FROM after;
    ELSE
        INSERT INTO close_touched (operator_id, subscription_id, since)
        SELECT after.operator_id, id, found.since
          FROM before JOIN after USING (id), LATERAL (SELECT CASE
               WHEN before.offer_id <> after.offer_id THEN least(before.starts_on, after.starts_on)
               ELSE close_first_other(before.starts_on, before.ends_on, after.starts_on, after.ends_on)
               END AS since) AS found
         WHERE found.since IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_notice_terms() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO close_touched (operator_id, since)
    SELECT agreement.operator_id, min(after.starts_on)
      FROM after JOIN party_agreement AS agreement ON agreement.id = after.agreement_id
     GROUP BY agreement.operator_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.close_notice_write_offs() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO close_touched (operator_id, since)
    SELECT bill.operator_id, min(line.period)
      FROM after JOIN billing_billline AS line ON line.id = after.line_id
      JOIN billing_bill AS bill ON bill.id = line.bill_id
     GROUP BY bill.operator_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.hotpot_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct it by a new row', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.hotpot_parties() RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((NULLIF(current_setting('hotpot.parties'::text, true), ''::text))::bigint[], '{}'::bigint[]);

CREATE FUNCTION public.hotpot_person() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('hotpot.person'::text, true), ''::text))::bigint;

CREATE FUNCTION public.hotpot_system() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (COALESCE(current_setting('hotpot.system'::text, true), 'off'::text) = 'on'::text);

CREATE FUNCTION public.ledger_book_postings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    bad record;
BEGIN
    SELECT entry_id, asset, sum(amount) AS off INTO bad
      FROM added JOIN ledger_account ON ledger_account.id = added.account_id
     GROUP BY entry_id, asset HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is off by % %', bad.entry_id, bad.off, bad.asset
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    SELECT come.entry_id INTO bad
      FROM (SELECT entry_id, count(*) AS lines FROM added GROUP BY entry_id) AS come
     WHERE come.lines <> (SELECT count(*) FROM ledger_posting AS there WHERE there.entry_id = come.entry_id)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % has its postings already', bad.entry_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'entry_posted_once';
    END IF;
    -- Accounts are locked in the order of their ids, so that two bookings can't wait for each other.
    PERFORM 1 FROM ledger_account WHERE id IN (SELECT account_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET balance = balance + moved.amount
      FROM (SELECT account_id, sum(amount) AS amount FROM added GROUP BY account_id) AS moved
     WHERE ledger_account.id = moved.account_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.ledger_book_transfers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM added LEFT JOIN ledger_account AS source ON source.id = added.source_id
                 LEFT JOIN ledger_account AS target ON target.id = added.target_id
                WHERE added.source_id = added.target_id
                   OR source.asset IS NULL OR source.asset IS DISTINCT FROM target.asset) THEN
        RAISE EXCEPTION 'a transfer moves one asset between two accounts that are open'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_of_one_asset';
    END IF;
    -- In the order of their ids, so that two bookings can't wait for each other: BY_INDEX leaves no other plan.
    UPDATE ledger_account SET balance = balance + moved.amount
      FROM (SELECT account_id, sum(amount)::bigint AS amount
              FROM (SELECT source_id AS account_id, -amount AS amount FROM added
                     UNION ALL SELECT target_id, amount FROM added) AS legs
             GROUP BY account_id ORDER BY account_id) AS moved
     WHERE ledger_account.id = moved.account_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.ledger_end_holds() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    PERFORM 1 FROM ledger_account
      WHERE id IN (SELECT source_id FROM after UNION SELECT target_id FROM after) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET held = held - moved.amount
      FROM (SELECT source_id, sum(amount)::bigint AS amount FROM after WHERE state <> 'open' GROUP BY source_id)
           AS moved
     WHERE ledger_account.id = moved.source_id;
    -- Set free first: what was held may be all that the source has.
    INSERT INTO ledger_transfer (key, source_id, target_id, amount, memo, time)
    SELECT 'hold:' || key, source_id, target_id, posted, memo, ended_at FROM after WHERE state = 'posted';
    RETURN NULL;
END $$;

CREATE FUNCTION public.ledger_entry_has_postings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no postings', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_has_postings';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.ledger_guard_accounts() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'account % : its balance follows its postings and holds, its code and asset stay', NEW.code
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.ledger_guard_holds() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'hold % : a hold can only be ended, and once', OLD.key USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.ledger_make_holds() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM added LEFT JOIN ledger_account AS source ON source.id = added.source_id
                 LEFT JOIN ledger_account AS target ON target.id = added.target_id
                WHERE added.state <> 'open' OR added.source_id = added.target_id
                   OR source.asset IS NULL OR source.asset IS DISTINCT FROM target.asset) THEN
        RAISE EXCEPTION 'a hold begins open, between two accounts of one asset'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_begins';
    END IF;
    PERFORM 1 FROM ledger_account WHERE id IN (SELECT source_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_account SET held = held + moved.amount
      FROM (SELECT source_id, sum(amount)::bigint AS amount FROM added GROUP BY source_id) AS moved
     WHERE ledger_account.id = moved.source_id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.ledger_not_below_least() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    low record;
BEGIN
    SELECT code, balance, held, least INTO low FROM ledger_account
     WHERE id = NEW.id AND balance - held < least;
    IF FOUND THEN
        RAISE EXCEPTION 'account % would fall below its least (not_below_least): % of which % are held, least %',
            low.code, low.balance, low.held, low.least
            USING ERRCODE = 'check_violation', CONSTRAINT = 'not_below_least';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.messaging_interface_told() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('hotpot_interfaces', '');
    RETURN NULL;
END $$;

CREATE FUNCTION public.messaging_switch_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO messaging_switchtoken (topic, token) VALUES (TG_ARGV[0], gen_random_uuid())
        ON CONFLICT (topic) DO UPDATE SET token = excluded.token;
    PERFORM pg_notify('hotpot_switch', TG_ARGV[0]);
    RETURN NULL;
END $$;

CREATE FUNCTION public.metering_meter_is_fixed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (NEW.app_id, NEW.code, NEW.event_type, NEW.aggregation, NEW.field, NEW.unit, NEW.exponent)
       IS DISTINCT FROM
       (OLD.app_id, OLD.code, OLD.event_type, OLD.aggregation, OLD.field, OLD.unit, OLD.exponent) THEN
        RAISE EXCEPTION 'a meter means what it meant: end it and make another'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.payment_clear() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    bad record;
BEGIN
    PERFORM 1 FROM billing_bill WHERE id IN (SELECT bill_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    SELECT bill.id, bill.total_minor, sum(clearing.amount_minor) AS cleared INTO bad
      FROM billing_bill AS bill JOIN payment_clearing AS clearing ON clearing.bill_id = bill.id
     WHERE bill.id IN (SELECT bill_id FROM added)
     GROUP BY bill.id
    HAVING sum(clearing.amount_minor) NOT BETWEEN least(bill.total_minor, 0) AND greatest(bill.total_minor, 0)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'bill % over % would be cleared by %', bad.id, bad.total_minor, bad.cleared
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cleared_within_total';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.payment_keep() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'payment % : what was received or asked for stays as it is', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.payment_take_back() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF (SELECT sum(amount_minor) FROM payment_chargeback WHERE payment_id = NEW.payment_id)
       > (SELECT amount_minor FROM payment_payment WHERE id = NEW.payment_id) THEN
        RAISE EXCEPTION 'more than payment % brought would be taken back', NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taken_back_within_payment';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.settlement_lines_stand() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN settlement_statement AS paper ON paper.id = added.statement_id
               LEFT JOIN party_agreementversion AS terms ON terms.id = added.terms_id
              WHERE paper.id IS NULL OR added.terms_id IS NOT NULL AND terms.id IS NULL' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'statement line % : its statement or its terms are not there', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'statement_lines_stand';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.settlement_shares_stand() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN subscription_subscription AS held ON held.id = added.subscription_id
               LEFT JOIN catalog_priceitem AS item ON item.id = added.item_id
               LEFT JOIN settlement_statementline AS line ON line.id = added.statement_line_id
               LEFT JOIN settlement_statement AS paper ON paper.id = line.statement_id
              WHERE item.id IS NULL OR held.operator_id IS DISTINCT FROM added.operator_id
                 OR added.terms_id IS NULL AND added.party_id <> added.operator_id
                 OR added.terms_id IS NOT NULL
                AND (paper.operator_id, paper.partner_id, paper.currency::text, line.terms_id, line.period)
                    IS DISTINCT FROM (added.operator_id, added.party_id, added.currency::text, added.terms_id,
                                      added.period)' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'share % : its family or its statement line is not there, or of another', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'shares_stand';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.subscription_one_seat_a_day() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE clash record;
BEGIN
    EXECUTE 'SELECT changed.number, changed.subscription_id
               FROM changed JOIN subscription_seat AS other USING (subscription_id, number)
              WHERE other.id <> changed.id
                AND daterange(other.starts_on, other.ends_on) && daterange(changed.starts_on, changed.ends_on)
              LIMIT 1' INTO clash;
    IF clash.number IS NOT NULL THEN
        RAISE EXCEPTION '% has a seat in subscription % on that day already', clash.number, clash.subscription_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'one_seat_a_day';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.subscription_stopped(customer bigint, app text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
SELECT EXISTS (
    SELECT FROM subscription_stop AS stop
     WHERE stop.customer_id = $1 AND stop.lifted_at IS NULL
       AND (stop.app_id = $2 OR stop.app_id IS NULL)
       AND EXISTS (SELECT FROM subscription_subscription AS one
                    WHERE one.customer_id = $1 AND one.app_id = $2 AND one.operator_id = stop.operator_id))
$_$;

CREATE TABLE app_approvals.document (
    collection text NOT NULL,
    key text NOT NULL,
    document jsonb NOT NULL
);

CREATE TABLE app_approvals.file (
    key text NOT NULL,
    name text NOT NULL,
    content_type text NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE app_approvals.series (
    name text NOT NULL,
    number bigint NOT NULL
);

CREATE TABLE app_mail.document (
    collection text NOT NULL,
    key text NOT NULL,
    document jsonb NOT NULL
);

CREATE TABLE app_mail.file (
    key text NOT NULL,
    name text NOT NULL,
    content_type text NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE app_mail.series (
    name text NOT NULL,
    number bigint NOT NULL
);

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_bill (
    id bigint NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    period date NOT NULL,
    currency character varying(3) NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    due_on date NOT NULL,
    corrects_id bigint,
    customer_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    CONSTRAINT credit_note_gives CHECK ((((kind = 'bill'::text) AND (total_minor >= 0)) OR ((kind = 'credit_note'::text) AND (total_minor <= 0)))),
    CONSTRAINT total_is_net_and_tax CHECK ((total_minor = (net_minor + tax_minor)))
);

ALTER TABLE public.billing_bill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_bill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_billline (
    id bigint NOT NULL,
    period date NOT NULL,
    quantity bigint NOT NULL,
    basis bigint NOT NULL,
    seats integer NOT NULL,
    charged_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    tax_rate_bp integer NOT NULL,
    tax_class text NOT NULL,
    amount_minor bigint NOT NULL,
    bill_id bigint NOT NULL,
    item_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    CONSTRAINT amount_is_net_and_tax CHECK ((amount_minor = (net_minor + tax_minor)))
);

ALTER TABLE public.billing_billline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_billline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_creditedline (
    line_id bigint NOT NULL,
    corrects_id bigint NOT NULL
);

CREATE TABLE public.billing_creditnote (
    bill_id bigint NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    written_by_id bigint
);

CREATE TABLE public.billing_taxrate (
    id bigint NOT NULL,
    place text NOT NULL,
    tax_class text NOT NULL,
    starts_on date NOT NULL,
    rate_bp integer NOT NULL,
    inclusive boolean NOT NULL,
    written_at timestamp with time zone NOT NULL,
    operator_id bigint NOT NULL,
    written_by_id bigint,
    CONSTRAINT tax_rate_bp CHECK (((rate_bp >= 0) AND (rate_bp <= 10000)))
);

ALTER TABLE public.billing_taxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_taxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.catalog_app (
    id character varying(50) NOT NULL,
    name text NOT NULL,
    name_zh text NOT NULL,
    summary text NOT NULL,
    summary_zh text NOT NULL,
    icon text NOT NULL,
    colour text NOT NULL,
    manifest jsonb NOT NULL,
    listed_at timestamp with time zone,
    developer_id bigint NOT NULL
);

CREATE TABLE public.catalog_offer (
    id bigint NOT NULL,
    name text NOT NULL,
    name_zh text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    withdrawn_on date,
    app_id character varying(50) NOT NULL,
    operator_id bigint NOT NULL
);

ALTER TABLE public.catalog_offer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_offer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.catalog_price (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    currency character varying(3) NOT NULL,
    offer_id bigint NOT NULL
);

ALTER TABLE public.catalog_price ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_price_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.catalog_priceitem (
    id bigint NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    meter text,
    params jsonb NOT NULL,
    advance boolean NOT NULL,
    tax_class text NOT NULL,
    label text NOT NULL,
    label_zh text NOT NULL,
    price_id bigint NOT NULL,
    CONSTRAINT kind_of_price_item CHECK ((kind = ANY (ARRAY['fee'::text, 'once'::text, 'unit'::text, 'graduated'::text, 'volume'::text, 'package'::text, 'percent'::text, 'timed'::text, 'minimum'::text, 'bundle'::text, 'coupon'::text]))),
    CONSTRAINT usage_has_a_meter CHECK ((((kind = ANY (ARRAY['graduated'::text, 'package'::text, 'percent'::text, 'timed'::text, 'unit'::text, 'volume'::text])) AND (meter IS NOT NULL)) OR ((NOT (kind = ANY (ARRAY['graduated'::text, 'package'::text, 'percent'::text, 'timed'::text, 'unit'::text, 'volume'::text]))) AND (meter IS NULL))))
);

ALTER TABLE public.catalog_priceitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.catalog_priceitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.close_closerun (
    id bigint NOT NULL,
    period date NOT NULL,
    state text NOT NULL,
    step text NOT NULL,
    done_bp integer NOT NULL,
    figures jsonb NOT NULL,
    problem text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    operator_id bigint NOT NULL,
    started_by_id bigint,
    customer_id bigint,
    dry_run boolean NOT NULL,
    engine text NOT NULL,
    received bigint NOT NULL
);

ALTER TABLE public.close_closerun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.close_closerun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.close_outcome (
    id bigint NOT NULL,
    paper text NOT NULL,
    currency character varying(3) NOT NULL,
    booked_minor bigint NOT NULL,
    minor bigint NOT NULL,
    party_id bigint NOT NULL,
    run_id bigint NOT NULL
);

ALTER TABLE public.close_outcome ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.close_outcome_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.close_termstrial (
    id bigint NOT NULL,
    terms jsonb NOT NULL,
    state text NOT NULL,
    done_bp integer NOT NULL,
    problem text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    app_id character varying(50),
    asked_by_id bigint,
    customer_id bigint,
    operator_id bigint NOT NULL,
    partner_id bigint NOT NULL
);

ALTER TABLE public.close_termstrial ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.close_termstrial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.close_termstrialsum (
    id bigint NOT NULL,
    period date NOT NULL,
    currency character varying(3) NOT NULL,
    was_minor bigint NOT NULL,
    would_minor bigint NOT NULL,
    party_id bigint NOT NULL,
    trial_id bigint NOT NULL
);

ALTER TABLE public.close_termstrialsum ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.close_termstrialsum_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.close_touched (
    id bigint NOT NULL,
    subscription_id bigint,
    since date NOT NULL,
    operator_id bigint NOT NULL
);

ALTER TABLE public.close_touched ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.close_touched_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_assignee (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    transferred_at timestamp with time zone,
    comment text NOT NULL,
    customer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    transferred_to_id bigint,
    task_id bigint NOT NULL
);

ALTER TABLE public.connector_assignee ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_assignee_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_connector (
    id bigint NOT NULL,
    app_id text NOT NULL,
    name text NOT NULL,
    config jsonb NOT NULL,
    sealed_url bytea NOT NULL,
    state text NOT NULL,
    problem text NOT NULL,
    failures integer NOT NULL,
    retry_at timestamp with time zone,
    polled_at timestamp with time zone,
    watermark jsonb,
    directory_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    integrator_id bigint,
    interface_id bigint,
    taken jsonb NOT NULL
);

ALTER TABLE public.connector_connector ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_connector_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_decision (
    id bigint NOT NULL,
    verdict text NOT NULL,
    comment text NOT NULL,
    way text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    task_id bigint NOT NULL
);

ALTER TABLE public.connector_decision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_problem (
    id bigint NOT NULL,
    code text NOT NULL,
    reason text NOT NULL,
    example text NOT NULL,
    times bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    interface_id bigint NOT NULL
);

ALTER TABLE public.connector_problem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_problem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_takenmail (
    id bigint NOT NULL,
    identity text NOT NULL,
    return_path text NOT NULL,
    reply_to text NOT NULL,
    message_id text NOT NULL,
    subject text NOT NULL,
    at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    interface_id bigint NOT NULL
);

ALTER TABLE public.connector_takenmail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_takenmail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_task (
    id bigint NOT NULL,
    app_id text NOT NULL,
    external_key text NOT NULL,
    round integer NOT NULL,
    title text NOT NULL,
    applicant text NOT NULL,
    approver text NOT NULL,
    amount_minor bigint,
    currency character varying(3),
    details jsonb NOT NULL,
    state text NOT NULL,
    appeared_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    left_at timestamp with time zone,
    connector_id bigint NOT NULL,
    customer_id bigint NOT NULL
);

ALTER TABLE public.connector_task ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_unreadablerow (
    id bigint NOT NULL,
    external_key text NOT NULL,
    problem text NOT NULL,
    "row" jsonb NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    connector_id bigint NOT NULL,
    customer_id bigint NOT NULL
);

ALTER TABLE public.connector_unreadablerow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_unreadablerow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.connector_writeback (
    id bigint NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    problem text NOT NULL,
    done_at timestamp with time zone,
    connector_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    decision_id bigint NOT NULL
);

ALTER TABLE public.connector_writeback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.connector_writeback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.events_cursor (
    reader text NOT NULL,
    txid bigint NOT NULL,
    sequence bigint NOT NULL
);

CREATE TABLE public.events_event (
    sequence bigint NOT NULL,
    txid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    person_id bigint,
    party_id bigint,
    way text NOT NULL,
    party_ids bigint[] NOT NULL,
    person_ids bigint[] NOT NULL,
    data jsonb NOT NULL
);

ALTER TABLE public.events_event ALTER COLUMN sequence ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.events_event_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.identity_accesstoken (
    id bigint NOT NULL,
    party_id bigint,
    name text NOT NULL,
    digest bytea NOT NULL,
    scopes jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    person_id bigint NOT NULL
);

ALTER TABLE public.identity_accesstoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.identity_accesstoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.identity_auditentry (
    id bigint NOT NULL,
    what text NOT NULL,
    number text NOT NULL,
    address text NOT NULL,
    agent text NOT NULL,
    at timestamp with time zone NOT NULL,
    person_id bigint
);

ALTER TABLE public.identity_auditentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.identity_auditentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.identity_person (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    id bigint NOT NULL,
    number text NOT NULL,
    number_verified_at timestamp with time zone,
    name text NOT NULL,
    language text NOT NULL,
    time_zone text NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);

ALTER TABLE public.identity_person ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.identity_person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_account (
    id bigint NOT NULL,
    code text NOT NULL,
    asset text NOT NULL,
    "least" bigint,
    balance bigint NOT NULL,
    held bigint NOT NULL,
    opened_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    counterparty_id bigint,
    party_id bigint,
    CONSTRAINT wallet_not_overdrawn CHECK (((split_part(code, ':'::text, 3) <> 'wallet'::text) OR (balance <= 0)))
)
WITH (fillfactor='50');

ALTER TABLE public.ledger_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_entry (
    id bigint NOT NULL,
    key text NOT NULL,
    memo text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    booked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    reverses_id bigint
);

ALTER TABLE public.ledger_entry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_hold (
    id bigint NOT NULL,
    key text NOT NULL,
    amount bigint NOT NULL,
    memo text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    state text NOT NULL,
    ended_at timestamp with time zone,
    source_id bigint NOT NULL,
    target_id bigint NOT NULL,
    posted bigint,
    CONSTRAINT hold_ended_once CHECK ((((ended_at IS NULL) AND (state = 'open'::text)) OR ((NOT (state = 'open'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT hold_positive CHECK ((amount > 0)),
    CONSTRAINT posted_hold_has_amount CHECK ((((posted > 0) AND (posted <= amount) AND (state = 'posted'::text)) OR ((NOT (state = 'posted'::text)) AND (posted IS NULL))))
);

ALTER TABLE public.ledger_hold ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_posting (
    id bigint NOT NULL,
    amount bigint NOT NULL,
    account_id bigint NOT NULL,
    entry_id bigint NOT NULL,
    CONSTRAINT posting_not_zero CHECK ((NOT (amount = 0)))
);

ALTER TABLE public.ledger_posting ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_posting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_transfer (
    id bigint DEFAULT nextval('public.ledger_posting_id_seq'::regclass) NOT NULL,
    key text NOT NULL,
    amount bigint NOT NULL,
    memo text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    source_id bigint NOT NULL,
    target_id bigint NOT NULL,
    CONSTRAINT transfer_positive CHECK ((amount > 0))
);

CREATE VIEW public.ledger_movement WITH (security_invoker='true') AS
 SELECT posting.id,
    posting.account_id,
    posting.amount,
    entry.key,
    entry.memo,
    entry."time",
    entry.id AS entry_id
   FROM (public.ledger_posting posting
     JOIN public.ledger_entry entry ON ((entry.id = posting.entry_id)))
UNION ALL
 SELECT ledger_transfer.id,
    ledger_transfer.source_id AS account_id,
    (- ledger_transfer.amount) AS amount,
    ledger_transfer.key,
    ledger_transfer.memo,
    ledger_transfer."time",
    NULL::bigint AS entry_id
   FROM public.ledger_transfer
UNION ALL
 SELECT ledger_transfer.id,
    ledger_transfer.target_id AS account_id,
    ledger_transfer.amount,
    ledger_transfer.key,
    ledger_transfer.memo,
    ledger_transfer."time",
    NULL::bigint AS entry_id
   FROM public.ledger_transfer;

CREATE TABLE public.mailbox_body (
    id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    content bytea,
    cut boolean NOT NULL,
    problem text NOT NULL,
    person_id bigint NOT NULL,
    mail_id bigint NOT NULL,
    mailbox_id bigint NOT NULL
);

ALTER TABLE public.mailbox_body ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_body_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mailbox_folder (
    id bigint NOT NULL,
    name text NOT NULL,
    validity bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    person_id bigint NOT NULL,
    mailbox_id bigint NOT NULL
);

ALTER TABLE public.mailbox_folder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_folder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mailbox_letter (
    id bigint NOT NULL,
    key text NOT NULL,
    message_id text NOT NULL,
    recipients text[] NOT NULL,
    subject text NOT NULL,
    content bytea NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    retry_at timestamp with time zone,
    problem text NOT NULL,
    is_filed boolean NOT NULL,
    written_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    customer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    answers_id bigint,
    mailbox_id bigint NOT NULL
);

ALTER TABLE public.mailbox_letter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mailbox_mail (
    id bigint NOT NULL,
    fingerprint text NOT NULL,
    folder text NOT NULL,
    validity bigint NOT NULL,
    uid bigint NOT NULL,
    size bigint NOT NULL,
    message_id text NOT NULL,
    "references" text NOT NULL,
    sender_name text NOT NULL,
    sender_address text NOT NULL,
    reply_to jsonb NOT NULL,
    "to" jsonb NOT NULL,
    cc jsonb NOT NULL,
    subject text NOT NULL,
    snippet text NOT NULL,
    has_attachments boolean NOT NULL,
    received_at timestamp with time zone NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    is_news boolean NOT NULL,
    seen boolean NOT NULL,
    seen_here boolean NOT NULL,
    answered boolean NOT NULL,
    gone_at timestamp with time zone,
    customer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    mailbox_id bigint NOT NULL
);

ALTER TABLE public.mailbox_mail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_mail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mailbox_mailbox (
    id bigint NOT NULL,
    app_id text NOT NULL,
    address text NOT NULL,
    login text NOT NULL,
    imap_host text NOT NULL,
    imap_port integer NOT NULL,
    imap_security text NOT NULL,
    imap_pin text NOT NULL,
    smtp_host text NOT NULL,
    smtp_port integer NOT NULL,
    smtp_security text NOT NULL,
    smtp_pin text NOT NULL,
    sealed_secret bytea NOT NULL,
    sealed_token bytea,
    token_expires_at timestamp with time zone,
    folders text[] NOT NULL,
    watched text[] NOT NULL,
    state text NOT NULL,
    problem text NOT NULL,
    failures integer NOT NULL,
    retry_at timestamp with time zone,
    looked_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    provider_id bigint
);

ALTER TABLE public.mailbox_mailbox ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_mailbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mailbox_provider (
    id bigint NOT NULL,
    name text NOT NULL,
    domains text[] NOT NULL,
    imap_host text NOT NULL,
    imap_port integer NOT NULL,
    imap_security text NOT NULL,
    smtp_host text NOT NULL,
    smtp_port integer NOT NULL,
    smtp_security text NOT NULL,
    authorize_url text NOT NULL,
    token_url text NOT NULL,
    client_id text NOT NULL,
    sealed_secret bytea NOT NULL,
    scope text NOT NULL,
    parameters jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

ALTER TABLE public.mailbox_provider ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_provider_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mailbox_signin (
    id bigint NOT NULL,
    state text NOT NULL,
    app_id text NOT NULL,
    address text NOT NULL,
    sealed_verifier bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    provider_id bigint NOT NULL
);

ALTER TABLE public.mailbox_signin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mailbox_signin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_airmessage (
    id bigint NOT NULL,
    kind text NOT NULL,
    key text,
    number text NOT NULL,
    access_number text NOT NULL,
    text text NOT NULL,
    error text NOT NULL,
    at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone
);

ALTER TABLE public.messaging_airmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_airmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_ask (
    id bigint NOT NULL,
    number text NOT NULL,
    access_number text NOT NULL,
    app_id text NOT NULL,
    reference text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    message_id bigint NOT NULL
);

ALTER TABLE public.messaging_ask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_ask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_carrieraccount (
    id bigint NOT NULL,
    name text NOT NULL,
    protocol text NOT NULL,
    host text NOT NULL,
    port integer NOT NULL,
    login text NOT NULL,
    sealed_password bytea NOT NULL,
    settings jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

ALTER TABLE public.messaging_carrieraccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_carrieraccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_carrierhealth (
    name text NOT NULL,
    is_up boolean NOT NULL,
    reason text NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_charge (
    message_id bigint NOT NULL,
    amount bigint NOT NULL,
    at_submit boolean NOT NULL,
    credit_id bigint NOT NULL,
    held_id bigint NOT NULL,
    income_id bigint NOT NULL,
    CONSTRAINT charge_positive CHECK ((amount > 0))
);

CREATE TABLE public.messaging_companytemplate (
    id bigint NOT NULL,
    code text NOT NULL,
    text text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    customer_id bigint NOT NULL,
    decided_by_id bigint
);

ALTER TABLE public.messaging_companytemplate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_companytemplate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_customerlimit (
    customer_id bigint NOT NULL,
    per_second_max integer NOT NULL,
    per_day_max integer NOT NULL,
    per_month_max integer NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_droppednotices (
    interface_id bigint NOT NULL,
    dropped bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_givenpart (
    id bigint NOT NULL,
    numbers text NOT NULL,
    extension text NOT NULL,
    reference integer NOT NULL,
    total smallint NOT NULL,
    place smallint NOT NULL,
    ref text NOT NULL,
    wants_receipt boolean NOT NULL,
    alphabet text NOT NULL,
    data bytea NOT NULL,
    flash boolean NOT NULL,
    due_at timestamp with time zone,
    expires_at timestamp with time zone,
    at timestamp with time zone NOT NULL,
    interface_id bigint NOT NULL
);

ALTER TABLE public.messaging_givenpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_givenpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_heldpart (
    id bigint NOT NULL,
    carrier text NOT NULL,
    carrier_ref text NOT NULL,
    number text NOT NULL,
    access_number text NOT NULL,
    reference integer NOT NULL,
    total smallint NOT NULL,
    place smallint NOT NULL,
    alphabet text NOT NULL,
    data bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone
);

ALTER TABLE public.messaging_heldpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_heldpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_heldreceipt (
    id bigint NOT NULL,
    carrier text NOT NULL,
    carrier_ref text NOT NULL,
    delivered boolean NOT NULL,
    error text NOT NULL,
    at timestamp with time zone NOT NULL,
    access_number text DEFAULT ''::text NOT NULL,
    held_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    number text DEFAULT ''::text NOT NULL,
    submitted_at timestamp with time zone
);

ALTER TABLE public.messaging_heldreceipt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_heldreceipt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_interface (
    id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    login text NOT NULL,
    sealed_password bytea NOT NULL,
    access_number text NOT NULL,
    state text NOT NULL,
    settings jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    policy jsonb NOT NULL
);

ALTER TABLE public.messaging_interface ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_interface_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_listednumber (
    id bigint NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    access_number text NOT NULL,
    since timestamp with time zone NOT NULL,
    customer_id bigint
);

ALTER TABLE public.messaging_listednumber ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_listednumber_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_message (
    id bigint NOT NULL,
    direction text NOT NULL,
    state text NOT NULL,
    key text,
    number text NOT NULL,
    access_number text NOT NULL,
    text text NOT NULL,
    app_id text NOT NULL,
    carrier text NOT NULL,
    carrier_ref text NOT NULL,
    error text NOT NULL,
    attempts smallint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    ended_at timestamp with time zone,
    secret boolean NOT NULL,
    customer_id bigint,
    alphabet text DEFAULT ''::text NOT NULL,
    client_ref text DEFAULT ''::text NOT NULL,
    flash boolean DEFAULT false NOT NULL,
    priority smallint DEFAULT 0 NOT NULL,
    wants_receipt boolean DEFAULT false NOT NULL,
    interface_id bigint,
    handed_at timestamp with time zone,
    tried text[] DEFAULT '{}'::text[] NOT NULL
);

ALTER TABLE public.messaging_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_messagepart (
    id bigint NOT NULL,
    carrier text NOT NULL,
    place smallint NOT NULL,
    total smallint NOT NULL,
    carrier_ref text NOT NULL,
    state text NOT NULL,
    error text NOT NULL,
    ended_at timestamp with time zone,
    message_id bigint NOT NULL
);

ALTER TABLE public.messaging_messagepart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_messagepart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_notice (
    id bigint NOT NULL,
    kind text NOT NULL,
    interface_id bigint NOT NULL,
    message_id bigint NOT NULL
);

ALTER TABLE public.messaging_notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_noticemark (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    notice_id bigint NOT NULL
);

ALTER TABLE public.messaging_noticemark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_noticemark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_numberimport (
    id bigint NOT NULL,
    kind text NOT NULL,
    content text NOT NULL,
    state text NOT NULL,
    lines_total integer NOT NULL,
    lines_done integer NOT NULL,
    taken integer NOT NULL,
    refused integer NOT NULL,
    problem text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    customer_id bigint,
    operator_id bigint,
    person_id bigint
);

ALTER TABLE public.messaging_numberimport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_numberimport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_numberlimit (
    party_id bigint NOT NULL,
    per_minute_max integer,
    per_hour_max integer,
    per_day_max integer,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_recent (
    digest uuid NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_review (
    message_id bigint NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    customer_id bigint NOT NULL,
    decided_by_id bigint
);

CREATE TABLE public.messaging_route (
    id bigint NOT NULL,
    name text NOT NULL,
    carrier text NOT NULL,
    priority smallint NOT NULL,
    prefix text NOT NULL,
    message_class text NOT NULL,
    days smallint NOT NULL,
    from_minute smallint NOT NULL,
    to_minute smallint NOT NULL,
    parts_max smallint NOT NULL,
    weight smallint,
    price_e4 integer NOT NULL,
    is_on boolean NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    customer_id bigint,
    interface_id bigint,
    operator_id bigint,
    CONSTRAINT route_has_a_day CHECK (((days >= 1) AND (days <= 127))),
    CONSTRAINT route_has_a_time CHECK (((from_minute >= 0) AND (from_minute < 1440) AND (to_minute >= 1) AND (to_minute <= 1440) AND (NOT (from_minute = to_minute)))),
    CONSTRAINT route_price_and_weight CHECK (((price_e4 >= 0) AND ((weight IS NULL) OR (weight >= 0))))
);

ALTER TABLE public.messaging_route ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_route_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_signature (
    id bigint NOT NULL,
    code text NOT NULL,
    text text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    customer_id bigint NOT NULL,
    decided_by_id bigint
);

ALTER TABLE public.messaging_signature ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_signature_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_silence (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    tries integer NOT NULL,
    reason text NOT NULL,
    next_at timestamp with time zone,
    parked_at timestamp with time zone,
    interface_id bigint NOT NULL
);

ALTER TABLE public.messaging_silence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_silence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_switchtoken (
    topic text NOT NULL,
    token uuid NOT NULL
);

CREATE TABLE public.messaging_tally (
    key text NOT NULL,
    used integer NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_tariff (
    id bigint NOT NULL,
    prefix text NOT NULL,
    price_e4 integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    customer_id bigint,
    operator_id bigint,
    seller_id bigint NOT NULL,
    CONSTRAINT tariff_not_negative CHECK ((price_e4 >= 0))
);

ALTER TABLE public.messaging_tariff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_tariff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_template (
    id bigint NOT NULL,
    app_id text NOT NULL,
    key text NOT NULL,
    language text NOT NULL,
    text text NOT NULL
);

ALTER TABLE public.messaging_template ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_word (
    id bigint NOT NULL,
    text text NOT NULL,
    action text NOT NULL,
    customer_id bigint
);

ALTER TABLE public.messaging_word ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_word_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.metering_meter (
    id bigint NOT NULL,
    code character varying(50) NOT NULL,
    event_type text NOT NULL,
    aggregation text NOT NULL,
    field text NOT NULL,
    unit text NOT NULL,
    exponent smallint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    app_id character varying(50) NOT NULL,
    CONSTRAINT exponent_in_range CHECK (((exponent >= '-12'::integer) AND (exponent <= 12))),
    CONSTRAINT field_unless_counted CHECK ((((aggregation = 'count'::text) AND (field = ''::text)) OR ((NOT (aggregation = 'count'::text)) AND (NOT (field = ''::text)))))
);

ALTER TABLE public.metering_meter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.metering_meter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.metering_refusal (
    id bigint NOT NULL,
    party_id bigint NOT NULL,
    code text NOT NULL,
    day date NOT NULL,
    events bigint NOT NULL,
    last_at timestamp with time zone NOT NULL,
    last_source text NOT NULL,
    last_type text NOT NULL,
    last_event text NOT NULL,
    last_message text NOT NULL
);

ALTER TABLE public.metering_refusal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.metering_refusal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.metering_segment (
    first_event bigint NOT NULL,
    last_event bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    oldest_us bigint NOT NULL,
    newest_us bigint NOT NULL,
    keys bytea NOT NULL,
    events bytea NOT NULL,
    usage bytea NOT NULL,
    CONSTRAINT segment_has_a_key_an_event CHECK ((last_event = ((first_event + (octet_length(keys) / 16)) - 1))),
    CONSTRAINT segment_holds_an_event CHECK ((last_event >= first_event))
);
ALTER TABLE ONLY public.metering_segment ALTER COLUMN keys SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.metering_segment ALTER COLUMN events SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.metering_segment ALTER COLUMN usage SET STORAGE EXTERNAL;

CREATE TABLE public.metering_source (
    id bigint NOT NULL,
    uri text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    app_id character varying(50) NOT NULL
);

ALTER TABLE public.metering_source ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.metering_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.metering_submission (
    id bigint NOT NULL,
    events bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    app_id character varying(50) NOT NULL
);

ALTER TABLE public.metering_submission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.metering_submission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.metering_tally (
    id bigint NOT NULL,
    day date NOT NULL,
    events bigint NOT NULL,
    quantity numeric(38,0) NOT NULL,
    meter_id bigint NOT NULL
);

ALTER TABLE public.metering_tally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.metering_tally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notification_attempt (
    id bigint NOT NULL,
    way text NOT NULL,
    error text NOT NULL,
    at timestamp with time zone NOT NULL,
    notification_id bigint NOT NULL
);

ALTER TABLE public.notification_attempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notification_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notification_browser (
    id bigint NOT NULL,
    endpoint text NOT NULL,
    p256dh text NOT NULL,
    auth text NOT NULL,
    agent text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    person_id bigint NOT NULL
);

ALTER TABLE public.notification_browser ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notification_browser_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notification_choice (
    id bigint NOT NULL,
    app_id text NOT NULL,
    ways text[] NOT NULL,
    pace text NOT NULL,
    person_id bigint NOT NULL,
    CONSTRAINT pace_is_known CHECK ((pace = ANY (ARRAY['now'::text, 'hourly'::text, 'daily'::text]))),
    CONSTRAINT ways_are_known CHECK (((ways <@ ARRAY['push'::text, 'mail'::text, 'sms'::text]) AND (
CASE
    WHEN (ways IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(ways, 1), 0)
END > 0)))
);

ALTER TABLE public.notification_choice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notification_choice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notification_habits (
    person_id bigint NOT NULL,
    quiet_from time without time zone,
    quiet_until time without time zone,
    digest_at time without time zone NOT NULL,
    fall_back_after_min smallint NOT NULL,
    mail_address text NOT NULL,
    mail_verified_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    mail_bounced_at timestamp with time zone,
    mail_bounce text DEFAULT ''::text NOT NULL,
    CONSTRAINT quiet_hours_are_whole CHECK ((((quiet_from IS NULL) AND (quiet_until IS NULL)) OR ((quiet_from IS NOT NULL) AND (quiet_until IS NOT NULL))))
);

CREATE TABLE public.notification_notification (
    id bigint NOT NULL,
    token uuid NOT NULL,
    app_id text NOT NULL,
    text text NOT NULL,
    link text NOT NULL,
    to_address text NOT NULL,
    route text[] NOT NULL,
    place smallint NOT NULL,
    state text NOT NULL,
    folds boolean NOT NULL,
    due_at timestamp with time zone NOT NULL,
    began_at timestamp with time zone NOT NULL,
    attempts smallint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    error text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    opened_at timestamp with time zone,
    digest_id bigint,
    message_id bigint,
    person_id bigint NOT NULL
);

ALTER TABLE public.notification_notification ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notification_notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notification_vapidkey (
    id bigint NOT NULL,
    public_key text NOT NULL,
    sealed_private_key bytea NOT NULL,
    made_at timestamp with time zone NOT NULL
);

ALTER TABLE public.notification_vapidkey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notification_vapidkey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_agreement (
    id bigint NOT NULL,
    app_id text,
    signed_at timestamp with time zone NOT NULL,
    customer_id bigint,
    payer_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    partner_id bigint NOT NULL,
    CONSTRAINT nobody_pays_itself CHECK ((NOT (payer_id = partner_id)))
);

ALTER TABLE public.party_agreement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_agreement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_agreementversion (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    model text NOT NULL,
    params jsonb NOT NULL,
    currency character varying(3),
    written_at timestamp with time zone NOT NULL,
    agreement_id bigint NOT NULL,
    written_by_id bigint,
    CONSTRAINT amounts_have_a_currency CHECK (((NOT (model = 'unit'::text)) OR (currency IS NOT NULL)))
);

ALTER TABLE public.party_agreementversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_agreementversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_certification (
    id bigint NOT NULL,
    state text NOT NULL,
    since timestamp with time zone NOT NULL,
    integrator_id bigint NOT NULL,
    operator_id bigint NOT NULL
);

ALTER TABLE public.party_certification ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_certification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_certificationstep (
    id bigint NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    certification_id bigint NOT NULL,
    person_id bigint
);

ALTER TABLE public.party_certificationstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_certificationstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_department (
    id bigint NOT NULL,
    name text NOT NULL,
    external_id text NOT NULL,
    parent_id bigint,
    customer_id bigint NOT NULL
);

ALTER TABLE public.party_department ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_department_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_engagement (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    customer_id bigint NOT NULL,
    integrator_id bigint,
    operator_id bigint NOT NULL
);

ALTER TABLE public.party_engagement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_engagement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_invoicedetails (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    legal_name text NOT NULL,
    address text NOT NULL,
    place text NOT NULL,
    tax_number text NOT NULL,
    tax_status text NOT NULL,
    bank_name text NOT NULL,
    bank_account text NOT NULL,
    bank_bic text NOT NULL,
    language text NOT NULL,
    party_id bigint NOT NULL,
    written_by_id bigint
);

ALTER TABLE public.party_invoicedetails ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_invoicedetails_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_member (
    id bigint NOT NULL,
    name text NOT NULL,
    external_id text NOT NULL,
    roles text[] NOT NULL,
    joined_on date NOT NULL,
    left_on date,
    department_id bigint,
    person_id bigint NOT NULL,
    customer_id bigint NOT NULL
);

ALTER TABLE public.party_member ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_member_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_membership (
    id bigint NOT NULL,
    role text NOT NULL,
    since timestamp with time zone NOT NULL,
    person_id bigint NOT NULL,
    party_id bigint NOT NULL
);

ALTER TABLE public.party_membership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_numberrange (
    prefix text NOT NULL,
    operator_id bigint NOT NULL
);

CREATE TABLE public.party_party (
    id bigint NOT NULL,
    kind text NOT NULL,
    slug character varying(50) NOT NULL,
    name text NOT NULL,
    name_zh text NOT NULL,
    country character varying(2) NOT NULL,
    currency character varying(3) NOT NULL,
    time_zone text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);

ALTER TABLE public.party_party ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.party_party_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_portednumber (
    number text NOT NULL,
    since timestamp with time zone NOT NULL,
    operator_id bigint NOT NULL
);

CREATE TABLE public.payment_bankfile (
    id bigint NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    format text NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    lines_new integer NOT NULL,
    lines_known integer NOT NULL,
    operator_id bigint NOT NULL,
    taken_by_id bigint
);

ALTER TABLE public.payment_bankfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_bankfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_bankline (
    id bigint NOT NULL,
    identity text NOT NULL,
    booked_on date NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    payer text NOT NULL,
    text text NOT NULL,
    state text NOT NULL,
    file_id bigint NOT NULL,
    matched_by_id bigint,
    operator_id bigint NOT NULL,
    payment_id bigint,
    CONSTRAINT bank_line_positive CHECK ((amount_minor > 0)),
    CONSTRAINT matched_line_has_payment CHECK ((((payment_id IS NOT NULL) AND (state = 'matched'::text)) OR ((payment_id IS NULL) AND (state = 'unmatched'::text))))
);

ALTER TABLE public.payment_bankline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_bankline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_budget (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    soft_minor bigint,
    hard_minor bigint,
    set_at timestamp with time zone NOT NULL,
    app_id character varying(50),
    customer_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    set_by_id bigint,
    set_by_party_id bigint NOT NULL,
    CONSTRAINT budget_has_limit CHECK (((soft_minor IS NOT NULL) OR (hard_minor IS NOT NULL)))
);

ALTER TABLE public.payment_budget ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_budget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_budgetalert (
    id bigint NOT NULL,
    period date NOT NULL,
    level text NOT NULL,
    spent_minor bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    budget_id bigint NOT NULL
);

ALTER TABLE public.payment_budgetalert ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_budgetalert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_callback (
    id bigint NOT NULL,
    provider text NOT NULL,
    event text NOT NULL,
    state text NOT NULL,
    taken boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    payment_id bigint
);

ALTER TABLE public.payment_callback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_callback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_chargeback (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    reason text NOT NULL,
    wallet_minor bigint NOT NULL,
    lost_minor bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    entry_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    written_by_id bigint,
    key text NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT chargeback_parts_positive CHECK (((lost_minor >= 0) AND (wallet_minor >= 0))),
    CONSTRAINT chargeback_positive CHECK ((amount_minor > 0))
);

ALTER TABLE public.payment_chargeback ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_chargeback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_clearing (
    id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    against_id bigint,
    bill_id bigint NOT NULL,
    payment_id bigint,
    refund_id bigint,
    write_off_id bigint,
    chargeback_id bigint,
    from_wallet_minor bigint NOT NULL,
    CONSTRAINT clearing_from_wallet_opened_again CHECK (((from_wallet_minor = 0) OR ((chargeback_id IS NOT NULL) AND (from_wallet_minor > 0) AND (from_wallet_minor <= (amount_minor * '-1'::integer))))),
    CONSTRAINT clearing_has_one_cause CHECK ((((against_id IS NULL) AND (chargeback_id IS NULL) AND (payment_id IS NOT NULL) AND (refund_id IS NULL) AND (write_off_id IS NULL)) OR ((against_id IS NOT NULL) AND (chargeback_id IS NULL) AND (payment_id IS NULL) AND (refund_id IS NULL) AND (write_off_id IS NULL)) OR ((against_id IS NULL) AND (chargeback_id IS NULL) AND (payment_id IS NULL) AND (refund_id IS NULL) AND (write_off_id IS NOT NULL)) OR ((against_id IS NULL) AND (chargeback_id IS NULL) AND (payment_id IS NULL) AND (refund_id IS NOT NULL) AND (write_off_id IS NULL)) OR ((against_id IS NULL) AND (chargeback_id IS NOT NULL) AND (payment_id IS NULL) AND (refund_id IS NULL) AND (write_off_id IS NULL)))),
    CONSTRAINT clearing_not_zero CHECK ((NOT (amount_minor = 0)))
);

ALTER TABLE public.payment_clearing ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_clearing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_dunning (
    id bigint NOT NULL,
    after_days integer NOT NULL,
    act text NOT NULL,
    text text NOT NULL,
    numbers integer NOT NULL,
    at timestamp with time zone NOT NULL,
    bill_id bigint NOT NULL
);

ALTER TABLE public.payment_dunning ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_dunning_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_dunningsuspension (
    id bigint NOT NULL,
    lifted_at timestamp with time zone,
    dunning_id bigint NOT NULL,
    suspension_id bigint NOT NULL
);

ALTER TABLE public.payment_dunningsuspension ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_dunningsuspension_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_payment (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    key text NOT NULL,
    provider text NOT NULL,
    provider_reference text NOT NULL,
    reference text NOT NULL,
    amount_minor bigint NOT NULL,
    purpose text NOT NULL,
    bills bigint[] NOT NULL,
    state text NOT NULL,
    problem text NOT NULL,
    instruction text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    customer_id bigint NOT NULL,
    entry_id bigint,
    made_by_id bigint,
    operator_id bigint NOT NULL,
    CONSTRAINT payment_positive CHECK ((amount_minor > 0)),
    CONSTRAINT received_payment_is_booked CHECK ((((entry_id IS NOT NULL) AND (state = 'received'::text)) OR ((NOT (state = 'received'::text)) AND (entry_id IS NULL))))
);

ALTER TABLE public.payment_payment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_payment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_policy (
    id bigint NOT NULL,
    days_to_pay integer NOT NULL,
    steps jsonb NOT NULL,
    written_at timestamp with time zone NOT NULL,
    customer_id bigint,
    operator_id bigint NOT NULL,
    written_by_id bigint,
    CONSTRAINT policy_days_to_pay CHECK (((days_to_pay >= 0) AND (days_to_pay <= 365)))
);

ALTER TABLE public.payment_policy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_policy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_refund (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    key text NOT NULL,
    amount_minor bigint NOT NULL,
    to_wallet boolean NOT NULL,
    reason text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    bill_id bigint,
    customer_id bigint NOT NULL,
    entry_id bigint NOT NULL,
    made_by_id bigint,
    operator_id bigint NOT NULL,
    CONSTRAINT refund_positive CHECK ((amount_minor > 0))
);

ALTER TABLE public.payment_refund ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_refund_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_spending (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    period date NOT NULL,
    amount_minor bigint NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    app_id character varying(50) NOT NULL,
    customer_id bigint NOT NULL,
    operator_id bigint NOT NULL
);

ALTER TABLE public.payment_spending ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_spending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_walletrule (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    low_minor bigint,
    pays_bills boolean NOT NULL,
    told_low_at timestamp with time zone,
    customer_id bigint NOT NULL,
    operator_id bigint NOT NULL
);

ALTER TABLE public.payment_walletrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_walletrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_writeoff (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    key text NOT NULL,
    amount_minor bigint NOT NULL,
    reason text NOT NULL,
    written_at timestamp with time zone NOT NULL,
    bill_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    entry_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    written_by_id bigint,
    unshared_minor bigint NOT NULL,
    CONSTRAINT write_off_positive CHECK ((amount_minor > 0))
);

ALTER TABLE public.payment_writeoff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_writeoff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payment_writeoffline (
    id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    line_id bigint NOT NULL,
    write_off_id bigint NOT NULL
);

ALTER TABLE public.payment_writeoffline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payment_writeoffline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.rating_charge (
    id bigint NOT NULL,
    period date NOT NULL,
    quantity bigint NOT NULL,
    basis bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    cause text NOT NULL,
    line_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    item_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    seat_id bigint,
    subscription_id bigint NOT NULL,
    CONSTRAINT credit_gives CHECK (((cause = 'rated'::text) OR (amount_minor <= 0)))
);

ALTER TABLE public.rating_charge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.rating_charge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.rating_trial (
    id bigint NOT NULL,
    period date NOT NULL,
    price jsonb NOT NULL,
    state text NOT NULL,
    done_bp integer NOT NULL,
    problem text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    asked_by_id bigint,
    offer_id bigint NOT NULL,
    operator_id bigint NOT NULL
);

ALTER TABLE public.rating_trial ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.rating_trial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.rating_trialsum (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    new_minor bigint NOT NULL,
    booked_minor bigint NOT NULL,
    customer_id bigint NOT NULL,
    trial_id bigint NOT NULL
);

ALTER TABLE public.rating_trialsum ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.rating_trialsum_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.sdk_parkedevent (
    id bigint NOT NULL,
    app_id text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    data jsonb NOT NULL,
    error text NOT NULL,
    parked_at timestamp with time zone NOT NULL
);

ALTER TABLE public.sdk_parkedevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sdk_parkedevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_dispute (
    id bigint NOT NULL,
    line_id bigint,
    state text NOT NULL,
    since timestamp with time zone NOT NULL,
    correction_id bigint,
    statement_id bigint NOT NULL
);

ALTER TABLE public.settlement_dispute ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_dispute_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_disputestep (
    id bigint NOT NULL,
    state text NOT NULL,
    words text NOT NULL,
    at timestamp with time zone NOT NULL,
    dispute_id bigint NOT NULL,
    party_id bigint NOT NULL,
    person_id bigint
);

ALTER TABLE public.settlement_disputestep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_disputestep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_paidstatement (
    id bigint NOT NULL,
    withheld_minor bigint NOT NULL,
    released boolean NOT NULL,
    statement_id bigint NOT NULL,
    payout_id bigint NOT NULL
);

ALTER TABLE public.settlement_paidstatement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_paidstatement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_payout (
    id bigint NOT NULL,
    gross_minor bigint NOT NULL,
    withheld_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    state text NOT NULL,
    since timestamp with time zone NOT NULL,
    words text NOT NULL,
    operator_id bigint NOT NULL,
    partner_id bigint NOT NULL,
    account_id bigint NOT NULL,
    run_id bigint NOT NULL,
    CONSTRAINT payout_adds_up CHECK (((amount_minor > 0) AND (withheld_minor >= 0) AND (gross_minor = (withheld_minor + amount_minor))))
);

ALTER TABLE public.settlement_payout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_payout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_payoutaccount (
    id bigint NOT NULL,
    holder text NOT NULL,
    sealed bytea NOT NULL,
    ends text NOT NULL,
    is_iban boolean NOT NULL,
    bic text NOT NULL,
    bank_name text NOT NULL,
    written_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    confirmed_by_id bigint,
    party_id bigint NOT NULL,
    written_by_id bigint,
    CONSTRAINT confirmed_by_somebody_else CHECK (((confirmed_by_id IS NULL) OR (NOT ((confirmed_by_id = written_by_id) AND (confirmed_by_id IS NOT NULL) AND (written_by_id IS NOT NULL)))))
);

ALTER TABLE public.settlement_payoutaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_payoutaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_payoutrun (
    id bigint NOT NULL,
    number integer NOT NULL,
    currency character varying(3) NOT NULL,
    pay_on date NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    operator_id bigint NOT NULL
);

ALTER TABLE public.settlement_payoutrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_payoutrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_share (
    id bigint NOT NULL,
    period date NOT NULL,
    amount_minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    item_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    party_id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    terms_id bigint,
    statement_line_id bigint,
    CONSTRAINT a_partners_share_is_stated CHECK ((((statement_line_id IS NULL) AND (terms_id IS NULL)) OR ((statement_line_id IS NOT NULL) AND (terms_id IS NOT NULL))))
);

ALTER TABLE public.settlement_share ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_share_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_statement (
    id bigint NOT NULL,
    number integer NOT NULL,
    period date NOT NULL,
    currency character varying(3) NOT NULL,
    total_minor bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    operator_id bigint NOT NULL,
    partner_id bigint NOT NULL
);

ALTER TABLE public.settlement_statement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_statement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement_statementline (
    id bigint NOT NULL,
    kind text NOT NULL,
    period date NOT NULL,
    seats integer NOT NULL,
    charged_minor bigint NOT NULL,
    share_minor bigint NOT NULL,
    app_id character varying(50),
    customer_id bigint,
    statement_id bigint NOT NULL,
    terms_id bigint,
    CONSTRAINT a_share_is_of_somebodys_use CHECK (((NOT (kind = 'share'::text)) OR ((app_id IS NOT NULL) AND (customer_id IS NOT NULL) AND (terms_id IS NOT NULL))))
);

ALTER TABLE public.settlement_statementline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.settlement_statementline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_entitlement (
    id bigint NOT NULL,
    number text NOT NULL,
    function text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    "limit" bigint,
    app_id character varying(50) NOT NULL,
    customer_id bigint NOT NULL,
    seat_id bigint NOT NULL
);

ALTER TABLE public.subscription_entitlement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_entitlement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_order (
    id bigint NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    starts_on date NOT NULL,
    key text NOT NULL,
    customer_id bigint NOT NULL,
    offer_id bigint NOT NULL,
    placed_by_id bigint,
    placed_by_party_id bigint NOT NULL
);

ALTER TABLE public.subscription_order ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_order_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_redemption (
    id bigint NOT NULL,
    code text NOT NULL,
    starts_on date NOT NULL,
    redeemed_at timestamp with time zone NOT NULL,
    customer_id bigint NOT NULL,
    offer_id bigint NOT NULL,
    redeemed_by_id bigint,
    subscription_id bigint NOT NULL
);

ALTER TABLE public.subscription_redemption ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_redemption_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_seat (
    id bigint NOT NULL,
    number text NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    assigned_at timestamp with time zone NOT NULL,
    assigned_by_id bigint,
    customer_id bigint NOT NULL,
    member_id bigint,
    subscription_id bigint NOT NULL,
    CONSTRAINT seat_span CHECK (((ends_on IS NULL) OR (ends_on >= starts_on)))
);

ALTER TABLE public.subscription_seat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_seat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_seatimport (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    content text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    lines integer NOT NULL,
    lines_done integer NOT NULL,
    assigned integer NOT NULL,
    problems text[] NOT NULL,
    customer_id bigint NOT NULL,
    started_by_id bigint,
    subscription_id bigint NOT NULL
);

ALTER TABLE public.subscription_seatimport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_seatimport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_stop (
    id bigint NOT NULL,
    cause text NOT NULL,
    since timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    app_id character varying(50),
    customer_id bigint NOT NULL,
    operator_id bigint NOT NULL
);

ALTER TABLE public.subscription_stop ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_stop_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_subscription (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    app_id character varying(50) NOT NULL,
    customer_id bigint NOT NULL,
    developer_id bigint NOT NULL,
    integrator_id bigint,
    offer_id bigint NOT NULL,
    operator_id bigint NOT NULL,
    order_id bigint NOT NULL,
    CONSTRAINT subscription_span CHECK (((ends_on IS NULL) OR (ends_on >= starts_on)))
);

ALTER TABLE public.subscription_subscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscription_suspension (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    reason text NOT NULL,
    suspended_at timestamp with time zone NOT NULL,
    subscription_id bigint NOT NULL,
    suspended_by_id bigint
);

ALTER TABLE public.subscription_suspension ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.subscription_suspension_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.web_cache (
    cache_key character varying(255) NOT NULL,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

INSERT INTO public.auth_permission VALUES
	(1, 'Can add permission', 1, 'add_permission'),
	(2, 'Can change permission', 1, 'change_permission'),
	(3, 'Can delete permission', 1, 'delete_permission'),
	(4, 'Can view permission', 1, 'view_permission'),
	(5, 'Can add group', 2, 'add_group'),
	(6, 'Can change group', 2, 'change_group'),
	(7, 'Can delete group', 2, 'delete_group'),
	(8, 'Can view group', 2, 'view_group'),
	(9, 'Can add content type', 3, 'add_contenttype'),
	(10, 'Can change content type', 3, 'change_contenttype'),
	(11, 'Can delete content type', 3, 'delete_contenttype'),
	(12, 'Can view content type', 3, 'view_contenttype'),
	(13, 'Can add session', 4, 'add_session'),
	(14, 'Can change session', 4, 'change_session'),
	(15, 'Can delete session', 4, 'delete_session'),
	(16, 'Can view session', 4, 'view_session'),
	(17, 'Can add procrastinate event', 5, 'add_procrastinateevent'),
	(18, 'Can change procrastinate event', 5, 'change_procrastinateevent'),
	(19, 'Can delete procrastinate event', 5, 'delete_procrastinateevent'),
	(20, 'Can view procrastinate event', 5, 'view_procrastinateevent'),
	(21, 'Can add procrastinate job', 6, 'add_procrastinatejob'),
	(22, 'Can change procrastinate job', 6, 'change_procrastinatejob'),
	(23, 'Can delete procrastinate job', 6, 'delete_procrastinatejob'),
	(24, 'Can view procrastinate job', 6, 'view_procrastinatejob'),
	(25, 'Can add procrastinate periodic defer', 7, 'add_procrastinateperiodicdefer'),
	(26, 'Can change procrastinate periodic defer', 7, 'change_procrastinateperiodicdefer'),
	(27, 'Can delete procrastinate periodic defer', 7, 'delete_procrastinateperiodicdefer'),
	(28, 'Can view procrastinate periodic defer', 7, 'view_procrastinateperiodicdefer'),
	(29, 'Can add procrastinate worker', 8, 'add_procrastinateworker'),
	(30, 'Can change procrastinate worker', 8, 'change_procrastinateworker'),
	(31, 'Can delete procrastinate worker', 8, 'delete_procrastinateworker'),
	(32, 'Can view procrastinate worker', 8, 'view_procrastinateworker'),
	(33, 'Can add email address', 9, 'add_emailaddress'),
	(34, 'Can change email address', 9, 'change_emailaddress'),
	(35, 'Can delete email address', 9, 'delete_emailaddress'),
	(36, 'Can view email address', 9, 'view_emailaddress'),
	(37, 'Can add email confirmation', 10, 'add_emailconfirmation'),
	(38, 'Can change email confirmation', 10, 'change_emailconfirmation'),
	(39, 'Can delete email confirmation', 10, 'delete_emailconfirmation'),
	(40, 'Can view email confirmation', 10, 'view_emailconfirmation'),
	(41, 'Can add authenticator', 11, 'add_authenticator'),
	(42, 'Can change authenticator', 11, 'change_authenticator'),
	(43, 'Can delete authenticator', 11, 'delete_authenticator'),
	(44, 'Can view authenticator', 11, 'view_authenticator'),
	(45, 'Can add user session', 12, 'add_usersession'),
	(46, 'Can change user session', 12, 'change_usersession'),
	(47, 'Can delete user session', 12, 'delete_usersession'),
	(48, 'Can view user session', 12, 'view_usersession'),
	(49, 'Can add cursor', 13, 'add_cursor'),
	(50, 'Can change cursor', 13, 'change_cursor'),
	(51, 'Can delete cursor', 13, 'delete_cursor'),
	(52, 'Can view cursor', 13, 'view_cursor'),
	(53, 'Can add event row', 14, 'add_eventrow'),
	(54, 'Can change event row', 14, 'change_eventrow'),
	(55, 'Can delete event row', 14, 'delete_eventrow'),
	(56, 'Can view event row', 14, 'view_eventrow'),
	(57, 'Can add person', 15, 'add_person'),
	(58, 'Can change person', 15, 'change_person'),
	(59, 'Can delete person', 15, 'delete_person'),
	(60, 'Can view person', 15, 'view_person'),
	(61, 'Can add access token', 16, 'add_accesstoken'),
	(62, 'Can change access token', 16, 'change_accesstoken'),
	(63, 'Can delete access token', 16, 'delete_accesstoken'),
	(64, 'Can view access token', 16, 'view_accesstoken'),
	(65, 'Can add audit entry', 17, 'add_auditentry'),
	(66, 'Can change audit entry', 17, 'change_auditentry'),
	(67, 'Can delete audit entry', 17, 'delete_auditentry'),
	(68, 'Can view audit entry', 17, 'view_auditentry'),
	(69, 'Can add certification', 18, 'add_certification'),
	(70, 'Can change certification', 18, 'change_certification'),
	(71, 'Can delete certification', 18, 'delete_certification'),
	(72, 'Can view certification', 18, 'view_certification'),
	(73, 'Can add certification step', 19, 'add_certificationstep'),
	(74, 'Can change certification step', 19, 'change_certificationstep'),
	(75, 'Can delete certification step', 19, 'delete_certificationstep'),
	(76, 'Can view certification step', 19, 'view_certificationstep'),
	(77, 'Can add party', 20, 'add_party'),
	(78, 'Can change party', 20, 'change_party'),
	(79, 'Can delete party', 20, 'delete_party'),
	(80, 'Can view party', 20, 'view_party'),
	(81, 'Can add number range', 21, 'add_numberrange'),
	(82, 'Can change number range', 21, 'change_numberrange'),
	(83, 'Can delete number range', 21, 'delete_numberrange'),
	(84, 'Can view number range', 21, 'view_numberrange'),
	(85, 'Can add department', 22, 'add_department'),
	(86, 'Can change department', 22, 'change_department'),
	(87, 'Can delete department', 22, 'delete_department'),
	(88, 'Can view department', 22, 'view_department'),
	(89, 'Can add agreement', 23, 'add_agreement'),
	(90, 'Can change agreement', 23, 'change_agreement'),
	(91, 'Can delete agreement', 23, 'delete_agreement'),
	(92, 'Can view agreement', 23, 'view_agreement'),
	(93, 'Can add ported number', 24, 'add_portednumber'),
	(94, 'Can change ported number', 24, 'change_portednumber'),
	(95, 'Can delete ported number', 24, 'delete_portednumber'),
	(96, 'Can view ported number', 24, 'view_portednumber'),
	(204, 'Can view ask', 51, 'view_ask'),
	(97, 'Can add agreement version', 25, 'add_agreementversion'),
	(98, 'Can change agreement version', 25, 'change_agreementversion'),
	(99, 'Can delete agreement version', 25, 'delete_agreementversion'),
	(100, 'Can view agreement version', 25, 'view_agreementversion'),
	(101, 'Can add membership', 26, 'add_membership'),
	(102, 'Can change membership', 26, 'change_membership'),
	(103, 'Can delete membership', 26, 'delete_membership'),
	(104, 'Can view membership', 26, 'view_membership'),
	(105, 'Can add member', 27, 'add_member'),
	(106, 'Can change member', 27, 'change_member'),
	(107, 'Can delete member', 27, 'delete_member'),
	(108, 'Can view member', 27, 'view_member'),
	(109, 'Can add engagement', 28, 'add_engagement'),
	(110, 'Can change engagement', 28, 'change_engagement'),
	(111, 'Can delete engagement', 28, 'delete_engagement'),
	(112, 'Can view engagement', 28, 'view_engagement'),
	(113, 'Can add invoice details', 29, 'add_invoicedetails'),
	(114, 'Can change invoice details', 29, 'change_invoicedetails'),
	(115, 'Can delete invoice details', 29, 'delete_invoicedetails'),
	(116, 'Can view invoice details', 29, 'view_invoicedetails'),
	(117, 'Can add account', 30, 'add_account'),
	(118, 'Can change account', 30, 'change_account'),
	(119, 'Can delete account', 30, 'delete_account'),
	(120, 'Can view account', 30, 'view_account'),
	(121, 'Can add entry', 31, 'add_entry'),
	(122, 'Can change entry', 31, 'change_entry'),
	(123, 'Can delete entry', 31, 'delete_entry'),
	(124, 'Can view entry', 31, 'view_entry'),
	(125, 'Can add hold', 32, 'add_hold'),
	(126, 'Can change hold', 32, 'change_hold'),
	(127, 'Can delete hold', 32, 'delete_hold'),
	(128, 'Can view hold', 32, 'view_hold'),
	(129, 'Can add posting', 33, 'add_posting'),
	(130, 'Can change posting', 33, 'change_posting'),
	(131, 'Can delete posting', 33, 'delete_posting'),
	(132, 'Can view posting', 33, 'view_posting'),
	(133, 'Can add movement', 34, 'add_movement'),
	(134, 'Can change movement', 34, 'change_movement'),
	(135, 'Can delete movement', 34, 'delete_movement'),
	(136, 'Can view movement', 34, 'view_movement'),
	(137, 'Can add transfer', 35, 'add_transfer'),
	(138, 'Can change transfer', 35, 'change_transfer'),
	(139, 'Can delete transfer', 35, 'delete_transfer'),
	(140, 'Can view transfer', 35, 'view_transfer'),
	(141, 'Can add app', 36, 'add_app'),
	(142, 'Can change app', 36, 'change_app'),
	(143, 'Can delete app', 36, 'delete_app'),
	(144, 'Can view app', 36, 'view_app'),
	(145, 'Can add offer', 37, 'add_offer'),
	(146, 'Can change offer', 37, 'change_offer'),
	(147, 'Can delete offer', 37, 'delete_offer'),
	(148, 'Can view offer', 37, 'view_offer'),
	(149, 'Can add price', 38, 'add_price'),
	(150, 'Can change price', 38, 'change_price'),
	(151, 'Can delete price', 38, 'delete_price'),
	(152, 'Can view price', 38, 'view_price'),
	(153, 'Can add price item', 39, 'add_priceitem'),
	(154, 'Can change price item', 39, 'change_priceitem'),
	(155, 'Can delete price item', 39, 'delete_priceitem'),
	(156, 'Can view price item', 39, 'view_priceitem'),
	(157, 'Can add order', 40, 'add_order'),
	(158, 'Can change order', 40, 'change_order'),
	(159, 'Can delete order', 40, 'delete_order'),
	(160, 'Can view order', 40, 'view_order'),
	(161, 'Can add subscription', 41, 'add_subscription'),
	(162, 'Can change subscription', 41, 'change_subscription'),
	(163, 'Can delete subscription', 41, 'delete_subscription'),
	(164, 'Can view subscription', 41, 'view_subscription'),
	(165, 'Can add seat import', 42, 'add_seatimport'),
	(166, 'Can change seat import', 42, 'change_seatimport'),
	(167, 'Can delete seat import', 42, 'delete_seatimport'),
	(168, 'Can view seat import', 42, 'view_seatimport'),
	(169, 'Can add seat', 43, 'add_seat'),
	(170, 'Can change seat', 43, 'change_seat'),
	(171, 'Can delete seat', 43, 'delete_seat'),
	(172, 'Can view seat', 43, 'view_seat'),
	(173, 'Can add suspension', 44, 'add_suspension'),
	(174, 'Can change suspension', 44, 'change_suspension'),
	(175, 'Can delete suspension', 44, 'delete_suspension'),
	(176, 'Can view suspension', 44, 'view_suspension'),
	(177, 'Can add entitlement', 45, 'add_entitlement'),
	(178, 'Can change entitlement', 45, 'change_entitlement'),
	(179, 'Can delete entitlement', 45, 'delete_entitlement'),
	(180, 'Can view entitlement', 45, 'view_entitlement'),
	(181, 'Can add stop', 46, 'add_stop'),
	(182, 'Can change stop', 46, 'change_stop'),
	(183, 'Can delete stop', 46, 'delete_stop'),
	(184, 'Can view stop', 46, 'view_stop'),
	(185, 'Can add redemption', 47, 'add_redemption'),
	(186, 'Can change redemption', 47, 'change_redemption'),
	(187, 'Can delete redemption', 47, 'delete_redemption'),
	(188, 'Can view redemption', 47, 'view_redemption'),
	(189, 'Can add air message', 48, 'add_airmessage'),
	(190, 'Can change air message', 48, 'change_airmessage'),
	(191, 'Can delete air message', 48, 'delete_airmessage'),
	(192, 'Can view air message', 48, 'view_airmessage'),
	(193, 'Can add held receipt', 49, 'add_heldreceipt'),
	(194, 'Can change held receipt', 49, 'change_heldreceipt'),
	(195, 'Can delete held receipt', 49, 'delete_heldreceipt'),
	(196, 'Can view held receipt', 49, 'view_heldreceipt'),
	(197, 'Can add message', 50, 'add_message'),
	(198, 'Can change message', 50, 'change_message'),
	(199, 'Can delete message', 50, 'delete_message'),
	(200, 'Can view message', 50, 'view_message'),
	(201, 'Can add ask', 51, 'add_ask'),
	(202, 'Can change ask', 51, 'change_ask'),
	(203, 'Can delete ask', 51, 'delete_ask'),
	(205, 'Can add template', 52, 'add_template'),
	(206, 'Can change template', 52, 'change_template'),
	(207, 'Can delete template', 52, 'delete_template'),
	(208, 'Can view template', 52, 'view_template'),
	(209, 'Can add carrier account', 53, 'add_carrieraccount'),
	(210, 'Can change carrier account', 53, 'change_carrieraccount'),
	(211, 'Can delete carrier account', 53, 'delete_carrieraccount'),
	(212, 'Can view carrier account', 53, 'view_carrieraccount'),
	(213, 'Can add held part', 54, 'add_heldpart'),
	(214, 'Can change held part', 54, 'change_heldpart'),
	(215, 'Can delete held part', 54, 'delete_heldpart'),
	(216, 'Can view held part', 54, 'view_heldpart'),
	(217, 'Can add interface', 55, 'add_interface'),
	(218, 'Can change interface', 55, 'change_interface'),
	(219, 'Can delete interface', 55, 'delete_interface'),
	(220, 'Can view interface', 55, 'view_interface'),
	(221, 'Can add notice', 56, 'add_notice'),
	(222, 'Can change notice', 56, 'change_notice'),
	(223, 'Can delete notice', 56, 'delete_notice'),
	(224, 'Can view notice', 56, 'view_notice'),
	(225, 'Can add carrier health', 57, 'add_carrierhealth'),
	(226, 'Can change carrier health', 57, 'change_carrierhealth'),
	(227, 'Can delete carrier health', 57, 'delete_carrierhealth'),
	(228, 'Can view carrier health', 57, 'view_carrierhealth'),
	(229, 'Can add switch token', 58, 'add_switchtoken'),
	(230, 'Can change switch token', 58, 'change_switchtoken'),
	(231, 'Can delete switch token', 58, 'delete_switchtoken'),
	(232, 'Can view switch token', 58, 'view_switchtoken'),
	(233, 'Can add route', 59, 'add_route'),
	(234, 'Can change route', 59, 'change_route'),
	(235, 'Can delete route', 59, 'delete_route'),
	(236, 'Can view route', 59, 'view_route'),
	(237, 'Can add silence', 60, 'add_silence'),
	(238, 'Can change silence', 60, 'change_silence'),
	(239, 'Can delete silence', 60, 'delete_silence'),
	(240, 'Can view silence', 60, 'view_silence'),
	(241, 'Can add given part', 61, 'add_givenpart'),
	(242, 'Can change given part', 61, 'change_givenpart'),
	(243, 'Can delete given part', 61, 'delete_givenpart'),
	(244, 'Can view given part', 61, 'view_givenpart'),
	(245, 'Can add customer limit', 62, 'add_customerlimit'),
	(246, 'Can change customer limit', 62, 'change_customerlimit'),
	(247, 'Can delete customer limit', 62, 'delete_customerlimit'),
	(248, 'Can view customer limit', 62, 'view_customerlimit'),
	(249, 'Can add number import', 63, 'add_numberimport'),
	(250, 'Can change number import', 63, 'change_numberimport'),
	(251, 'Can delete number import', 63, 'delete_numberimport'),
	(252, 'Can view number import', 63, 'view_numberimport'),
	(253, 'Can add recent', 64, 'add_recent'),
	(254, 'Can change recent', 64, 'change_recent'),
	(255, 'Can delete recent', 64, 'delete_recent'),
	(256, 'Can view recent', 64, 'view_recent'),
	(257, 'Can add tally', 65, 'add_tally'),
	(258, 'Can change tally', 65, 'change_tally'),
	(259, 'Can delete tally', 65, 'delete_tally'),
	(260, 'Can view tally', 65, 'view_tally'),
	(261, 'Can add charge', 66, 'add_charge'),
	(262, 'Can change charge', 66, 'change_charge'),
	(263, 'Can delete charge', 66, 'delete_charge'),
	(264, 'Can view charge', 66, 'view_charge'),
	(265, 'Can add company template', 67, 'add_companytemplate'),
	(266, 'Can change company template', 67, 'change_companytemplate'),
	(267, 'Can delete company template', 67, 'delete_companytemplate'),
	(268, 'Can view company template', 67, 'view_companytemplate'),
	(269, 'Can add listed number', 68, 'add_listednumber'),
	(270, 'Can change listed number', 68, 'change_listednumber'),
	(271, 'Can delete listed number', 68, 'delete_listednumber'),
	(272, 'Can view listed number', 68, 'view_listednumber'),
	(273, 'Can add review', 69, 'add_review'),
	(274, 'Can change review', 69, 'change_review'),
	(275, 'Can delete review', 69, 'delete_review'),
	(276, 'Can view review', 69, 'view_review'),
	(277, 'Can add signature', 70, 'add_signature'),
	(278, 'Can change signature', 70, 'change_signature'),
	(279, 'Can delete signature', 70, 'delete_signature'),
	(280, 'Can view signature', 70, 'view_signature'),
	(281, 'Can add tariff', 71, 'add_tariff'),
	(282, 'Can change tariff', 71, 'change_tariff'),
	(283, 'Can delete tariff', 71, 'delete_tariff'),
	(284, 'Can view tariff', 71, 'view_tariff'),
	(285, 'Can add word', 72, 'add_word'),
	(286, 'Can change word', 72, 'change_word'),
	(287, 'Can delete word', 72, 'delete_word'),
	(288, 'Can view word', 72, 'view_word'),
	(289, 'Can add message part', 73, 'add_messagepart'),
	(290, 'Can change message part', 73, 'change_messagepart'),
	(291, 'Can delete message part', 73, 'delete_messagepart'),
	(292, 'Can view message part', 73, 'view_messagepart'),
	(293, 'Can add number limit', 74, 'add_numberlimit'),
	(294, 'Can change number limit', 74, 'change_numberlimit'),
	(295, 'Can delete number limit', 74, 'delete_numberlimit'),
	(296, 'Can view number limit', 74, 'view_numberlimit'),
	(297, 'Can add dropped notices', 75, 'add_droppednotices'),
	(298, 'Can change dropped notices', 75, 'change_droppednotices'),
	(299, 'Can delete dropped notices', 75, 'delete_droppednotices'),
	(300, 'Can view dropped notices', 75, 'view_droppednotices'),
	(301, 'Can add notice mark', 76, 'add_noticemark'),
	(302, 'Can change notice mark', 76, 'change_noticemark'),
	(303, 'Can delete notice mark', 76, 'delete_noticemark'),
	(304, 'Can view notice mark', 76, 'view_noticemark'),
	(305, 'Can add habits', 77, 'add_habits'),
	(306, 'Can change habits', 77, 'change_habits'),
	(307, 'Can delete habits', 77, 'delete_habits'),
	(308, 'Can view habits', 77, 'view_habits'),
	(309, 'Can add notification', 78, 'add_notification'),
	(310, 'Can change notification', 78, 'change_notification'),
	(311, 'Can delete notification', 78, 'delete_notification'),
	(312, 'Can view notification', 78, 'view_notification'),
	(313, 'Can add attempt', 79, 'add_attempt'),
	(314, 'Can change attempt', 79, 'change_attempt'),
	(315, 'Can delete attempt', 79, 'delete_attempt'),
	(316, 'Can view attempt', 79, 'view_attempt'),
	(317, 'Can add browser', 80, 'add_browser'),
	(318, 'Can change browser', 80, 'change_browser'),
	(319, 'Can delete browser', 80, 'delete_browser'),
	(320, 'Can view browser', 80, 'view_browser'),
	(321, 'Can add vapid key', 81, 'add_vapidkey'),
	(322, 'Can change vapid key', 81, 'change_vapidkey'),
	(323, 'Can delete vapid key', 81, 'delete_vapidkey'),
	(324, 'Can view vapid key', 81, 'view_vapidkey'),
	(325, 'Can add choice', 82, 'add_choice'),
	(326, 'Can change choice', 82, 'change_choice'),
	(327, 'Can delete choice', 82, 'delete_choice'),
	(328, 'Can view choice', 82, 'view_choice'),
	(329, 'Can add connector', 83, 'add_connector'),
	(330, 'Can change connector', 83, 'change_connector'),
	(331, 'Can delete connector', 83, 'delete_connector'),
	(332, 'Can view connector', 83, 'view_connector'),
	(333, 'Can add task', 84, 'add_task'),
	(334, 'Can change task', 84, 'change_task'),
	(335, 'Can delete task', 84, 'delete_task'),
	(336, 'Can view task', 84, 'view_task'),
	(337, 'Can add decision', 85, 'add_decision'),
	(338, 'Can change decision', 85, 'change_decision'),
	(339, 'Can delete decision', 85, 'delete_decision'),
	(340, 'Can view decision', 85, 'view_decision'),
	(341, 'Can add assignee', 86, 'add_assignee'),
	(342, 'Can change assignee', 86, 'change_assignee'),
	(343, 'Can delete assignee', 86, 'delete_assignee'),
	(344, 'Can view assignee', 86, 'view_assignee'),
	(345, 'Can add unreadable row', 87, 'add_unreadablerow'),
	(346, 'Can change unreadable row', 87, 'change_unreadablerow'),
	(347, 'Can delete unreadable row', 87, 'delete_unreadablerow'),
	(348, 'Can view unreadable row', 87, 'view_unreadablerow'),
	(349, 'Can add write back', 88, 'add_writeback'),
	(350, 'Can change write back', 88, 'change_writeback'),
	(351, 'Can delete write back', 88, 'delete_writeback'),
	(352, 'Can view write back', 88, 'view_writeback'),
	(353, 'Can add problem', 89, 'add_problem'),
	(354, 'Can change problem', 89, 'change_problem'),
	(355, 'Can delete problem', 89, 'delete_problem'),
	(356, 'Can view problem', 89, 'view_problem'),
	(357, 'Can add taken mail', 90, 'add_takenmail'),
	(358, 'Can change taken mail', 90, 'change_takenmail'),
	(359, 'Can delete taken mail', 90, 'delete_takenmail'),
	(360, 'Can view taken mail', 90, 'view_takenmail'),
	(361, 'Can add provider', 91, 'add_provider'),
	(362, 'Can change provider', 91, 'change_provider'),
	(363, 'Can delete provider', 91, 'delete_provider'),
	(364, 'Can view provider', 91, 'view_provider'),
	(365, 'Can add mailbox', 92, 'add_mailbox'),
	(366, 'Can change mailbox', 92, 'change_mailbox'),
	(367, 'Can delete mailbox', 92, 'delete_mailbox'),
	(368, 'Can view mailbox', 92, 'view_mailbox'),
	(369, 'Can add mail', 93, 'add_mail'),
	(370, 'Can change mail', 93, 'change_mail'),
	(371, 'Can delete mail', 93, 'delete_mail'),
	(372, 'Can view mail', 93, 'view_mail'),
	(373, 'Can add letter', 94, 'add_letter'),
	(374, 'Can change letter', 94, 'change_letter'),
	(375, 'Can delete letter', 94, 'delete_letter'),
	(376, 'Can view letter', 94, 'view_letter'),
	(377, 'Can add folder', 95, 'add_folder'),
	(378, 'Can change folder', 95, 'change_folder'),
	(379, 'Can delete folder', 95, 'delete_folder'),
	(380, 'Can view folder', 95, 'view_folder'),
	(381, 'Can add body', 96, 'add_body'),
	(382, 'Can change body', 96, 'change_body'),
	(383, 'Can delete body', 96, 'delete_body'),
	(384, 'Can view body', 96, 'view_body'),
	(385, 'Can add sign in', 97, 'add_signin'),
	(386, 'Can change sign in', 97, 'change_signin'),
	(387, 'Can delete sign in', 97, 'delete_signin'),
	(388, 'Can view sign in', 97, 'view_signin'),
	(389, 'Can add meter', 98, 'add_meter'),
	(390, 'Can change meter', 98, 'change_meter'),
	(391, 'Can delete meter', 98, 'delete_meter'),
	(392, 'Can view meter', 98, 'view_meter'),
	(393, 'Can add refusal', 99, 'add_refusal'),
	(394, 'Can change refusal', 99, 'change_refusal'),
	(395, 'Can delete refusal', 99, 'delete_refusal'),
	(396, 'Can view refusal', 99, 'view_refusal'),
	(397, 'Can add segment', 100, 'add_segment'),
	(398, 'Can change segment', 100, 'change_segment'),
	(399, 'Can delete segment', 100, 'delete_segment'),
	(400, 'Can view segment', 100, 'view_segment'),
	(401, 'Can add source', 101, 'add_source'),
	(402, 'Can change source', 101, 'change_source'),
	(403, 'Can delete source', 101, 'delete_source'),
	(404, 'Can view source', 101, 'view_source'),
	(405, 'Can add submission', 102, 'add_submission'),
	(406, 'Can change submission', 102, 'change_submission'),
	(407, 'Can delete submission', 102, 'delete_submission'),
	(408, 'Can view submission', 102, 'view_submission'),
	(409, 'Can add tally', 103, 'add_tally'),
	(410, 'Can change tally', 103, 'change_tally'),
	(411, 'Can delete tally', 103, 'delete_tally'),
	(412, 'Can view tally', 103, 'view_tally'),
	(413, 'Can add charge', 104, 'add_charge'),
	(414, 'Can change charge', 104, 'change_charge'),
	(415, 'Can delete charge', 104, 'delete_charge'),
	(416, 'Can view charge', 104, 'view_charge'),
	(417, 'Can add trial', 105, 'add_trial'),
	(418, 'Can change trial', 105, 'change_trial'),
	(419, 'Can delete trial', 105, 'delete_trial'),
	(420, 'Can view trial', 105, 'view_trial'),
	(421, 'Can add trial sum', 106, 'add_trialsum'),
	(422, 'Can change trial sum', 106, 'change_trialsum'),
	(423, 'Can delete trial sum', 106, 'delete_trialsum'),
	(424, 'Can view trial sum', 106, 'view_trialsum'),
	(425, 'Can add bill', 107, 'add_bill'),
	(426, 'Can change bill', 107, 'change_bill'),
	(427, 'Can delete bill', 107, 'delete_bill'),
	(428, 'Can view bill', 107, 'view_bill'),
	(429, 'Can add bill line', 108, 'add_billline'),
	(430, 'Can change bill line', 108, 'change_billline'),
	(431, 'Can delete bill line', 108, 'delete_billline'),
	(432, 'Can view bill line', 108, 'view_billline'),
	(433, 'Can add tax rate', 109, 'add_taxrate'),
	(434, 'Can change tax rate', 109, 'change_taxrate'),
	(435, 'Can delete tax rate', 109, 'delete_taxrate'),
	(436, 'Can view tax rate', 109, 'view_taxrate'),
	(437, 'Can add credit note', 110, 'add_creditnote'),
	(438, 'Can change credit note', 110, 'change_creditnote'),
	(439, 'Can delete credit note', 110, 'delete_creditnote'),
	(440, 'Can view credit note', 110, 'view_creditnote'),
	(441, 'Can add credited line', 111, 'add_creditedline'),
	(442, 'Can change credited line', 111, 'change_creditedline'),
	(443, 'Can delete credited line', 111, 'delete_creditedline'),
	(444, 'Can view credited line', 111, 'view_creditedline'),
	(445, 'Can add bank file', 112, 'add_bankfile'),
	(446, 'Can change bank file', 112, 'change_bankfile'),
	(447, 'Can delete bank file', 112, 'delete_bankfile'),
	(448, 'Can view bank file', 112, 'view_bankfile'),
	(449, 'Can add budget', 113, 'add_budget'),
	(450, 'Can change budget', 113, 'change_budget'),
	(451, 'Can delete budget', 113, 'delete_budget'),
	(452, 'Can view budget', 113, 'view_budget'),
	(453, 'Can add budget alert', 114, 'add_budgetalert'),
	(454, 'Can change budget alert', 114, 'change_budgetalert'),
	(455, 'Can delete budget alert', 114, 'delete_budgetalert'),
	(456, 'Can view budget alert', 114, 'view_budgetalert'),
	(457, 'Can add dunning', 115, 'add_dunning'),
	(458, 'Can change dunning', 115, 'change_dunning'),
	(459, 'Can delete dunning', 115, 'delete_dunning'),
	(460, 'Can view dunning', 115, 'view_dunning'),
	(461, 'Can add dunning suspension', 116, 'add_dunningsuspension'),
	(462, 'Can change dunning suspension', 116, 'change_dunningsuspension'),
	(463, 'Can delete dunning suspension', 116, 'delete_dunningsuspension'),
	(464, 'Can view dunning suspension', 116, 'view_dunningsuspension'),
	(465, 'Can add payment', 117, 'add_payment'),
	(466, 'Can change payment', 117, 'change_payment'),
	(467, 'Can delete payment', 117, 'delete_payment'),
	(468, 'Can view payment', 117, 'view_payment'),
	(469, 'Can add callback', 118, 'add_callback'),
	(470, 'Can change callback', 118, 'change_callback'),
	(471, 'Can delete callback', 118, 'delete_callback'),
	(472, 'Can view callback', 118, 'view_callback'),
	(473, 'Can add bank line', 119, 'add_bankline'),
	(474, 'Can change bank line', 119, 'change_bankline'),
	(475, 'Can delete bank line', 119, 'delete_bankline'),
	(476, 'Can view bank line', 119, 'view_bankline'),
	(477, 'Can add policy', 120, 'add_policy'),
	(478, 'Can change policy', 120, 'change_policy'),
	(479, 'Can delete policy', 120, 'delete_policy'),
	(480, 'Can view policy', 120, 'view_policy'),
	(481, 'Can add refund', 121, 'add_refund'),
	(482, 'Can change refund', 121, 'change_refund'),
	(483, 'Can delete refund', 121, 'delete_refund'),
	(484, 'Can view refund', 121, 'view_refund'),
	(485, 'Can add spending', 122, 'add_spending'),
	(486, 'Can change spending', 122, 'change_spending'),
	(487, 'Can delete spending', 122, 'delete_spending'),
	(488, 'Can view spending', 122, 'view_spending'),
	(489, 'Can add wallet rule', 123, 'add_walletrule'),
	(490, 'Can change wallet rule', 123, 'change_walletrule'),
	(491, 'Can delete wallet rule', 123, 'delete_walletrule'),
	(492, 'Can view wallet rule', 123, 'view_walletrule'),
	(493, 'Can add write off', 124, 'add_writeoff'),
	(494, 'Can change write off', 124, 'change_writeoff'),
	(495, 'Can delete write off', 124, 'delete_writeoff'),
	(496, 'Can view write off', 124, 'view_writeoff'),
	(497, 'Can add clearing', 125, 'add_clearing'),
	(498, 'Can change clearing', 125, 'change_clearing'),
	(499, 'Can delete clearing', 125, 'delete_clearing'),
	(500, 'Can view clearing', 125, 'view_clearing'),
	(501, 'Can add write off line', 126, 'add_writeoffline'),
	(502, 'Can change write off line', 126, 'change_writeoffline'),
	(503, 'Can delete write off line', 126, 'delete_writeoffline'),
	(504, 'Can view write off line', 126, 'view_writeoffline'),
	(505, 'Can add chargeback', 127, 'add_chargeback'),
	(506, 'Can change chargeback', 127, 'change_chargeback'),
	(507, 'Can delete chargeback', 127, 'delete_chargeback'),
	(508, 'Can view chargeback', 127, 'view_chargeback'),
	(509, 'Can add statement', 128, 'add_statement'),
	(510, 'Can change statement', 128, 'change_statement'),
	(511, 'Can delete statement', 128, 'delete_statement'),
	(512, 'Can view statement', 128, 'view_statement'),
	(513, 'Can add statement line', 129, 'add_statementline'),
	(514, 'Can change statement line', 129, 'change_statementline'),
	(515, 'Can delete statement line', 129, 'delete_statementline'),
	(516, 'Can view statement line', 129, 'view_statementline'),
	(517, 'Can add share', 130, 'add_share'),
	(518, 'Can change share', 130, 'change_share'),
	(519, 'Can delete share', 130, 'delete_share'),
	(520, 'Can view share', 130, 'view_share'),
	(521, 'Can add dispute', 131, 'add_dispute'),
	(522, 'Can change dispute', 131, 'change_dispute'),
	(523, 'Can delete dispute', 131, 'delete_dispute'),
	(524, 'Can view dispute', 131, 'view_dispute'),
	(525, 'Can add dispute step', 132, 'add_disputestep'),
	(526, 'Can change dispute step', 132, 'change_disputestep'),
	(527, 'Can delete dispute step', 132, 'delete_disputestep'),
	(528, 'Can view dispute step', 132, 'view_disputestep'),
	(529, 'Can add payout', 133, 'add_payout'),
	(530, 'Can change payout', 133, 'change_payout'),
	(531, 'Can delete payout', 133, 'delete_payout'),
	(532, 'Can view payout', 133, 'view_payout'),
	(533, 'Can add paid statement', 134, 'add_paidstatement'),
	(534, 'Can change paid statement', 134, 'change_paidstatement'),
	(535, 'Can delete paid statement', 134, 'delete_paidstatement'),
	(536, 'Can view paid statement', 134, 'view_paidstatement'),
	(537, 'Can add payout account', 135, 'add_payoutaccount'),
	(538, 'Can change payout account', 135, 'change_payoutaccount'),
	(539, 'Can delete payout account', 135, 'delete_payoutaccount'),
	(540, 'Can view payout account', 135, 'view_payoutaccount'),
	(541, 'Can add payout run', 136, 'add_payoutrun'),
	(542, 'Can change payout run', 136, 'change_payoutrun'),
	(543, 'Can delete payout run', 136, 'delete_payoutrun'),
	(544, 'Can view payout run', 136, 'view_payoutrun'),
	(545, 'Can add close run', 137, 'add_closerun'),
	(546, 'Can change close run', 137, 'change_closerun'),
	(547, 'Can delete close run', 137, 'delete_closerun'),
	(548, 'Can view close run', 137, 'view_closerun'),
	(549, 'Can add outcome', 138, 'add_outcome'),
	(550, 'Can change outcome', 138, 'change_outcome'),
	(551, 'Can delete outcome', 138, 'delete_outcome'),
	(552, 'Can view outcome', 138, 'view_outcome'),
	(553, 'Can add touched', 139, 'add_touched'),
	(554, 'Can change touched', 139, 'change_touched'),
	(555, 'Can delete touched', 139, 'delete_touched'),
	(556, 'Can view touched', 139, 'view_touched'),
	(557, 'Can add terms trial', 140, 'add_termstrial'),
	(558, 'Can change terms trial', 140, 'change_termstrial'),
	(559, 'Can delete terms trial', 140, 'delete_termstrial'),
	(560, 'Can view terms trial', 140, 'view_termstrial'),
	(561, 'Can add terms trial sum', 141, 'add_termstrialsum'),
	(562, 'Can change terms trial sum', 141, 'change_termstrialsum'),
	(563, 'Can delete terms trial sum', 141, 'delete_termstrialsum'),
	(564, 'Can view terms trial sum', 141, 'view_termstrialsum'),
	(565, 'Can add parked event', 142, 'add_parkedevent'),
	(566, 'Can change parked event', 142, 'change_parkedevent'),
	(567, 'Can delete parked event', 142, 'delete_parkedevent'),
	(568, 'Can view parked event', 142, 'view_parkedevent');

INSERT INTO public.django_content_type VALUES
	(1, 'auth', 'permission'),
	(2, 'auth', 'group'),
	(3, 'contenttypes', 'contenttype'),
	(4, 'sessions', 'session'),
	(5, 'procrastinate', 'procrastinateevent'),
	(6, 'procrastinate', 'procrastinatejob'),
	(7, 'procrastinate', 'procrastinateperiodicdefer'),
	(8, 'procrastinate', 'procrastinateworker'),
	(9, 'account', 'emailaddress'),
	(10, 'account', 'emailconfirmation'),
	(11, 'mfa', 'authenticator'),
	(12, 'usersessions', 'usersession'),
	(13, 'events', 'cursor'),
	(14, 'events', 'eventrow'),
	(15, 'identity', 'person'),
	(16, 'identity', 'accesstoken'),
	(17, 'identity', 'auditentry'),
	(18, 'party', 'certification'),
	(19, 'party', 'certificationstep'),
	(20, 'party', 'party'),
	(21, 'party', 'numberrange'),
	(22, 'party', 'department'),
	(23, 'party', 'agreement'),
	(24, 'party', 'portednumber'),
	(25, 'party', 'agreementversion'),
	(26, 'party', 'membership'),
	(27, 'party', 'member'),
	(28, 'party', 'engagement'),
	(29, 'party', 'invoicedetails'),
	(30, 'ledger', 'account'),
	(31, 'ledger', 'entry'),
	(32, 'ledger', 'hold'),
	(33, 'ledger', 'posting'),
	(34, 'ledger', 'movement'),
	(35, 'ledger', 'transfer'),
	(36, 'catalog', 'app'),
	(37, 'catalog', 'offer'),
	(38, 'catalog', 'price'),
	(39, 'catalog', 'priceitem'),
	(40, 'subscription', 'order'),
	(41, 'subscription', 'subscription'),
	(42, 'subscription', 'seatimport'),
	(43, 'subscription', 'seat'),
	(44, 'subscription', 'suspension'),
	(45, 'subscription', 'entitlement'),
	(46, 'subscription', 'stop'),
	(47, 'subscription', 'redemption'),
	(48, 'messaging', 'airmessage'),
	(49, 'messaging', 'heldreceipt'),
	(50, 'messaging', 'message'),
	(51, 'messaging', 'ask'),
	(52, 'messaging', 'template'),
	(53, 'messaging', 'carrieraccount'),
	(54, 'messaging', 'heldpart'),
	(55, 'messaging', 'interface'),
	(56, 'messaging', 'notice'),
	(57, 'messaging', 'carrierhealth'),
	(58, 'messaging', 'switchtoken'),
	(59, 'messaging', 'route'),
	(60, 'messaging', 'silence'),
	(61, 'messaging', 'givenpart'),
	(62, 'messaging', 'customerlimit'),
	(63, 'messaging', 'numberimport'),
	(64, 'messaging', 'recent'),
	(65, 'messaging', 'tally'),
	(66, 'messaging', 'charge'),
	(67, 'messaging', 'companytemplate'),
	(68, 'messaging', 'listednumber'),
	(69, 'messaging', 'review'),
	(70, 'messaging', 'signature'),
	(71, 'messaging', 'tariff'),
	(72, 'messaging', 'word'),
	(73, 'messaging', 'messagepart'),
	(74, 'messaging', 'numberlimit'),
	(75, 'messaging', 'droppednotices'),
	(76, 'messaging', 'noticemark'),
	(77, 'notification', 'habits'),
	(78, 'notification', 'notification'),
	(79, 'notification', 'attempt'),
	(80, 'notification', 'browser'),
	(81, 'notification', 'vapidkey'),
	(82, 'notification', 'choice'),
	(83, 'connector', 'connector'),
	(84, 'connector', 'task'),
	(85, 'connector', 'decision'),
	(86, 'connector', 'assignee'),
	(87, 'connector', 'unreadablerow'),
	(88, 'connector', 'writeback'),
	(89, 'connector', 'problem'),
	(90, 'connector', 'takenmail'),
	(91, 'mailbox', 'provider'),
	(92, 'mailbox', 'mailbox'),
	(93, 'mailbox', 'mail'),
	(94, 'mailbox', 'letter'),
	(95, 'mailbox', 'folder'),
	(96, 'mailbox', 'body'),
	(97, 'mailbox', 'signin'),
	(98, 'metering', 'meter'),
	(99, 'metering', 'refusal'),
	(100, 'metering', 'segment'),
	(101, 'metering', 'source'),
	(102, 'metering', 'submission'),
	(103, 'metering', 'tally'),
	(104, 'rating', 'charge'),
	(105, 'rating', 'trial'),
	(106, 'rating', 'trialsum'),
	(107, 'billing', 'bill'),
	(108, 'billing', 'billline'),
	(109, 'billing', 'taxrate'),
	(110, 'billing', 'creditnote'),
	(111, 'billing', 'creditedline'),
	(112, 'payment', 'bankfile'),
	(113, 'payment', 'budget'),
	(114, 'payment', 'budgetalert'),
	(115, 'payment', 'dunning'),
	(116, 'payment', 'dunningsuspension'),
	(117, 'payment', 'payment'),
	(118, 'payment', 'callback'),
	(119, 'payment', 'bankline'),
	(120, 'payment', 'policy'),
	(121, 'payment', 'refund'),
	(122, 'payment', 'spending'),
	(123, 'payment', 'walletrule'),
	(124, 'payment', 'writeoff'),
	(125, 'payment', 'clearing'),
	(126, 'payment', 'writeoffline'),
	(127, 'payment', 'chargeback'),
	(128, 'settlement', 'statement'),
	(129, 'settlement', 'statementline'),
	(130, 'settlement', 'share'),
	(131, 'settlement', 'dispute'),
	(132, 'settlement', 'disputestep'),
	(133, 'settlement', 'payout'),
	(134, 'settlement', 'paidstatement'),
	(135, 'settlement', 'payoutaccount'),
	(136, 'settlement', 'payoutrun'),
	(137, 'close', 'closerun'),
	(138, 'close', 'outcome'),
	(139, 'close', 'touched'),
	(140, 'close', 'termstrial'),
	(141, 'close', 'termstrialsum'),
	(142, 'sdk', 'parkedevent');

INSERT INTO public.django_migrations VALUES
	(1, 'access', '0001_functions', now()),
	(2, 'identity', '0001_initial', now()),
	(3, 'account', '0001_initial', now()),
	(4, 'account', '0002_email_max_length', now()),
	(5, 'account', '0003_alter_emailaddress_create_unique_verified_email', now()),
	(6, 'account', '0004_alter_emailaddress_drop_unique_email', now()),
	(7, 'account', '0005_emailaddress_idx_upper_email', now()),
	(8, 'account', '0006_emailaddress_lower', now()),
	(9, 'account', '0007_emailaddress_idx_email', now()),
	(10, 'account', '0008_emailaddress_unique_primary_email_fixup', now()),
	(11, 'account', '0009_emailaddress_unique_primary_email', now()),
	(12, 'contenttypes', '0001_initial', now()),
	(13, 'contenttypes', '0002_remove_content_type_name', now()),
	(14, 'auth', '0001_initial', now()),
	(15, 'auth', '0002_alter_permission_name_max_length', now()),
	(16, 'auth', '0003_alter_user_email_max_length', now()),
	(17, 'auth', '0004_alter_user_username_opts', now()),
	(18, 'auth', '0005_alter_user_last_login_null', now()),
	(19, 'auth', '0006_require_contenttypes_0002', now()),
	(20, 'auth', '0007_alter_validators_add_error_messages', now()),
	(21, 'auth', '0008_alter_user_username_max_length', now()),
	(22, 'auth', '0009_alter_user_last_name_max_length', now()),
	(23, 'auth', '0010_alter_group_name_max_length', now()),
	(24, 'auth', '0011_update_proxy_permissions', now()),
	(25, 'auth', '0012_alter_user_first_name_max_length', now()),
	(26, 'party', '0001_initial', now()),
	(27, 'identity', '0002_guards', now()),
	(28, 'party', '0002_guards', now()),
	(29, 'party', '0003_invoicedetails', now()),
	(30, 'catalog', '0001_initial', now()),
	(31, 'subscription', '0001_initial', now()),
	(32, 'catalog', '0002_guards', now()),
	(33, 'subscription', '0002_guards', now()),
	(34, 'rating', '0001_initial', now()),
	(35, 'rating', '0002_guards', now()),
	(36, 'billing', '0001_initial', now()),
	(37, 'billing', '0002_guards', now()),
	(38, 'billing', '0003_taxrate', now()),
	(39, 'billing', '0004_creditnote', now()),
	(40, 'subscription', '0003_stop', now()),
	(41, 'subscription', '0004_redemption', now()),
	(42, 'ledger', '0001_initial', now()),
	(43, 'ledger', '0002_guards', now()),
	(44, 'ledger', '0003_transfers', now()),
	(45, 'ledger', '0004_transfer_guards', now()),
	(46, 'payment', '0001_initial', now()),
	(47, 'payment', '0002_guards', now()),
	(48, 'close', '0001_initial', now()),
	(49, 'close', '0002_guards', now()),
	(50, 'close', '0003_touched', now()),
	(51, 'close', '0004_noticing', now()),
	(52, 'close', '0005_noticing_write_offs', now()),
	(53, 'close', '0006_noticing_rivals', now()),
	(54, 'close', '0007_noticing_redemptions', now()),
	(55, 'close', '0008_rivals_in_order', now()),
	(56, 'close', '0009_trials', now()),
	(57, 'messaging', '0001_initial', now()),
	(58, 'messaging', '0002_guards', now()),
	(59, 'messaging', '0003_carriers', now()),
	(60, 'messaging', '0004_interfaces', now()),
	(61, 'connector', '0001_initial', now()),
	(62, 'connector', '0002_guards', now()),
	(63, 'connector', '0003_plug_ins', now()),
	(64, 'connector', '0004_mails_back', now()),
	(65, 'events', '0001_initial', now()),
	(66, 'events', '0002_guards', now()),
	(67, 'usersessions', '0001_initial', now()),
	(68, 'mfa', '0001_initial', now()),
	(69, 'mfa', '0002_authenticator_timestamps', now()),
	(70, 'mfa', '0003_authenticator_type_uniq', now()),
	(71, 'identity', '0003_cache', now()),
	(72, 'identity', '0004_guard_sign_in', now()),
	(73, 'mailbox', '0001_initial', now()),
	(74, 'mailbox', '0002_guards', now()),
	(75, 'messaging', '0005_routes', now()),
	(76, 'messaging', '0006_gateway', now()),
	(77, 'messaging', '0007_policies', now()),
	(78, 'messaging', '0008_queue', now()),
	(79, 'messaging', '0009_lighter', now()),
	(80, 'messaging', '0010_number_limits', now()),
	(81, 'messaging', '0011_dropped_notices', now()),
	(82, 'messaging', '0012_by_time', now()),
	(83, 'messaging', '0013_prices_of_sellers', now()),
	(84, 'metering', '0001_initial', now()),
	(85, 'metering', '0002_guards', now()),
	(86, 'notification', '0001_initial', now()),
	(87, 'notification', '0002_guards', now()),
	(88, 'notification', '0003_bounces', now()),
	(89, 'payment', '0003_chargebacks', now()),
	(90, 'payment', '0004_writeoff_unshared', now()),
	(91, 'payment', '0005_partial_chargebacks', now()),
	(92, 'procrastinate', '0001_initial', now()),
	(93, 'procrastinate', '0002_drop_started_at_column', now()),
	(94, 'procrastinate', '0003_drop_started_at_column', now()),
	(95, 'procrastinate', '0004_drop_procrastinate_version_table', now()),
	(96, 'procrastinate', '0005_fix_procrastinate_fetch_job', now()),
	(97, 'procrastinate', '0006_fix_trigger_status_events_insert', now()),
	(98, 'procrastinate', '0007_add_queueing_lock_column', now()),
	(99, 'procrastinate', '0008_close_fetch_job_race_condition', now()),
	(100, 'procrastinate', '0009_add_defer_job_function', now()),
	(101, 'procrastinate', '0010_add_procrastinate_periodic_defers', now()),
	(102, 'procrastinate', '0011_add_foreign_key_index', now()),
	(103, 'procrastinate', '0012_add_locks_to_periodic_defer', now()),
	(104, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', now()),
	(105, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', now()),
	(106, 'procrastinate', '0015_add_trigger_on_job_deletion', now()),
	(107, 'procrastinate', '0016_delete_finished_jobs', now()),
	(108, 'procrastinate', '0017_add_checks_to_finish_job', now()),
	(109, 'procrastinate', '0018_add_checks_to_retry_job', now()),
	(110, 'procrastinate', '0019_fix_finish_job_compat_issue', now()),
	(111, 'procrastinate', '0020_add_index_on_procrastinate_jobs', now()),
	(112, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', now()),
	(113, 'procrastinate', '0022_null_locks_excluded', now()),
	(114, 'procrastinate', '0023_remove_old_finish_job_function', now()),
	(115, 'procrastinate', '0024_job_id_bigint', now()),
	(116, 'procrastinate', '0025_add_models', now()),
	(117, 'procrastinate', '0026_add_job_priority', now()),
	(118, 'procrastinate', '0027_add_periodic_job_priority', now()),
	(119, 'procrastinate', '0028_add_cancel_states', now()),
	(120, 'procrastinate', '0029_add_additional_params_to_retry_job', now()),
	(121, 'procrastinate', '0030_alter_procrastinateevent_options', now()),
	(122, 'procrastinate', '0031_add_indexes_for_fetch_job', now()),
	(123, 'procrastinate', '0032_pre_cancel_notification', now()),
	(124, 'procrastinate', '0033_post_cancel_notification', now()),
	(125, 'procrastinate', '0034_pre_add_heartbeat', now()),
	(126, 'procrastinate', '0035_post_add_heartbeat', now()),
	(127, 'procrastinate', '0036_add_worker_model', now()),
	(128, 'procrastinate', '0037_pre_batch_defer_jobs', now()),
	(129, 'procrastinate', '0038_post_batch_defer_jobs', now()),
	(130, 'procrastinate', '0039_pre_priority_lock_fetch_job', now()),
	(131, 'procrastinate', '0040_pre_retry_failed_job', now()),
	(132, 'procrastinate', '0041_post_retry_failed_job', now()),
	(133, 'rating', '0003_trials', now()),
	(134, 'sdk', '0001_initial', now()),
	(135, 'sdk', '0002_guards', now()),
	(136, 'sessions', '0001_initial', now()),
	(137, 'settlement', '0001_initial', now()),
	(138, 'settlement', '0002_guards', now()),
	(139, 'settlement', '0003_payouts', now());

INSERT INTO public.messaging_switchtoken VALUES
	('routes', gen_random_uuid()),
	('words', gen_random_uuid()),
	('policies', gen_random_uuid());

INSERT INTO public.messaging_template VALUES
	(1, 'approvals', 'ask', 'en', '{task}. Reply 1 to agree, 2 to reject, with a comment if you like.'),
	(2, 'approvals', 'ask', 'zh-hans', '{task}。回复1同意，回复2拒绝，可附上意见。'),
	(3, 'approvals', 'ask_linked', 'en', '{task}. Open it to decide.'),
	(4, 'approvals', 'ask_linked', 'zh-hans', '{task}。请打开处理。'),
	(5, 'approvals', 'ask_handed_over', 'en', '{name} hands this over to you: {task}. Reply 1 to agree, 2 to reject, with a comment if you like.'),
	(6, 'approvals', 'ask_handed_over', 'zh-hans', '{name}转交给您：{task}。回复1同意，回复2拒绝，可附上意见。'),
	(7, 'approvals', 'ask_handed_over_linked', 'en', '{name} hands this over to you: {task}. Open it to decide.'),
	(8, 'approvals', 'ask_handed_over_linked', 'zh-hans', '{name}转交给您：{task}。请打开处理。'),
	(9, 'approvals', 'approved', 'en', 'Done, you approved it: {task}.'),
	(10, 'approvals', 'approved', 'zh-hans', '已同意：{task}。'),
	(11, 'approvals', 'rejected', 'en', 'Done, you rejected it: {task}.'),
	(12, 'approvals', 'rejected', 'zh-hans', '已拒绝：{task}。'),
	(13, 'approvals', 'approved_before', 'en', 'Your answer came too late: {name} approved it at {time}. {task}.'),
	(14, 'approvals', 'approved_before', 'zh-hans', '您的回复晚了一步：{name}已于{time}同意。{task}。'),
	(15, 'approvals', 'rejected_before', 'en', 'Your answer came too late: {name} rejected it at {time}. {task}.'),
	(16, 'approvals', 'rejected_before', 'zh-hans', '您的回复晚了一步：{name}已于{time}拒绝。{task}。'),
	(17, 'approvals', 'yours_before', 'en', 'You decided this at {time} already, and it stays so: {task}.'),
	(18, 'approvals', 'yours_before', 'zh-hans', '您已于{time}处理过，结果不变：{task}。'),
	(19, 'approvals', 'withdrawn_before', 'en', 'Your answer came too late: it was withdrawn in the office system. {task}.'),
	(20, 'approvals', 'withdrawn_before', 'zh-hans', '您的回复晚了一步：办公系统已撤回。{task}。'),
	(21, 'approvals', 'handed_over', 'en', 'This is with {name} now, so your answer was not counted. {task}.'),
	(22, 'approvals', 'handed_over', 'zh-hans', '此项已转交{name}处理，您的回复未计入。{task}。'),
	(23, 'approvals', 'not_yours', 'en', 'This approval does not wait for you, so your answer was not counted.'),
	(24, 'approvals', 'not_yours', 'zh-hans', '此项审批不由您处理，您的回复未计入。'),
	(25, 'approvals', 'unclear', 'en', 'We could not read your answer. Reply 1 to agree or 2 to reject, then your comment: {task}.'),
	(26, 'approvals', 'unclear', 'zh-hans', '没有看懂您的回复。请回复1同意或2拒绝，后面可写意见：{task}。'),
	(27, 'approvals', 'no_question', 'en', 'No approval waits for an answer to this message. Your open ones are in Approvals on your phone.'),
	(28, 'approvals', 'no_question', 'zh-hans', '这条短信没有等待您回复的审批。请在手机“移动审批”中查看待办。'),
	(29, 'approvals', 'no_seat', 'en', 'Your number has no seat for Approvals now, so your answer was not counted. Ask your company for one.'),
	(30, 'approvals', 'no_seat', 'zh-hans', '您的号码目前没有开通移动审批，您的回复未计入。请联系公司管理员开通。'),
	(31, 'approvals', 'others_approved', 'en', 'Nothing left for you to do: {name} approved it. {task}.'),
	(32, 'approvals', 'others_approved', 'zh-hans', '无需您处理：{name}已同意。{task}。'),
	(33, 'approvals', 'others_rejected', 'en', 'Nothing left for you to do: {name} rejected it. {task}.'),
	(34, 'approvals', 'others_rejected', 'zh-hans', '无需您处理：{name}已拒绝。{task}。'),
	(35, 'approvals', 'withdrawn', 'en', 'Nothing left for you to do: it was withdrawn in the office system. {task}.'),
	(36, 'approvals', 'withdrawn', 'zh-hans', '无需您处理：办公系统已撤回。{task}。'),
	(37, 'approvals', 'refused_over_there', 'en', 'The office system did not take your decision, since it was changed over there before: {task}.'),
	(38, 'approvals', 'refused_over_there', 'zh-hans', '办公系统没有接受您的处理，该事项此前已在系统中变更：{task}。'),
	(39, 'approvals', 'request_ask', 'en', '{task}. Reply 1 to agree, 2 to reject, with a comment if you like. Or open {link}'),
	(40, 'approvals', 'request_ask', 'zh-hans', '{task}。回复1同意，回复2拒绝，可附上意见。也可以打开 {link}'),
	(41, 'approvals', 'request_reminder_linked', 'en', 'A reminder: {task}. Open it to decide.'),
	(42, 'approvals', 'request_reminder_linked', 'zh-hans', '提醒您处理：{task}。请打开处理。'),
	(43, 'approvals', 'request_reminder', 'en', 'A reminder: {task}. Reply 1 to agree, 2 to reject, with a comment if you like. Or open {link}'),
	(44, 'approvals', 'request_reminder', 'zh-hans', '提醒您处理：{task}。回复1同意，回复2拒绝，可附上意见。也可以打开 {link}'),
	(45, 'approvals', 'request_approved', 'en', 'Your request is approved: {task}.{comment}'),
	(46, 'approvals', 'request_approved', 'zh-hans', '您的申请已通过：{task}。{comment}'),
	(47, 'approvals', 'request_rejected', 'en', 'Your request is rejected: {task}.{comment}'),
	(48, 'approvals', 'request_rejected', 'zh-hans', '您的申请未通过：{task}。{comment}'),
	(49, 'approvals', 'request_returned', 'en', 'Your request came back to you: {task}.{comment} Mend it in Approvals and send it again.'),
	(50, 'approvals', 'request_returned', 'zh-hans', '您的申请被退回：{task}。{comment}请在“移动审批”中修改后重新提交。'),
	(51, 'approvals', 'request_copied', 'en', 'For your information: {task}. You can read it in Approvals.'),
	(52, 'approvals', 'request_copied', 'zh-hans', '抄送给您：{task}。可在“移动审批”中查看。'),
	(53, 'approvals', 'request_over', 'en', 'Nothing left for you to do: {task}.'),
	(54, 'approvals', 'request_over', 'zh-hans', '无需您处理：{task}。'),
	(55, 'approvals', 'request_late', 'en', 'Your answer came too late, so it was not counted: {task}.'),
	(56, 'approvals', 'request_late', 'zh-hans', '您的回复晚了一步，未计入：{task}。'),
	(57, 'mail', 'new', 'en', 'Mail from {sender}: {subject}'),
	(58, 'mail', 'new', 'zh-hans', '{sender}来信：{subject}'),
	(59, 'mail', 'many', 'en', '{count} new mails, among them {list}'),
	(60, 'mail', 'many', 'zh-hans', '收到{count}封新邮件，其中有{list}'),
	(61, 'mail', 'digest', 'en', '{count} mails came: {list}'),
	(62, 'mail', 'digest', 'zh-hans', '这段时间收到{count}封邮件：{list}'),
	(63, 'mail', 'broke', 'en', 'Your mailbox {address} needs you: {problem} Open Mail on your phone.'),
	(64, 'mail', 'broke', 'zh-hans', '邮箱{address}需要您处理：{problem}请打开“手机邮箱”。'),
	(65, 'mail', 'letter_failed', 'en', 'Your letter could not be sent: {subject}. {problem}'),
	(66, 'mail', 'letter_failed', 'zh-hans', '您的邮件未能发出：{subject}。{problem}');

SELECT pg_catalog.setval('public.auth_permission_id_seq', 568, true);

SELECT pg_catalog.setval('public.django_content_type_id_seq', 142, true);

SELECT pg_catalog.setval('public.django_migrations_id_seq', 139, true);

SELECT pg_catalog.setval('public.messaging_template_id_seq', 66, true);

ALTER TABLE ONLY app_approvals.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (collection, key);

ALTER TABLE ONLY app_approvals.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (key);

ALTER TABLE ONLY app_approvals.series
    ADD CONSTRAINT series_pkey PRIMARY KEY (name);

ALTER TABLE ONLY app_mail.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (collection, key);

ALTER TABLE ONLY app_mail.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (key);

ALTER TABLE ONLY app_mail.series
    ADD CONSTRAINT series_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_budgetalert
    ADD CONSTRAINT alerted_once UNIQUE (budget_id, period, level);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_bankline
    ADD CONSTRAINT bank_line_once UNIQUE (operator_id, identity);

ALTER TABLE ONLY public.billing_bill
    ADD CONSTRAINT billing_bill_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_billline
    ADD CONSTRAINT billing_billline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_creditedline
    ADD CONSTRAINT billing_creditedline_pkey PRIMARY KEY (line_id);

ALTER TABLE ONLY public.billing_creditnote
    ADD CONSTRAINT billing_creditnote_key_key UNIQUE (key);

ALTER TABLE ONLY public.billing_creditnote
    ADD CONSTRAINT billing_creditnote_pkey PRIMARY KEY (bill_id);

ALTER TABLE ONLY public.billing_taxrate
    ADD CONSTRAINT billing_taxrate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_callback
    ADD CONSTRAINT callback_once UNIQUE (provider, event);

ALTER TABLE ONLY public.catalog_app
    ADD CONSTRAINT catalog_app_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT catalog_offer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_price
    ADD CONSTRAINT catalog_price_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_priceitem
    ADD CONSTRAINT catalog_priceitem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.close_closerun
    ADD CONSTRAINT close_closerun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.close_outcome
    ADD CONSTRAINT close_outcome_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.close_termstrial
    ADD CONSTRAINT close_termstrial_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.close_termstrialsum
    ADD CONSTRAINT close_termstrialsum_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.close_touched
    ADD CONSTRAINT close_touched_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_assignee
    ADD CONSTRAINT connector_assignee_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_connector
    ADD CONSTRAINT connector_connector_interface_id_key UNIQUE (interface_id);

ALTER TABLE ONLY public.connector_connector
    ADD CONSTRAINT connector_connector_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_decision
    ADD CONSTRAINT connector_decision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_decision
    ADD CONSTRAINT connector_decision_task_id_key UNIQUE (task_id);

ALTER TABLE ONLY public.connector_problem
    ADD CONSTRAINT connector_problem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_takenmail
    ADD CONSTRAINT connector_takenmail_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_task
    ADD CONSTRAINT connector_task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_unreadablerow
    ADD CONSTRAINT connector_unreadablerow_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.connector_writeback
    ADD CONSTRAINT connector_writeback_decision_id_key UNIQUE (decision_id);

ALTER TABLE ONLY public.connector_writeback
    ADD CONSTRAINT connector_writeback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.payment_dunning
    ADD CONSTRAINT dunned_once UNIQUE (bill_id, after_days, act);

ALTER TABLE ONLY public.events_cursor
    ADD CONSTRAINT events_cursor_pkey PRIMARY KEY (reader);

ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_id_key UNIQUE (id);

ALTER TABLE ONLY public.events_event
    ADD CONSTRAINT events_event_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT hold_key UNIQUE (key);

ALTER TABLE ONLY public.identity_accesstoken
    ADD CONSTRAINT identity_accesstoken_digest_key UNIQUE (digest);

ALTER TABLE ONLY public.identity_accesstoken
    ADD CONSTRAINT identity_accesstoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_auditentry
    ADD CONSTRAINT identity_auditentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_person
    ADD CONSTRAINT identity_person_number_key UNIQUE (number);

ALTER TABLE ONLY public.identity_person
    ADD CONSTRAINT identity_person_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_code_key UNIQUE (code);

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_key_key UNIQUE (key);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_reverses_id_key UNIQUE (reverses_id);

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT ledger_hold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_posting
    ADD CONSTRAINT ledger_posting_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_listednumber
    ADD CONSTRAINT listed_once UNIQUE NULLS NOT DISTINCT (number, kind, customer_id, access_number);

ALTER TABLE ONLY public.mailbox_body
    ADD CONSTRAINT mailbox_body_mail_id_key UNIQUE (mail_id);

ALTER TABLE ONLY public.mailbox_body
    ADD CONSTRAINT mailbox_body_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mailbox_folder
    ADD CONSTRAINT mailbox_folder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mailbox_letter
    ADD CONSTRAINT mailbox_letter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mailbox_mailbox
    ADD CONSTRAINT mailbox_mailbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mailbox_provider
    ADD CONSTRAINT mailbox_provider_name_key UNIQUE (name);

ALTER TABLE ONLY public.mailbox_provider
    ADD CONSTRAINT mailbox_provider_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mailbox_signin
    ADD CONSTRAINT mailbox_signin_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mailbox_signin
    ADD CONSTRAINT mailbox_signin_state_key UNIQUE (state);

ALTER TABLE ONLY public.messaging_airmessage
    ADD CONSTRAINT messaging_airmessage_key_key UNIQUE (key);

ALTER TABLE ONLY public.messaging_airmessage
    ADD CONSTRAINT messaging_airmessage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_ask
    ADD CONSTRAINT messaging_ask_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY public.messaging_ask
    ADD CONSTRAINT messaging_ask_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_carrieraccount
    ADD CONSTRAINT messaging_carrieraccount_name_key UNIQUE (name);

ALTER TABLE ONLY public.messaging_carrieraccount
    ADD CONSTRAINT messaging_carrieraccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_carrierhealth
    ADD CONSTRAINT messaging_carrierhealth_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.messaging_charge
    ADD CONSTRAINT messaging_charge_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.messaging_companytemplate
    ADD CONSTRAINT messaging_companytemplate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_customerlimit
    ADD CONSTRAINT messaging_customerlimit_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY public.messaging_droppednotices
    ADD CONSTRAINT messaging_droppednotices_pkey PRIMARY KEY (interface_id);

ALTER TABLE ONLY public.messaging_givenpart
    ADD CONSTRAINT messaging_givenpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_heldpart
    ADD CONSTRAINT messaging_heldpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_heldreceipt
    ADD CONSTRAINT messaging_heldreceipt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_interface
    ADD CONSTRAINT messaging_interface_access_number_key UNIQUE (access_number);

ALTER TABLE ONLY public.messaging_interface
    ADD CONSTRAINT messaging_interface_login_key UNIQUE (login);

ALTER TABLE ONLY public.messaging_interface
    ADD CONSTRAINT messaging_interface_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_listednumber
    ADD CONSTRAINT messaging_listednumber_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT messaging_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_messagepart
    ADD CONSTRAINT messaging_messagepart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_noticemark
    ADD CONSTRAINT messaging_noticemark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_numberimport
    ADD CONSTRAINT messaging_numberimport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_numberlimit
    ADD CONSTRAINT messaging_numberlimit_pkey PRIMARY KEY (party_id);

ALTER TABLE ONLY public.messaging_recent
    ADD CONSTRAINT messaging_recent_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.messaging_review
    ADD CONSTRAINT messaging_review_pkey PRIMARY KEY (message_id);

ALTER TABLE ONLY public.messaging_route
    ADD CONSTRAINT messaging_route_name_key UNIQUE (name);

ALTER TABLE ONLY public.messaging_route
    ADD CONSTRAINT messaging_route_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_signature
    ADD CONSTRAINT messaging_signature_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_silence
    ADD CONSTRAINT messaging_silence_interface_id_key UNIQUE (interface_id);

ALTER TABLE ONLY public.messaging_silence
    ADD CONSTRAINT messaging_silence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_switchtoken
    ADD CONSTRAINT messaging_switchtoken_pkey PRIMARY KEY (topic);

ALTER TABLE ONLY public.messaging_tally
    ADD CONSTRAINT messaging_tally_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.messaging_tariff
    ADD CONSTRAINT messaging_tariff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_template
    ADD CONSTRAINT messaging_template_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_word
    ADD CONSTRAINT messaging_word_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metering_meter
    ADD CONSTRAINT metering_meter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metering_refusal
    ADD CONSTRAINT metering_refusal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metering_segment
    ADD CONSTRAINT metering_segment_pkey PRIMARY KEY (first_event);

ALTER TABLE ONLY public.metering_source
    ADD CONSTRAINT metering_source_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metering_source
    ADD CONSTRAINT metering_source_uri_key UNIQUE (uri);

ALTER TABLE ONLY public.metering_submission
    ADD CONSTRAINT metering_submission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metering_tally
    ADD CONSTRAINT metering_tally_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metering_segment
    ADD CONSTRAINT no_event_in_two_segments EXCLUDE USING gist (int8range(first_event, last_event, '[]'::text) WITH &&);

ALTER TABLE ONLY public.notification_attempt
    ADD CONSTRAINT notification_attempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notification_browser
    ADD CONSTRAINT notification_browser_endpoint_key UNIQUE (endpoint);

ALTER TABLE ONLY public.notification_browser
    ADD CONSTRAINT notification_browser_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notification_choice
    ADD CONSTRAINT notification_choice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notification_habits
    ADD CONSTRAINT notification_habits_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.notification_notification
    ADD CONSTRAINT notification_notification_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY public.notification_notification
    ADD CONSTRAINT notification_notification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notification_notification
    ADD CONSTRAINT notification_notification_token_key UNIQUE (token);

ALTER TABLE ONLY public.notification_vapidkey
    ADD CONSTRAINT notification_vapidkey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_agreement
    ADD CONSTRAINT one_agreement_per_scope UNIQUE NULLS NOT DISTINCT (operator_id, payer_id, partner_id, app_id, customer_id);

ALTER TABLE ONLY public.payment_bankfile
    ADD CONSTRAINT one_bank_file UNIQUE (operator_id, digest);

ALTER TABLE ONLY public.billing_bill
    ADD CONSTRAINT one_bill_number UNIQUE (operator_id, kind, number);

ALTER TABLE ONLY public.payment_budget
    ADD CONSTRAINT one_budget UNIQUE NULLS NOT DISTINCT (operator_id, customer_id, currency, app_id, set_by_party_id);

ALTER TABLE ONLY public.party_certification
    ADD CONSTRAINT one_certification_per_pair UNIQUE (operator_id, integrator_id);

ALTER TABLE ONLY public.notification_choice
    ADD CONSTRAINT one_choice_per_app UNIQUE (person_id, app_id);

ALTER TABLE ONLY public.connector_connector
    ADD CONSTRAINT one_connector_per_name UNIQUE (customer_id, name);

ALTER TABLE ONLY public.messaging_givenpart
    ADD CONSTRAINT one_given_part UNIQUE (interface_id, numbers, extension, reference, total, place);

ALTER TABLE ONLY public.messaging_heldpart
    ADD CONSTRAINT one_held_part UNIQUE (carrier, carrier_ref);

ALTER TABLE ONLY public.messaging_heldreceipt
    ADD CONSTRAINT one_held_receipt UNIQUE (carrier, carrier_ref);

ALTER TABLE ONLY public.messaging_interface
    ADD CONSTRAINT one_interface_per_name UNIQUE (customer_id, name);

ALTER TABLE ONLY public.catalog_priceitem
    ADD CONSTRAINT one_item_per_code UNIQUE (price_id, code);

ALTER TABLE ONLY public.mailbox_letter
    ADD CONSTRAINT one_letter_per_key UNIQUE (mailbox_id, key);

ALTER TABLE ONLY public.mailbox_mailbox
    ADD CONSTRAINT one_mailbox_per_address UNIQUE (customer_id, person_id, address);

ALTER TABLE ONLY public.messaging_messagepart
    ADD CONSTRAINT one_message_part UNIQUE (message_id, carrier, place);

ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT one_message_per_key UNIQUE (key);

ALTER TABLE ONLY public.metering_meter
    ADD CONSTRAINT one_meter_per_code UNIQUE (app_id, code);

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT one_offer_per_name UNIQUE (operator_id, app_id, name);

ALTER TABLE ONLY public.sdk_parkedevent
    ADD CONSTRAINT one_parking_per_event UNIQUE (app_id, event_id);

ALTER TABLE ONLY public.settlement_payout
    ADD CONSTRAINT one_payout_per_partner UNIQUE (run_id, partner_id);

ALTER TABLE ONLY public.settlement_payoutrun
    ADD CONSTRAINT one_payout_run_number UNIQUE (operator_id, number);

ALTER TABLE ONLY public.catalog_price
    ADD CONSTRAINT one_price_per_day UNIQUE (offer_id, starts_on);

ALTER TABLE ONLY public.connector_problem
    ADD CONSTRAINT one_problem_per_code UNIQUE (interface_id, code);

ALTER TABLE ONLY public.metering_refusal
    ADD CONSTRAINT one_refusal_per_reason UNIQUE (party_id, code, day);

ALTER TABLE ONLY public.party_membership
    ADD CONSTRAINT one_role_per_party UNIQUE (person_id, party_id);

ALTER TABLE ONLY public.mailbox_folder
    ADD CONSTRAINT one_row_per_folder UNIQUE (mailbox_id, name);

ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT one_row_per_mail UNIQUE (mailbox_id, fingerprint);

ALTER TABLE ONLY public.messaging_signature
    ADD CONSTRAINT one_signature_per_code UNIQUE (customer_id, code);

ALTER TABLE ONLY public.messaging_signature
    ADD CONSTRAINT one_signature_per_text UNIQUE (customer_id, text);

ALTER TABLE ONLY public.payment_spending
    ADD CONSTRAINT one_spending UNIQUE (customer_id, operator_id, currency, period, app_id);

ALTER TABLE ONLY public.settlement_statement
    ADD CONSTRAINT one_statement_number UNIQUE (operator_id, number);

ALTER TABLE ONLY public.connector_takenmail
    ADD CONSTRAINT one_taken_mail UNIQUE (interface_id, identity);

ALTER TABLE ONLY public.metering_tally
    ADD CONSTRAINT one_tally_per_day UNIQUE (meter_id, day);

ALTER TABLE ONLY public.messaging_tariff
    ADD CONSTRAINT one_tariff UNIQUE NULLS NOT DISTINCT (seller_id, customer_id, operator_id, prefix);

ALTER TABLE ONLY public.connector_task
    ADD CONSTRAINT one_task_per_row UNIQUE (connector_id, external_key, round);

ALTER TABLE ONLY public.billing_taxrate
    ADD CONSTRAINT one_tax_rate_a_day UNIQUE (operator_id, place, tax_class, starts_on);

ALTER TABLE ONLY public.messaging_template
    ADD CONSTRAINT one_template UNIQUE (app_id, key, language);

ALTER TABLE ONLY public.messaging_companytemplate
    ADD CONSTRAINT one_template_per_code UNIQUE (customer_id, code);

ALTER TABLE ONLY public.connector_unreadablerow
    ADD CONSTRAINT one_unreadable_per_row UNIQUE (connector_id, external_key);

ALTER TABLE ONLY public.party_agreementversion
    ADD CONSTRAINT one_version_per_day UNIQUE (agreement_id, starts_on);

ALTER TABLE ONLY public.payment_walletrule
    ADD CONSTRAINT one_wallet_rule UNIQUE (operator_id, customer_id, currency);

ALTER TABLE ONLY public.messaging_word
    ADD CONSTRAINT one_word UNIQUE NULLS NOT DISTINCT (customer_id, text);

ALTER TABLE ONLY public.party_agreement
    ADD CONSTRAINT party_agreement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_agreementversion
    ADD CONSTRAINT party_agreementversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_certification
    ADD CONSTRAINT party_certification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_certificationstep
    ADD CONSTRAINT party_certificationstep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_department
    ADD CONSTRAINT party_department_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_engagement
    ADD CONSTRAINT party_engagement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_invoicedetails
    ADD CONSTRAINT party_invoicedetails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_member
    ADD CONSTRAINT party_member_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_membership
    ADD CONSTRAINT party_membership_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_numberrange
    ADD CONSTRAINT party_numberrange_pkey PRIMARY KEY (prefix);

ALTER TABLE ONLY public.party_party
    ADD CONSTRAINT party_party_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.party_party
    ADD CONSTRAINT party_party_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.party_portednumber
    ADD CONSTRAINT party_portednumber_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.payment_bankfile
    ADD CONSTRAINT payment_bankfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_bankline
    ADD CONSTRAINT payment_bankline_payment_id_key UNIQUE (payment_id);

ALTER TABLE ONLY public.payment_bankline
    ADD CONSTRAINT payment_bankline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_budget
    ADD CONSTRAINT payment_budget_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_budgetalert
    ADD CONSTRAINT payment_budgetalert_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_callback
    ADD CONSTRAINT payment_callback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_key_6e8cad2f_uniq UNIQUE (key);

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_clearing
    ADD CONSTRAINT payment_clearing_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_dunning
    ADD CONSTRAINT payment_dunning_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_dunningsuspension
    ADD CONSTRAINT payment_dunningsuspension_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_dunningsuspension
    ADD CONSTRAINT payment_dunningsuspension_suspension_id_key UNIQUE (suspension_id);

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_key_key UNIQUE (key);

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_reference_key UNIQUE (reference);

ALTER TABLE ONLY public.payment_policy
    ADD CONSTRAINT payment_policy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_key_key UNIQUE (key);

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_spending
    ADD CONSTRAINT payment_spending_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_walletrule
    ADD CONSTRAINT payment_walletrule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_key_key UNIQUE (key);

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_writeoffline
    ADD CONSTRAINT payment_writeoffline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rating_charge
    ADD CONSTRAINT rating_charge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rating_trial
    ADD CONSTRAINT rating_trial_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rating_trialsum
    ADD CONSTRAINT rating_trialsum_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_redemption
    ADD CONSTRAINT redeemed_once UNIQUE (offer_id, code, customer_id);

ALTER TABLE ONLY public.sdk_parkedevent
    ADD CONSTRAINT sdk_parkedevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_dispute
    ADD CONSTRAINT settlement_dispute_correction_id_key UNIQUE (correction_id);

ALTER TABLE ONLY public.settlement_dispute
    ADD CONSTRAINT settlement_dispute_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_disputestep
    ADD CONSTRAINT settlement_disputestep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_paidstatement
    ADD CONSTRAINT settlement_paidstatement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_payout
    ADD CONSTRAINT settlement_payout_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_payoutaccount
    ADD CONSTRAINT settlement_payoutaccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_payoutrun
    ADD CONSTRAINT settlement_payoutrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_share
    ADD CONSTRAINT settlement_share_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_statement
    ADD CONSTRAINT settlement_statement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settlement_statementline
    ADD CONSTRAINT settlement_statementline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_entitlement
    ADD CONSTRAINT subscription_entitlement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_order
    ADD CONSTRAINT subscription_order_key_key UNIQUE (key);

ALTER TABLE ONLY public.subscription_order
    ADD CONSTRAINT subscription_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_redemption
    ADD CONSTRAINT subscription_redemption_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_seat
    ADD CONSTRAINT subscription_seat_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_seatimport
    ADD CONSTRAINT subscription_seatimport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_stop
    ADD CONSTRAINT subscription_stop_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscription_order_id_key UNIQUE (order_id);

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscription_suspension
    ADD CONSTRAINT subscription_suspension_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT transfer_key UNIQUE (key);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);

ALTER TABLE ONLY public.web_cache
    ADD CONSTRAINT web_cache_pkey PRIMARY KEY (cache_key);

CREATE INDEX document_content ON app_approvals.document USING gin (document jsonb_path_ops);

CREATE INDEX document_content ON app_mail.document USING gin (document jsonb_path_ops);

CREATE UNIQUE INDEX a_statement_is_paid_once ON public.settlement_paidstatement USING btree (statement_id) WHERE (NOT released);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX air_by_number ON public.messaging_airmessage USING btree (number, id DESC);

CREATE INDEX air_waiting ON public.messaging_airmessage USING btree (at, id) WHERE (taken_at IS NULL);

CREATE INDEX asks_by_number ON public.messaging_ask USING btree (number, access_number, id DESC);

CREATE INDEX asks_by_reference ON public.messaging_ask USING btree (app_id, reference);

CREATE INDEX asks_newest ON public.messaging_ask USING btree (number, id DESC);

CREATE INDEX attempts_by_time ON public.notification_attempt USING btree (at);

CREATE INDEX audit_by_number ON public.identity_auditentry USING btree (number, id DESC);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX billing_bill_corrects_id_71d1956a ON public.billing_bill USING btree (corrects_id);

CREATE INDEX billing_bill_customer_id_a8a94fda ON public.billing_bill USING btree (customer_id);

CREATE INDEX billing_bill_operator_id_4a0b9d3f ON public.billing_bill USING btree (operator_id);

CREATE INDEX billing_creditedline_corrects_id_a9933c47 ON public.billing_creditedline USING btree (corrects_id);

CREATE INDEX billing_creditnote_key_86cd0509_like ON public.billing_creditnote USING btree (key text_pattern_ops);

CREATE INDEX billing_creditnote_written_by_id_3266f2af ON public.billing_creditnote USING btree (written_by_id);

CREATE INDEX billing_taxrate_operator_id_d1a1995e ON public.billing_taxrate USING btree (operator_id);

CREATE INDEX billing_taxrate_written_by_id_81af36fb ON public.billing_taxrate USING btree (written_by_id);

CREATE INDEX bills_by_customer ON public.billing_bill USING btree (customer_id, period DESC);

CREATE INDEX bills_by_operator ON public.billing_bill USING btree (operator_id, period);

CREATE INDEX bodies_asked_for ON public.mailbox_body USING btree (mailbox_id) WHERE ((content IS NULL) AND (problem = ''::text));

CREATE INDEX catalog_app_developer_id_b3e7ceb1 ON public.catalog_app USING btree (developer_id);

CREATE INDEX catalog_app_id_a1ca7aa4_like ON public.catalog_app USING btree (id varchar_pattern_ops);

CREATE INDEX catalog_offer_app_id_67b92d4b ON public.catalog_offer USING btree (app_id);

CREATE INDEX catalog_offer_app_id_67b92d4b_like ON public.catalog_offer USING btree (app_id varchar_pattern_ops);

CREATE INDEX catalog_offer_operator_id_d7ec5f84 ON public.catalog_offer USING btree (operator_id);

CREATE INDEX catalog_price_offer_id_5dfef8dd ON public.catalog_price USING btree (offer_id);

CREATE INDEX catalog_priceitem_price_id_96c42c19 ON public.catalog_priceitem USING btree (price_id);

CREATE INDEX close_closerun_customer_id_eba38cf8 ON public.close_closerun USING btree (customer_id);

CREATE INDEX close_closerun_operator_id_3dde0260 ON public.close_closerun USING btree (operator_id);

CREATE INDEX close_closerun_started_by_id_64e66ae0 ON public.close_closerun USING btree (started_by_id);

CREATE INDEX close_outcome_party_id_fe5580ee ON public.close_outcome USING btree (party_id);

CREATE INDEX close_outcome_run_id_019d38a0 ON public.close_outcome USING btree (run_id);

CREATE INDEX close_termstrial_app_id_5b7632c3 ON public.close_termstrial USING btree (app_id);

CREATE INDEX close_termstrial_app_id_5b7632c3_like ON public.close_termstrial USING btree (app_id varchar_pattern_ops);

CREATE INDEX close_termstrial_asked_by_id_4c90768f ON public.close_termstrial USING btree (asked_by_id);

CREATE INDEX close_termstrial_customer_id_feb6d96b ON public.close_termstrial USING btree (customer_id);

CREATE INDEX close_termstrial_operator_id_50479f46 ON public.close_termstrial USING btree (operator_id);

CREATE INDEX close_termstrial_partner_id_b37f51c3 ON public.close_termstrial USING btree (partner_id);

CREATE INDEX close_termstrialsum_party_id_b6820471 ON public.close_termstrialsum USING btree (party_id);

CREATE INDEX close_termstrialsum_trial_id_5ff654e4 ON public.close_termstrialsum USING btree (trial_id);

CREATE INDEX closed_months ON public.close_closerun USING btree (operator_id, period) WHERE ((customer_id IS NULL) AND (NOT dry_run) AND (state = 'done'::text));

CREATE INDEX connector_assignee_customer_id_50b5d9e0 ON public.connector_assignee USING btree (customer_id);

CREATE INDEX connector_assignee_person_id_1a386bf6 ON public.connector_assignee USING btree (person_id);

CREATE INDEX connector_assignee_task_id_8cac0321 ON public.connector_assignee USING btree (task_id);

CREATE INDEX connector_assignee_transferred_to_id_a2f8f5e9 ON public.connector_assignee USING btree (transferred_to_id);

CREATE INDEX connector_connector_customer_id_a6568fe9 ON public.connector_connector USING btree (customer_id);

CREATE INDEX connector_connector_integrator_id_93c0b09e ON public.connector_connector USING btree (integrator_id);

CREATE INDEX connector_decision_customer_id_dcf82344 ON public.connector_decision USING btree (customer_id);

CREATE INDEX connector_decision_person_id_52e451d9 ON public.connector_decision USING btree (person_id);

CREATE INDEX connector_problem_customer_id_66aeb64e ON public.connector_problem USING btree (customer_id);

CREATE INDEX connector_problem_interface_id_48c5e6d0 ON public.connector_problem USING btree (interface_id);

CREATE INDEX connector_takenmail_customer_id_3c33dc52 ON public.connector_takenmail USING btree (customer_id);

CREATE INDEX connector_task_connector_id_fb6f0542 ON public.connector_task USING btree (connector_id);

CREATE INDEX connector_task_customer_id_0e8a4d59 ON public.connector_task USING btree (customer_id);

CREATE INDEX connector_unreadablerow_connector_id_3840a6b4 ON public.connector_unreadablerow USING btree (connector_id);

CREATE INDEX connector_unreadablerow_customer_id_b8152aef ON public.connector_unreadablerow USING btree (customer_id);

CREATE INDEX connector_writeback_connector_id_78d59d8d ON public.connector_writeback USING btree (connector_id);

CREATE INDEX connector_writeback_customer_id_7936db54 ON public.connector_writeback USING btree (customer_id);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX entitled ON public.subscription_entitlement USING btree (number, app_id, function, starts_at) INCLUDE (ends_at, "limit", customer_id);

CREATE INDEX events_by_party ON public.events_event USING gin (party_ids);

CREATE INDEX events_by_subject ON public.events_event USING btree (subject, sequence);

CREATE INDEX events_by_time ON public.events_event USING btree ("time");

CREATE INDEX events_by_type ON public.events_event USING btree (type, sequence);

CREATE INDEX events_cursor_reader_bc927721_like ON public.events_cursor USING btree (reader text_pattern_ops);

CREATE INDEX events_in_commit_order ON public.events_event USING btree (txid, sequence);

CREATE INDEX given_parts_by_age ON public.messaging_givenpart USING btree (at);

CREATE INDEX identity_accesstoken_person_id_df959a00 ON public.identity_accesstoken USING btree (person_id);

CREATE INDEX identity_auditentry_person_id_e93d02a7 ON public.identity_auditentry USING btree (person_id);

CREATE INDEX identity_person_number_ec20212c_like ON public.identity_person USING btree (number text_pattern_ops);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX inbox ON public.connector_assignee USING btree (person_id, task_id DESC) WHERE (transferred_at IS NULL);

CREATE INDEX invoice_details_of_party ON public.party_invoicedetails USING btree (party_id, since DESC, id DESC);

CREATE INDEX ledger_account_code_e0a3af95_like ON public.ledger_account USING btree (code text_pattern_ops);

CREATE INDEX ledger_account_counterparty_id_3d82f993 ON public.ledger_account USING btree (counterparty_id);

CREATE INDEX ledger_account_party_id_a6c13d9d ON public.ledger_account USING btree (party_id);

CREATE INDEX ledger_entry_key_b3fe1ea3_like ON public.ledger_entry USING btree (key text_pattern_ops);

CREATE INDEX ledger_posting_account_id_964f801d ON public.ledger_posting USING btree (account_id);

CREATE INDEX ledger_posting_entry_id_1c3a07af ON public.ledger_posting USING btree (entry_id);

CREATE INDEX letters_to_file ON public.mailbox_letter USING btree (mailbox_id, id) WHERE ((NOT is_filed) AND (state = 'sent'::text));

CREATE INDEX letters_waiting ON public.mailbox_letter USING btree (mailbox_id, id) WHERE (state = 'waiting'::text);

CREATE INDEX lines_by_bill ON public.billing_billline USING btree (bill_id);

CREATE INDEX lines_by_statement ON public.settlement_statementline USING btree (statement_id);

CREATE INDEX lines_by_subscription ON public.billing_billline USING btree (subscription_id, period);

CREATE INDEX listed_of_customer ON public.messaging_listednumber USING btree (customer_id, kind, id DESC);

CREATE INDEX mail_on_server ON public.mailbox_mail USING btree (mailbox_id, folder, validity, uid);

CREATE INDEX mail_seen_here ON public.mailbox_mail USING btree (mailbox_id) WHERE seen_here;

CREATE INDEX mail_unread_first ON public.mailbox_mail USING btree (person_id, seen, received_at DESC, id DESC) WHERE (gone_at IS NULL);

CREATE INDEX mailbox_body_mailbox_id_d65f2050 ON public.mailbox_body USING btree (mailbox_id);

CREATE INDEX mailbox_body_person_id_97b436a3 ON public.mailbox_body USING btree (person_id);

CREATE INDEX mailbox_folder_mailbox_id_31b952f2 ON public.mailbox_folder USING btree (mailbox_id);

CREATE INDEX mailbox_folder_person_id_28d03562 ON public.mailbox_folder USING btree (person_id);

CREATE INDEX mailbox_letter_answers_id_46abf810 ON public.mailbox_letter USING btree (answers_id);

CREATE INDEX mailbox_letter_customer_id_48ded5e8 ON public.mailbox_letter USING btree (customer_id);

CREATE INDEX mailbox_letter_mailbox_id_404e3e7b ON public.mailbox_letter USING btree (mailbox_id);

CREATE INDEX mailbox_letter_person_id_dd464c6f ON public.mailbox_letter USING btree (person_id);

CREATE INDEX mailbox_mail_customer_id_b6d1b613 ON public.mailbox_mail USING btree (customer_id);

CREATE INDEX mailbox_mail_mailbox_id_3e9e83e0 ON public.mailbox_mail USING btree (mailbox_id);

CREATE INDEX mailbox_mail_person_id_0f4885fa ON public.mailbox_mail USING btree (person_id);

CREATE INDEX mailbox_mailbox_customer_id_8581e4b4 ON public.mailbox_mailbox USING btree (customer_id);

CREATE INDEX mailbox_mailbox_person_id_9443bc69 ON public.mailbox_mailbox USING btree (person_id);

CREATE INDEX mailbox_mailbox_provider_id_d3d8c0ca ON public.mailbox_mailbox USING btree (provider_id);

CREATE INDEX mailbox_provider_name_c1b0de2f_like ON public.mailbox_provider USING btree (name text_pattern_ops);

CREATE INDEX mailbox_signin_customer_id_a5da047e ON public.mailbox_signin USING btree (customer_id);

CREATE INDEX mailbox_signin_person_id_d1764b54 ON public.mailbox_signin USING btree (person_id);

CREATE INDEX mailbox_signin_provider_id_88f524a7 ON public.mailbox_signin USING btree (provider_id);

CREATE INDEX mailbox_signin_state_250333cb_like ON public.mailbox_signin USING btree (state text_pattern_ops);

CREATE INDEX members_by_role ON public.party_member USING gin (roles);

CREATE INDEX messages_by_customer ON public.messaging_message USING btree (customer_id, id DESC);

CREATE INDEX messages_by_number ON public.messaging_message USING btree (number, id DESC);

CREATE INDEX messages_by_ref ON public.messaging_message USING btree (carrier, carrier_ref) WHERE (NOT (carrier_ref = ''::text));

CREATE INDEX messages_by_time ON public.messaging_message USING brin (created_at) WITH (autosummarize='on', pages_per_range='64');

CREATE INDEX messages_open ON public.messaging_message USING btree (expires_at) WHERE (state = ANY (ARRAY['queued'::text, 'sent'::text]));

CREATE INDEX messages_to_send ON public.messaging_message USING btree (carrier, COALESCE(interface_id, (0)::bigint), priority, due_at, id) WHERE (state = 'queued'::text);

CREATE INDEX messaging_airmessage_key_2e7f3266_like ON public.messaging_airmessage USING btree (key text_pattern_ops);

CREATE INDEX messaging_carrieraccount_name_5a9873e0_like ON public.messaging_carrieraccount USING btree (name text_pattern_ops);

CREATE INDEX messaging_carrierhealth_name_1ce3d60d_like ON public.messaging_carrierhealth USING btree (name text_pattern_ops);

CREATE INDEX messaging_companytemplate_customer_id_cef738b8 ON public.messaging_companytemplate USING btree (customer_id);

CREATE INDEX messaging_companytemplate_decided_by_id_f5638cec ON public.messaging_companytemplate USING btree (decided_by_id);

CREATE INDEX messaging_interface_access_number_3da8d8f8_like ON public.messaging_interface USING btree (access_number text_pattern_ops);

CREATE INDEX messaging_interface_customer_id_5af1cb2f ON public.messaging_interface USING btree (customer_id);

CREATE INDEX messaging_interface_login_d00ec8f7_like ON public.messaging_interface USING btree (login text_pattern_ops);

CREATE INDEX messaging_listednumber_customer_id_37c67093 ON public.messaging_listednumber USING btree (customer_id);

CREATE INDEX messaging_numberimport_customer_id_8dd8355d ON public.messaging_numberimport USING btree (customer_id);

CREATE INDEX messaging_numberimport_operator_id_2023f81f ON public.messaging_numberimport USING btree (operator_id);

CREATE INDEX messaging_numberimport_person_id_9663a106 ON public.messaging_numberimport USING btree (person_id);

CREATE INDEX messaging_review_customer_id_057ff741 ON public.messaging_review USING btree (customer_id);

CREATE INDEX messaging_review_decided_by_id_be96a1dd ON public.messaging_review USING btree (decided_by_id);

CREATE INDEX messaging_route_customer_id_a33cde92 ON public.messaging_route USING btree (customer_id);

CREATE INDEX messaging_route_interface_id_646d2223 ON public.messaging_route USING btree (interface_id);

CREATE INDEX messaging_route_name_c6f50234_like ON public.messaging_route USING btree (name text_pattern_ops);

CREATE INDEX messaging_route_operator_id_94460c3f ON public.messaging_route USING btree (operator_id);

CREATE INDEX messaging_signature_customer_id_c95169be ON public.messaging_signature USING btree (customer_id);

CREATE INDEX messaging_signature_decided_by_id_61c7e508 ON public.messaging_signature USING btree (decided_by_id);

CREATE INDEX messaging_switchtoken_topic_4ab3d2f8_like ON public.messaging_switchtoken USING btree (topic text_pattern_ops);

CREATE INDEX messaging_tally_key_8b7b8ead_like ON public.messaging_tally USING btree (key text_pattern_ops);

CREATE INDEX messaging_tariff_customer_id_3b3f5866 ON public.messaging_tariff USING btree (customer_id);

CREATE INDEX messaging_tariff_operator_id_5c055705 ON public.messaging_tariff USING btree (operator_id);

CREATE INDEX messaging_tariff_seller_id_7bbcc96c ON public.messaging_tariff USING btree (seller_id);

CREATE INDEX messaging_word_customer_id_455d8dc5 ON public.messaging_word USING btree (customer_id);

CREATE INDEX metering_meter_app_id_69cb597d ON public.metering_meter USING btree (app_id);

CREATE INDEX metering_meter_app_id_69cb597d_like ON public.metering_meter USING btree (app_id varchar_pattern_ops);

CREATE INDEX metering_meter_code_54f912e1 ON public.metering_meter USING btree (code);

CREATE INDEX metering_meter_code_54f912e1_like ON public.metering_meter USING btree (code varchar_pattern_ops);

CREATE INDEX metering_source_app_id_5cf5a4c4 ON public.metering_source USING btree (app_id);

CREATE INDEX metering_source_app_id_5cf5a4c4_like ON public.metering_source USING btree (app_id varchar_pattern_ops);

CREATE INDEX metering_source_uri_4b1162b4_like ON public.metering_source USING btree (uri text_pattern_ops);

CREATE INDEX metering_submission_app_id_281f8457 ON public.metering_submission USING btree (app_id);

CREATE INDEX metering_submission_app_id_281f8457_like ON public.metering_submission USING btree (app_id varchar_pattern_ops);

CREATE INDEX metering_tally_meter_id_25a268f1 ON public.metering_tally USING btree (meter_id);

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE INDEX notice_marks_by_age ON public.messaging_noticemark USING btree (at);

CREATE INDEX notices_to_tell ON public.messaging_notice USING btree (interface_id, id);

CREATE INDEX notification_attempt_notification_id_ac0f97a6 ON public.notification_attempt USING btree (notification_id);

CREATE INDEX notification_browser_endpoint_0c9b4801_like ON public.notification_browser USING btree (endpoint text_pattern_ops);

CREATE INDEX notification_browser_person_id_29237e87 ON public.notification_browser USING btree (person_id);

CREATE INDEX notification_choice_person_id_a71aea9e ON public.notification_choice USING btree (person_id);

CREATE INDEX notification_notification_digest_id_d421034b ON public.notification_notification USING btree (digest_id);

CREATE INDEX notification_notification_person_id_f3c08a9f ON public.notification_notification USING btree (person_id);

CREATE INDEX notifications_due ON public.notification_notification USING btree (due_at, id) WHERE (state = ANY (ARRAY['held'::text, 'trying'::text, 'sent'::text]));

CREATE INDEX notifications_of_person ON public.notification_notification USING btree (person_id, id DESC);

CREATE UNIQUE INDEX one_department_per_external_id ON public.party_department USING btree (customer_id, external_id) WHERE (NOT (external_id = ''::text));

CREATE UNIQUE INDEX one_member_per_external_id ON public.party_member USING btree (customer_id, external_id) WHERE ((NOT (external_id = ''::text)) AND (left_on IS NULL));

CREATE UNIQUE INDEX one_open_ask ON public.messaging_ask USING btree (number, access_number) WHERE (closed_at IS NULL);

CREATE UNIQUE INDEX one_open_assignment ON public.connector_assignee USING btree (task_id, person_id) WHERE (transferred_at IS NULL);

CREATE UNIQUE INDEX one_open_dispute ON public.settlement_dispute USING btree (statement_id, line_id) NULLS NOT DISTINCT WHERE (state = ANY (ARRAY['open'::text, 'answered'::text]));

CREATE UNIQUE INDEX one_open_employment ON public.party_member USING btree (customer_id, person_id) WHERE (left_on IS NULL);

CREATE UNIQUE INDEX one_open_engagement ON public.party_engagement USING btree (customer_id, operator_id, integrator_id) NULLS NOT DISTINCT WHERE (ends_on IS NULL);

CREATE UNIQUE INDEX one_open_seat ON public.subscription_seat USING btree (subscription_id, number) WHERE (ends_on IS NULL);

CREATE UNIQUE INDEX one_open_subscription ON public.subscription_subscription USING btree (customer_id, app_id) WHERE (ends_on IS NULL);

CREATE UNIQUE INDEX one_payment_per_provider_reference ON public.payment_payment USING btree (provider, provider_reference) WHERE (NOT (provider_reference = ''::text));

CREATE UNIQUE INDEX one_stop_a_cause ON public.subscription_stop USING btree (cause) WHERE (lifted_at IS NULL);

CREATE UNIQUE INDEX one_vapid_key ON public.notification_vapidkey USING btree ((1));

CREATE INDEX open_holds ON public.ledger_hold USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (state = 'open'::text));

CREATE INDEX parts_by_age ON public.messaging_heldpart USING btree (at);

CREATE INDEX parts_by_ref ON public.messaging_messagepart USING btree (carrier, carrier_ref);

CREATE INDEX parts_waiting ON public.messaging_heldpart USING btree (carrier, number, access_number, reference, total) WHERE (taken_at IS NULL);

CREATE INDEX party_agreement_customer_id_57fe293c ON public.party_agreement USING btree (customer_id);

CREATE INDEX party_agreement_operator_id_fdf7c671 ON public.party_agreement USING btree (operator_id);

CREATE INDEX party_agreement_partner_id_05515e47 ON public.party_agreement USING btree (partner_id);

CREATE INDEX party_agreement_payer_id_f851f2a7 ON public.party_agreement USING btree (payer_id);

CREATE INDEX party_agreementversion_agreement_id_9f04f0e6 ON public.party_agreementversion USING btree (agreement_id);

CREATE INDEX party_agreementversion_written_by_id_220bfa0f ON public.party_agreementversion USING btree (written_by_id);

CREATE INDEX party_by_kind ON public.party_party USING btree (kind, name);

CREATE INDEX party_certification_integrator_id_c35127ce ON public.party_certification USING btree (integrator_id);

CREATE INDEX party_certification_operator_id_150e93d4 ON public.party_certification USING btree (operator_id);

CREATE INDEX party_certificationstep_certification_id_230fc089 ON public.party_certificationstep USING btree (certification_id);

CREATE INDEX party_certificationstep_person_id_99b95b53 ON public.party_certificationstep USING btree (person_id);

CREATE INDEX party_department_customer_id_c573e786 ON public.party_department USING btree (customer_id);

CREATE INDEX party_department_parent_id_ab914967 ON public.party_department USING btree (parent_id);

CREATE INDEX party_engagement_customer_id_6066f3a6 ON public.party_engagement USING btree (customer_id);

CREATE INDEX party_engagement_integrator_id_03016896 ON public.party_engagement USING btree (integrator_id);

CREATE INDEX party_engagement_operator_id_6a462ca7 ON public.party_engagement USING btree (operator_id);

CREATE INDEX party_invoicedetails_party_id_912918f3 ON public.party_invoicedetails USING btree (party_id);

CREATE INDEX party_invoicedetails_written_by_id_b6e7d3cf ON public.party_invoicedetails USING btree (written_by_id);

CREATE INDEX party_member_customer_id_d43973fc ON public.party_member USING btree (customer_id);

CREATE INDEX party_member_department_id_21801748 ON public.party_member USING btree (department_id);

CREATE INDEX party_member_person_id_573650b3 ON public.party_member USING btree (person_id);

CREATE INDEX party_membership_party_id_dd3229a1 ON public.party_membership USING btree (party_id);

CREATE INDEX party_membership_person_id_b326cfc8 ON public.party_membership USING btree (person_id);

CREATE INDEX party_numberrange_operator_id_8698efb5 ON public.party_numberrange USING btree (operator_id);

CREATE INDEX party_numberrange_prefix_5e233bae_like ON public.party_numberrange USING btree (prefix text_pattern_ops);

CREATE INDEX party_party_slug_b8c2e53a_like ON public.party_party USING btree (slug varchar_pattern_ops);

CREATE INDEX party_portednumber_number_ffc7ebc0_like ON public.party_portednumber USING btree (number text_pattern_ops);

CREATE INDEX party_portednumber_operator_id_7291be42 ON public.party_portednumber USING btree (operator_id);

CREATE INDEX payment_bankfile_operator_id_4738fb6d ON public.payment_bankfile USING btree (operator_id);

CREATE INDEX payment_bankfile_taken_by_id_f1215c3d ON public.payment_bankfile USING btree (taken_by_id);

CREATE INDEX payment_bankline_file_id_aef2e72b ON public.payment_bankline USING btree (file_id);

CREATE INDEX payment_bankline_matched_by_id_6e06d613 ON public.payment_bankline USING btree (matched_by_id);

CREATE INDEX payment_bankline_operator_id_eb4bbf37 ON public.payment_bankline USING btree (operator_id);

CREATE INDEX payment_budget_app_id_65da9466 ON public.payment_budget USING btree (app_id);

CREATE INDEX payment_budget_app_id_65da9466_like ON public.payment_budget USING btree (app_id varchar_pattern_ops);

CREATE INDEX payment_budget_customer_id_585bedcb ON public.payment_budget USING btree (customer_id);

CREATE INDEX payment_budget_operator_id_119ec6bd ON public.payment_budget USING btree (operator_id);

CREATE INDEX payment_budget_set_by_id_587e1ca9 ON public.payment_budget USING btree (set_by_id);

CREATE INDEX payment_budget_set_by_party_id_a8ab8c14 ON public.payment_budget USING btree (set_by_party_id);

CREATE INDEX payment_budgetalert_budget_id_a2406816 ON public.payment_budgetalert USING btree (budget_id);

CREATE INDEX payment_callback_payment_id_0b3d6282 ON public.payment_callback USING btree (payment_id);

CREATE INDEX payment_chargeback_customer_id_134a9e75 ON public.payment_chargeback USING btree (customer_id);

CREATE INDEX payment_chargeback_key_6e8cad2f_like ON public.payment_chargeback USING btree (key text_pattern_ops);

CREATE INDEX payment_chargeback_operator_id_f0619077 ON public.payment_chargeback USING btree (operator_id);

CREATE INDEX payment_chargeback_payment_id_e14cf41b ON public.payment_chargeback USING btree (payment_id);

CREATE INDEX payment_chargeback_written_by_id_c14e4434 ON public.payment_chargeback USING btree (written_by_id);

CREATE INDEX payment_clearing_against_id_de02abb3 ON public.payment_clearing USING btree (against_id);

CREATE INDEX payment_clearing_bill_id_e26b8c10 ON public.payment_clearing USING btree (bill_id);

CREATE INDEX payment_clearing_chargeback_id_bae1dccb ON public.payment_clearing USING btree (chargeback_id);

CREATE INDEX payment_clearing_payment_id_8d66cb02 ON public.payment_clearing USING btree (payment_id);

CREATE INDEX payment_clearing_refund_id_d209a8b3 ON public.payment_clearing USING btree (refund_id);

CREATE INDEX payment_clearing_write_off_id_1ed3c9d5 ON public.payment_clearing USING btree (write_off_id);

CREATE INDEX payment_dunning_bill_id_73a259f5 ON public.payment_dunning USING btree (bill_id);

CREATE INDEX payment_dunningsuspension_dunning_id_2bc6727e ON public.payment_dunningsuspension USING btree (dunning_id);

CREATE INDEX payment_payment_customer_id_c21fdf7b ON public.payment_payment USING btree (customer_id);

CREATE INDEX payment_payment_key_38b3aa20_like ON public.payment_payment USING btree (key text_pattern_ops);

CREATE INDEX payment_payment_made_by_id_05ce927a ON public.payment_payment USING btree (made_by_id);

CREATE INDEX payment_payment_operator_id_39df62f7 ON public.payment_payment USING btree (operator_id);

CREATE INDEX payment_payment_reference_1254aacb_like ON public.payment_payment USING btree (reference text_pattern_ops);

CREATE INDEX payment_policy_customer_id_c2aa6e32 ON public.payment_policy USING btree (customer_id);

CREATE INDEX payment_policy_operator_id_7c11c69a ON public.payment_policy USING btree (operator_id);

CREATE INDEX payment_policy_written_by_id_d991fc37 ON public.payment_policy USING btree (written_by_id);

CREATE INDEX payment_refund_bill_id_e3249f80 ON public.payment_refund USING btree (bill_id);

CREATE INDEX payment_refund_customer_id_4b8a09c3 ON public.payment_refund USING btree (customer_id);

CREATE INDEX payment_refund_key_a122eefe_like ON public.payment_refund USING btree (key text_pattern_ops);

CREATE INDEX payment_refund_made_by_id_0653404f ON public.payment_refund USING btree (made_by_id);

CREATE INDEX payment_refund_operator_id_1c54cbc5 ON public.payment_refund USING btree (operator_id);

CREATE INDEX payment_spending_app_id_3c088d1e ON public.payment_spending USING btree (app_id);

CREATE INDEX payment_spending_app_id_3c088d1e_like ON public.payment_spending USING btree (app_id varchar_pattern_ops);

CREATE INDEX payment_spending_customer_id_94f31e17 ON public.payment_spending USING btree (customer_id);

CREATE INDEX payment_spending_operator_id_e9d8beb1 ON public.payment_spending USING btree (operator_id);

CREATE INDEX payment_walletrule_customer_id_20e5f8d8 ON public.payment_walletrule USING btree (customer_id);

CREATE INDEX payment_walletrule_operator_id_8685b8f3 ON public.payment_walletrule USING btree (operator_id);

CREATE INDEX payment_writeoff_bill_id_a8c95015 ON public.payment_writeoff USING btree (bill_id);

CREATE INDEX payment_writeoff_customer_id_59117f37 ON public.payment_writeoff USING btree (customer_id);

CREATE INDEX payment_writeoff_key_d70722ee_like ON public.payment_writeoff USING btree (key text_pattern_ops);

CREATE INDEX payment_writeoff_operator_id_c0cfab49 ON public.payment_writeoff USING btree (operator_id);

CREATE INDEX payment_writeoff_written_by_id_5696ec85 ON public.payment_writeoff USING btree (written_by_id);

CREATE INDEX payment_writeoffline_line_id_ce2934bc ON public.payment_writeoffline USING btree (line_id);

CREATE INDEX payment_writeoffline_write_off_id_105543b2 ON public.payment_writeoffline USING btree (write_off_id);

CREATE INDEX payments_by_customer ON public.payment_payment USING btree (customer_id, made_at DESC);

CREATE INDEX payments_by_operator ON public.payment_payment USING btree (operator_id, made_at DESC);

CREATE INDEX payments_pending ON public.payment_payment USING btree (made_at) WHERE (state = 'pending'::text);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE INDEX rating_charge_line_id_24d3adef ON public.rating_charge USING btree (line_id);

CREATE INDEX rating_trial_asked_by_id_c63b219b ON public.rating_trial USING btree (asked_by_id);

CREATE INDEX rating_trial_offer_id_5dce06ee ON public.rating_trial USING btree (offer_id);

CREATE INDEX rating_trial_operator_id_eef4339d ON public.rating_trial USING btree (operator_id);

CREATE INDEX rating_trialsum_customer_id_3e4a72f4 ON public.rating_trialsum USING btree (customer_id);

CREATE INDEX rating_trialsum_trial_id_39dedcd6 ON public.rating_trialsum USING btree (trial_id);

CREATE INDEX recent_by_age ON public.messaging_recent USING btree (until);

CREATE INDEX redemptions_by_subscription ON public.subscription_redemption USING btree (subscription_id);

CREATE INDEX reviews_waiting ON public.messaging_review USING btree (expires_at) WHERE (state = 'waiting'::text);

CREATE INDEX runs_by_operator ON public.close_closerun USING btree (operator_id, period DESC, id DESC);

CREATE INDEX seats_by_number ON public.subscription_seat USING btree (number, subscription_id);

CREATE INDEX settlement_dispute_statement_id_43ddd813 ON public.settlement_dispute USING btree (statement_id);

CREATE INDEX settlement_disputestep_dispute_id_31e9ab24 ON public.settlement_disputestep USING btree (dispute_id);

CREATE INDEX settlement_disputestep_party_id_16933e76 ON public.settlement_disputestep USING btree (party_id);

CREATE INDEX settlement_disputestep_person_id_1d8ba658 ON public.settlement_disputestep USING btree (person_id);

CREATE INDEX settlement_paidstatement_payout_id_6380eb0f ON public.settlement_paidstatement USING btree (payout_id);

CREATE INDEX settlement_paidstatement_statement_id_f0511b92 ON public.settlement_paidstatement USING btree (statement_id);

CREATE INDEX settlement_payout_account_id_a8310110 ON public.settlement_payout USING btree (account_id);

CREATE INDEX settlement_payout_operator_id_ad5ea737 ON public.settlement_payout USING btree (operator_id);

CREATE INDEX settlement_payout_partner_id_cacad3e0 ON public.settlement_payout USING btree (partner_id);

CREATE INDEX settlement_payout_run_id_62d5a9fe ON public.settlement_payout USING btree (run_id);

CREATE INDEX settlement_payoutaccount_confirmed_by_id_e17cbfda ON public.settlement_payoutaccount USING btree (confirmed_by_id);

CREATE INDEX settlement_payoutaccount_party_id_b9ae12f1 ON public.settlement_payoutaccount USING btree (party_id);

CREATE INDEX settlement_payoutaccount_written_by_id_55c99ae6 ON public.settlement_payoutaccount USING btree (written_by_id);

CREATE INDEX settlement_payoutrun_made_by_id_a090b114 ON public.settlement_payoutrun USING btree (made_by_id);

CREATE INDEX settlement_payoutrun_operator_id_9aa89c55 ON public.settlement_payoutrun USING btree (operator_id);

CREATE INDEX settlement_statement_operator_id_15c1b5f9 ON public.settlement_statement USING btree (operator_id);

CREATE INDEX settlement_statement_partner_id_df224f55 ON public.settlement_statement USING btree (partner_id);

CREATE INDEX shares_by_line ON public.settlement_share USING btree (statement_line_id) WHERE (NOT (statement_line_id IS NULL));

CREATE INDEX shares_by_operator ON public.settlement_share USING btree (operator_id, period);

CREATE INDEX statements_by_partner ON public.settlement_statement USING btree (partner_id, period DESC);

CREATE INDEX stops_of_customer ON public.subscription_stop USING btree (customer_id) WHERE (lifted_at IS NULL);

CREATE INDEX subscription_by_developer ON public.subscription_subscription USING btree (developer_id);

CREATE INDEX subscription_by_integrator ON public.subscription_subscription USING btree (integrator_id);

CREATE INDEX subscription_by_operator ON public.subscription_subscription USING btree (operator_id);

CREATE INDEX subscription_entitlement_app_id_0bd5d4ef ON public.subscription_entitlement USING btree (app_id);

CREATE INDEX subscription_entitlement_app_id_0bd5d4ef_like ON public.subscription_entitlement USING btree (app_id varchar_pattern_ops);

CREATE INDEX subscription_entitlement_customer_id_22403912 ON public.subscription_entitlement USING btree (customer_id);

CREATE INDEX subscription_entitlement_seat_id_16e866a1 ON public.subscription_entitlement USING btree (seat_id);

CREATE INDEX subscription_order_customer_id_faeeef53 ON public.subscription_order USING btree (customer_id);

CREATE INDEX subscription_order_key_e19858cd_like ON public.subscription_order USING btree (key text_pattern_ops);

CREATE INDEX subscription_order_offer_id_73365602 ON public.subscription_order USING btree (offer_id);

CREATE INDEX subscription_order_placed_by_id_df547dc7 ON public.subscription_order USING btree (placed_by_id);

CREATE INDEX subscription_order_placed_by_party_id_1da7419f ON public.subscription_order USING btree (placed_by_party_id);

CREATE INDEX subscription_redemption_customer_id_a6df8d10 ON public.subscription_redemption USING btree (customer_id);

CREATE INDEX subscription_redemption_offer_id_03c2237f ON public.subscription_redemption USING btree (offer_id);

CREATE INDEX subscription_redemption_redeemed_by_id_497a41cd ON public.subscription_redemption USING btree (redeemed_by_id);

CREATE INDEX subscription_redemption_subscription_id_9f2d51e0 ON public.subscription_redemption USING btree (subscription_id);

CREATE INDEX subscription_seat_assigned_by_id_82660596 ON public.subscription_seat USING btree (assigned_by_id);

CREATE INDEX subscription_seat_customer_id_d007fdcb ON public.subscription_seat USING btree (customer_id);

CREATE INDEX subscription_seat_member_id_c9cb5a54 ON public.subscription_seat USING btree (member_id);

CREATE INDEX subscription_seat_subscription_id_a4b135b7 ON public.subscription_seat USING btree (subscription_id);

CREATE INDEX subscription_seatimport_customer_id_4938a1c0 ON public.subscription_seatimport USING btree (customer_id);

CREATE INDEX subscription_seatimport_started_by_id_f36514d4 ON public.subscription_seatimport USING btree (started_by_id);

CREATE INDEX subscription_seatimport_subscription_id_47f1656d ON public.subscription_seatimport USING btree (subscription_id);

CREATE INDEX subscription_stop_app_id_44c7686b ON public.subscription_stop USING btree (app_id);

CREATE INDEX subscription_stop_app_id_44c7686b_like ON public.subscription_stop USING btree (app_id varchar_pattern_ops);

CREATE INDEX subscription_stop_customer_id_2a90cd0a ON public.subscription_stop USING btree (customer_id);

CREATE INDEX subscription_stop_operator_id_e5b09735 ON public.subscription_stop USING btree (operator_id);

CREATE INDEX subscription_subscription_app_id_f967f105 ON public.subscription_subscription USING btree (app_id);

CREATE INDEX subscription_subscription_app_id_f967f105_like ON public.subscription_subscription USING btree (app_id varchar_pattern_ops);

CREATE INDEX subscription_subscription_customer_id_cfa9661a ON public.subscription_subscription USING btree (customer_id);

CREATE INDEX subscription_subscription_developer_id_85be42bd ON public.subscription_subscription USING btree (developer_id);

CREATE INDEX subscription_subscription_integrator_id_8c6f5689 ON public.subscription_subscription USING btree (integrator_id);

CREATE INDEX subscription_subscription_offer_id_56375eb3 ON public.subscription_subscription USING btree (offer_id);

CREATE INDEX subscription_subscription_operator_id_7915aada ON public.subscription_subscription USING btree (operator_id);

CREATE INDEX subscription_suspension_subscription_id_5368715e ON public.subscription_suspension USING btree (subscription_id);

CREATE INDEX subscription_suspension_suspended_by_id_b4b9d97f ON public.subscription_suspension USING btree (suspended_by_id);

CREATE INDEX taken_mails_by_age ON public.connector_takenmail USING btree (interface_id, at);

CREATE INDEX tallies_by_age ON public.messaging_tally USING btree (until);

CREATE INDEX tasks_by_customer ON public.connector_task USING btree (customer_id, state, id DESC);

CREATE INDEX to_write_back ON public.connector_writeback USING btree (connector_id, id) WHERE (state = 'waiting'::text);

CREATE INDEX touched_subscriptions ON public.close_touched USING btree (operator_id, subscription_id);

CREATE INDEX transfers_from ON public.ledger_transfer USING btree (source_id, "time");

CREATE INDEX transfers_to ON public.ledger_transfer USING btree (target_id, "time");

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX unsettled_tasks ON public.connector_task USING btree (connector_id, id) WHERE (left_at IS NULL);

CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON public.usersessions_usersession USING btree (session_key varchar_pattern_ops);

CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON public.usersessions_usersession USING btree (user_id);

CREATE INDEX web_cache_expires ON public.web_cache USING btree (expires);

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.billing_bill FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.billing_billline FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.billing_creditedline FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.billing_creditnote FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.billing_taxrate FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.catalog_price FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.catalog_priceitem FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.connector_decision FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.events_event FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.identity_auditentry FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.party_agreementversion FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.party_certificationstep FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.party_invoicedetails FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_bankfile FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_callback FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_chargeback FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_clearing FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_dunning FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_policy FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_refund FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_writeoff FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payment_writeoffline FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.rating_charge FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.settlement_disputestep FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.settlement_share FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.settlement_statement FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.settlement_statementline FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.subscription_redemption FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER book_postings AFTER INSERT ON public.ledger_posting REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_book_postings();

CREATE TRIGGER book_transfers AFTER INSERT ON public.ledger_transfer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_book_transfers();

CREATE TRIGGER charges_stand AFTER INSERT ON public.rating_charge REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.billing_charges_stand();

CREATE TRIGGER end_holds AFTER UPDATE ON public.ledger_hold REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_end_holds();

CREATE TRIGGER fixed BEFORE UPDATE ON public.metering_meter FOR EACH ROW EXECUTE FUNCTION public.metering_meter_is_fixed();

CREATE TRIGGER guard_balance BEFORE UPDATE ON public.ledger_account FOR EACH ROW WHEN ((((pg_trigger_depth() = 0) AND ((old.balance IS DISTINCT FROM new.balance) OR (old.held IS DISTINCT FROM new.held))) OR ((old.code IS DISTINCT FROM new.code) OR (old.asset IS DISTINCT FROM new.asset)))) EXECUTE FUNCTION public.ledger_guard_accounts();

CREATE TRIGGER guard_holds BEFORE UPDATE ON public.ledger_hold FOR EACH ROW WHEN (((old.state <> 'open'::text) OR ((((((((old.id IS DISTINCT FROM new.id) OR (old.source_id IS DISTINCT FROM new.source_id)) OR (old.target_id IS DISTINCT FROM new.target_id)) OR (old.amount IS DISTINCT FROM new.amount)) OR (old.key IS DISTINCT FROM new.key)) OR (old.memo IS DISTINCT FROM new.memo)) OR (old.made_at IS DISTINCT FROM new.made_at)) OR (old.expires_at IS DISTINCT FROM new.expires_at)))) EXECUTE FUNCTION public.ledger_guard_holds();

CREATE CONSTRAINT TRIGGER has_postings AFTER INSERT ON public.ledger_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.ledger_entry_has_postings();

CREATE TRIGGER keep_accounts BEFORE DELETE ON public.ledger_account FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER keep_all BEFORE DELETE ON public.payment_payment FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER keep_holds BEFORE DELETE ON public.ledger_hold FOR EACH STATEMENT EXECUTE FUNCTION public.hotpot_append_only();

CREATE TRIGGER keep_received BEFORE UPDATE ON public.payment_payment FOR EACH ROW WHEN (((old.state = 'received'::text) OR (((((((old.operator_id IS DISTINCT FROM new.operator_id) OR (old.customer_id IS DISTINCT FROM new.customer_id)) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text)) OR (old.amount_minor IS DISTINCT FROM new.amount_minor)) OR (old.key IS DISTINCT FROM new.key)) OR (old.provider IS DISTINCT FROM new.provider)) OR (old.reference IS DISTINCT FROM new.reference)))) EXECUTE FUNCTION public.payment_keep();

CREATE TRIGGER lines_stand AFTER INSERT ON public.billing_billline REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.billing_lines_stand();

CREATE TRIGGER make_holds AFTER INSERT ON public.ledger_hold REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_make_holds();

CREATE CONSTRAINT TRIGGER not_below_least AFTER INSERT OR UPDATE ON public.ledger_account DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (((new.balance - new.held) < new."least")) EXECUTE FUNCTION public.ledger_not_below_least();

CREATE TRIGGER notice_changed AFTER UPDATE ON public.subscription_seat REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_spans();

CREATE TRIGGER notice_changed AFTER UPDATE ON public.subscription_subscription REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_subscriptions();

CREATE TRIGGER notice_changed AFTER UPDATE ON public.subscription_suspension REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_spans();

CREATE TRIGGER notice_gone AFTER DELETE ON public.subscription_seat REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_spans();

CREATE TRIGGER notice_gone AFTER DELETE ON public.subscription_suspension REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_spans();

CREATE TRIGGER notice_new AFTER INSERT ON public.billing_billline REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_credits();

CREATE TRIGGER notice_new AFTER INSERT ON public.catalog_priceitem REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_prices();

CREATE TRIGGER notice_new AFTER INSERT ON public.party_agreementversion REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_terms();

CREATE TRIGGER notice_new AFTER INSERT ON public.payment_writeoffline REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_write_offs();

CREATE TRIGGER notice_new AFTER INSERT ON public.subscription_redemption REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_redemptions();

CREATE TRIGGER notice_new AFTER INSERT ON public.subscription_seat REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_spans();

CREATE TRIGGER notice_new AFTER INSERT ON public.subscription_subscription REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_subscriptions();

CREATE TRIGGER notice_new AFTER INSERT ON public.subscription_suspension REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_spans();

CREATE TRIGGER notice_rivals AFTER INSERT ON public.close_touched REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.close_notice_rivals();

CREATE TRIGGER one_seat_a_day AFTER INSERT ON public.subscription_seat REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.subscription_one_seat_a_day();

CREATE TRIGGER open_empty BEFORE INSERT ON public.ledger_account FOR EACH ROW WHEN (((new.balance <> 0) OR (new.held <> 0))) EXECUTE FUNCTION public.ledger_guard_accounts();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER shares_stand AFTER INSERT ON public.settlement_share REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.settlement_shares_stand();

CREATE TRIGGER statement_lines_stand AFTER INSERT ON public.settlement_statementline REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.settlement_lines_stand();

CREATE TRIGGER still_one_seat_a_day AFTER UPDATE ON public.subscription_seat REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.subscription_one_seat_a_day();

CREATE TRIGGER switch_policies AFTER INSERT OR DELETE OR UPDATE ON public.messaging_companytemplate FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('policies');

CREATE TRIGGER switch_policies AFTER INSERT OR DELETE OR UPDATE ON public.messaging_customerlimit FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('policies');

CREATE TRIGGER switch_policies AFTER INSERT OR DELETE OR UPDATE ON public.messaging_interface FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('policies');

CREATE TRIGGER switch_policies AFTER INSERT OR DELETE OR UPDATE ON public.messaging_numberlimit FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('policies');

CREATE TRIGGER switch_policies AFTER INSERT OR DELETE OR UPDATE ON public.messaging_signature FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('policies');

CREATE TRIGGER switch_policies AFTER INSERT OR DELETE OR UPDATE ON public.messaging_tariff FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('policies');

CREATE TRIGGER switch_policies AFTER INSERT OR DELETE OR UPDATE ON public.party_engagement FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('policies');

CREATE TRIGGER switch_routes AFTER INSERT OR DELETE OR UPDATE ON public.messaging_carrieraccount FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('routes');

CREATE TRIGGER switch_routes AFTER INSERT OR DELETE OR UPDATE ON public.messaging_carrierhealth FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('routes');

CREATE TRIGGER switch_routes AFTER INSERT OR DELETE OR UPDATE ON public.messaging_interface FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('routes');

CREATE TRIGGER switch_routes AFTER INSERT OR DELETE OR UPDATE ON public.messaging_route FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('routes');

CREATE TRIGGER switch_routes AFTER INSERT OR DELETE OR UPDATE ON public.party_numberrange FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('routes');

CREATE TRIGGER switch_words AFTER INSERT OR DELETE OR UPDATE ON public.messaging_word FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_switch_changed('words');

CREATE TRIGGER told AFTER INSERT OR DELETE OR UPDATE ON public.messaging_interface FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_interface_told();

CREATE TRIGGER told AFTER DELETE ON public.messaging_silence FOR EACH STATEMENT EXECUTE FUNCTION public.messaging_interface_told();

CREATE TRIGGER within_payment AFTER INSERT ON public.payment_chargeback FOR EACH ROW EXECUTE FUNCTION public.payment_take_back();

CREATE TRIGGER within_total AFTER INSERT ON public.payment_clearing REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.payment_clear();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_identity_person_id FOREIGN KEY (user_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_bill
    ADD CONSTRAINT billing_bill_corrects_id_71d1956a_fk_billing_bill_id FOREIGN KEY (corrects_id) REFERENCES public.billing_bill(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_bill
    ADD CONSTRAINT billing_bill_customer_id_a8a94fda_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_bill
    ADD CONSTRAINT billing_bill_operator_id_4a0b9d3f_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_creditedline
    ADD CONSTRAINT billing_creditedline_corrects_id_a9933c47_fk_billing_b FOREIGN KEY (corrects_id) REFERENCES public.billing_billline(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_creditedline
    ADD CONSTRAINT billing_creditedline_line_id_840dacdb_fk_billing_billline_id FOREIGN KEY (line_id) REFERENCES public.billing_billline(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_creditnote
    ADD CONSTRAINT billing_creditnote_bill_id_3d5c4119_fk_billing_bill_id FOREIGN KEY (bill_id) REFERENCES public.billing_bill(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_creditnote
    ADD CONSTRAINT billing_creditnote_written_by_id_3266f2af_fk_identity_person_id FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_taxrate
    ADD CONSTRAINT billing_taxrate_operator_id_d1a1995e_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_taxrate
    ADD CONSTRAINT billing_taxrate_written_by_id_81af36fb_fk_identity_person_id FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_app
    ADD CONSTRAINT catalog_app_developer_id_b3e7ceb1_fk_party_party_id FOREIGN KEY (developer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT catalog_offer_app_id_67b92d4b_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT catalog_offer_operator_id_d7ec5f84_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_price
    ADD CONSTRAINT catalog_price_offer_id_5dfef8dd_fk_catalog_offer_id FOREIGN KEY (offer_id) REFERENCES public.catalog_offer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_priceitem
    ADD CONSTRAINT catalog_priceitem_price_id_96c42c19_fk_catalog_price_id FOREIGN KEY (price_id) REFERENCES public.catalog_price(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_closerun
    ADD CONSTRAINT close_closerun_customer_id_eba38cf8_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_closerun
    ADD CONSTRAINT close_closerun_operator_id_3dde0260_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_closerun
    ADD CONSTRAINT close_closerun_started_by_id_64e66ae0_fk_identity_person_id FOREIGN KEY (started_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_outcome
    ADD CONSTRAINT close_outcome_party_id_fe5580ee_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_outcome
    ADD CONSTRAINT close_outcome_run_id_019d38a0_fk_close_closerun_id FOREIGN KEY (run_id) REFERENCES public.close_closerun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_termstrial
    ADD CONSTRAINT close_termstrial_app_id_5b7632c3_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_termstrial
    ADD CONSTRAINT close_termstrial_asked_by_id_4c90768f_fk_identity_person_id FOREIGN KEY (asked_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_termstrial
    ADD CONSTRAINT close_termstrial_customer_id_feb6d96b_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_termstrial
    ADD CONSTRAINT close_termstrial_operator_id_50479f46_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_termstrial
    ADD CONSTRAINT close_termstrial_partner_id_b37f51c3_fk_party_party_id FOREIGN KEY (partner_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_termstrialsum
    ADD CONSTRAINT close_termstrialsum_party_id_b6820471_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_termstrialsum
    ADD CONSTRAINT close_termstrialsum_trial_id_5ff654e4_fk_close_termstrial_id FOREIGN KEY (trial_id) REFERENCES public.close_termstrial(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.close_touched
    ADD CONSTRAINT close_touched_operator_id_6168a4e5_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_assignee
    ADD CONSTRAINT connector_assignee_customer_id_50b5d9e0_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_assignee
    ADD CONSTRAINT connector_assignee_person_id_1a386bf6_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_assignee
    ADD CONSTRAINT connector_assignee_task_id_8cac0321_fk_connector_task_id FOREIGN KEY (task_id) REFERENCES public.connector_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_assignee
    ADD CONSTRAINT connector_assignee_transferred_to_id_a2f8f5e9_fk_identity_ FOREIGN KEY (transferred_to_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_connector
    ADD CONSTRAINT connector_connector_customer_id_a6568fe9_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_connector
    ADD CONSTRAINT connector_connector_integrator_id_93c0b09e_fk_party_party_id FOREIGN KEY (integrator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_connector
    ADD CONSTRAINT connector_connector_interface_id_08374c19_fk_messaging FOREIGN KEY (interface_id) REFERENCES public.messaging_interface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_decision
    ADD CONSTRAINT connector_decision_customer_id_dcf82344_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_decision
    ADD CONSTRAINT connector_decision_person_id_52e451d9_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_decision
    ADD CONSTRAINT connector_decision_task_id_6c53ecfe_fk_connector_task_id FOREIGN KEY (task_id) REFERENCES public.connector_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_problem
    ADD CONSTRAINT connector_problem_customer_id_66aeb64e_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_problem
    ADD CONSTRAINT connector_problem_interface_id_48c5e6d0_fk_messaging FOREIGN KEY (interface_id) REFERENCES public.messaging_interface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_takenmail
    ADD CONSTRAINT connector_takenmail_customer_id_3c33dc52_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_takenmail
    ADD CONSTRAINT connector_takenmail_interface_id_2c4e7a46_fk_messaging FOREIGN KEY (interface_id) REFERENCES public.messaging_interface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_task
    ADD CONSTRAINT connector_task_connector_id_fb6f0542_fk_connector_connector_id FOREIGN KEY (connector_id) REFERENCES public.connector_connector(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_task
    ADD CONSTRAINT connector_task_customer_id_0e8a4d59_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_unreadablerow
    ADD CONSTRAINT connector_unreadable_connector_id_3840a6b4_fk_connector FOREIGN KEY (connector_id) REFERENCES public.connector_connector(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_unreadablerow
    ADD CONSTRAINT connector_unreadablerow_customer_id_b8152aef_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_writeback
    ADD CONSTRAINT connector_writeback_connector_id_78d59d8d_fk_connector FOREIGN KEY (connector_id) REFERENCES public.connector_connector(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_writeback
    ADD CONSTRAINT connector_writeback_customer_id_7936db54_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.connector_writeback
    ADD CONSTRAINT connector_writeback_decision_id_999742a0_fk_connector FOREIGN KEY (decision_id) REFERENCES public.connector_decision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_accesstoken
    ADD CONSTRAINT identity_accesstoken_person_id_df959a00_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.identity_auditentry
    ADD CONSTRAINT identity_auditentry_person_id_e93d02a7_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_counterparty_id_3d82f993_fk_party_party_id FOREIGN KEY (counterparty_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_party_id_a6c13d9d_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_reverses_id_e0cdc015_fk_ledger_entry_id FOREIGN KEY (reverses_id) REFERENCES public.ledger_entry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_posting
    ADD CONSTRAINT ledger_posting_account_id_964f801d_fk_ledger_account_id FOREIGN KEY (account_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_posting
    ADD CONSTRAINT ledger_posting_entry_id_1c3a07af_fk_ledger_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_body
    ADD CONSTRAINT mailbox_body_mail_id_6c07ae5a_fk_mailbox_mail_id FOREIGN KEY (mail_id) REFERENCES public.mailbox_mail(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_body
    ADD CONSTRAINT mailbox_body_mailbox_id_d65f2050_fk_mailbox_mailbox_id FOREIGN KEY (mailbox_id) REFERENCES public.mailbox_mailbox(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_body
    ADD CONSTRAINT mailbox_body_person_id_97b436a3_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_folder
    ADD CONSTRAINT mailbox_folder_mailbox_id_31b952f2_fk_mailbox_mailbox_id FOREIGN KEY (mailbox_id) REFERENCES public.mailbox_mailbox(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_folder
    ADD CONSTRAINT mailbox_folder_person_id_28d03562_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_letter
    ADD CONSTRAINT mailbox_letter_answers_id_46abf810_fk_mailbox_mail_id FOREIGN KEY (answers_id) REFERENCES public.mailbox_mail(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_letter
    ADD CONSTRAINT mailbox_letter_customer_id_48ded5e8_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_letter
    ADD CONSTRAINT mailbox_letter_mailbox_id_404e3e7b_fk_mailbox_mailbox_id FOREIGN KEY (mailbox_id) REFERENCES public.mailbox_mailbox(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_letter
    ADD CONSTRAINT mailbox_letter_person_id_dd464c6f_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_customer_id_b6d1b613_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_mailbox_id_3e9e83e0_fk_mailbox_mailbox_id FOREIGN KEY (mailbox_id) REFERENCES public.mailbox_mailbox(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_mail
    ADD CONSTRAINT mailbox_mail_person_id_0f4885fa_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_mailbox
    ADD CONSTRAINT mailbox_mailbox_customer_id_8581e4b4_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_mailbox
    ADD CONSTRAINT mailbox_mailbox_person_id_9443bc69_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_mailbox
    ADD CONSTRAINT mailbox_mailbox_provider_id_d3d8c0ca_fk_mailbox_provider_id FOREIGN KEY (provider_id) REFERENCES public.mailbox_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_signin
    ADD CONSTRAINT mailbox_signin_customer_id_a5da047e_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_signin
    ADD CONSTRAINT mailbox_signin_person_id_d1764b54_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mailbox_signin
    ADD CONSTRAINT mailbox_signin_provider_id_88f524a7_fk_mailbox_provider_id FOREIGN KEY (provider_id) REFERENCES public.mailbox_provider(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_ask
    ADD CONSTRAINT messaging_ask_message_id_4273ff7a_fk_messaging_message_id FOREIGN KEY (message_id) REFERENCES public.messaging_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_charge
    ADD CONSTRAINT messaging_charge_credit_id_88baa4b0_fk_ledger_account_id FOREIGN KEY (credit_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_charge
    ADD CONSTRAINT messaging_charge_held_id_f8acc750_fk_ledger_account_id FOREIGN KEY (held_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_charge
    ADD CONSTRAINT messaging_charge_income_id_9d875f64_fk_ledger_account_id FOREIGN KEY (income_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_companytemplate
    ADD CONSTRAINT messaging_companytem_customer_id_cef738b8_fk_party_par FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_companytemplate
    ADD CONSTRAINT messaging_companytem_decided_by_id_f5638cec_fk_identity_ FOREIGN KEY (decided_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_customerlimit
    ADD CONSTRAINT messaging_customerlimit_customer_id_70cc965e_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_droppednotices
    ADD CONSTRAINT messaging_droppednot_interface_id_8cbcca57_fk_messaging FOREIGN KEY (interface_id) REFERENCES public.messaging_interface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_givenpart
    ADD CONSTRAINT messaging_givenpart_interface_id_ea1bee7e_fk_messaging FOREIGN KEY (interface_id) REFERENCES public.messaging_interface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_interface
    ADD CONSTRAINT messaging_interface_customer_id_5af1cb2f_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_listednumber
    ADD CONSTRAINT messaging_listednumber_customer_id_37c67093_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT messaging_message_customer_id_8d410b21_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_messagepart
    ADD CONSTRAINT messaging_messagepar_message_id_b52b6073_fk_messaging FOREIGN KEY (message_id) REFERENCES public.messaging_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_numberimport
    ADD CONSTRAINT messaging_numberimport_customer_id_8dd8355d_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_numberimport
    ADD CONSTRAINT messaging_numberimport_operator_id_2023f81f_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_numberimport
    ADD CONSTRAINT messaging_numberimport_person_id_9663a106_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_numberlimit
    ADD CONSTRAINT messaging_numberlimit_party_id_c2b43192_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_review
    ADD CONSTRAINT messaging_review_customer_id_057ff741_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_review
    ADD CONSTRAINT messaging_review_decided_by_id_be96a1dd_fk_identity_person_id FOREIGN KEY (decided_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_route
    ADD CONSTRAINT messaging_route_customer_id_a33cde92_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_route
    ADD CONSTRAINT messaging_route_interface_id_646d2223_fk_messaging_interface_id FOREIGN KEY (interface_id) REFERENCES public.messaging_interface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_route
    ADD CONSTRAINT messaging_route_operator_id_94460c3f_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_signature
    ADD CONSTRAINT messaging_signature_customer_id_c95169be_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_signature
    ADD CONSTRAINT messaging_signature_decided_by_id_61c7e508_fk_identity_ FOREIGN KEY (decided_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_silence
    ADD CONSTRAINT messaging_silence_interface_id_9f8b54a6_fk_messaging FOREIGN KEY (interface_id) REFERENCES public.messaging_interface(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_tariff
    ADD CONSTRAINT messaging_tariff_customer_id_3b3f5866_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_tariff
    ADD CONSTRAINT messaging_tariff_operator_id_5c055705_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_tariff
    ADD CONSTRAINT messaging_tariff_seller_id_7bbcc96c_fk_party_party_id FOREIGN KEY (seller_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_word
    ADD CONSTRAINT messaging_word_customer_id_455d8dc5_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.metering_meter
    ADD CONSTRAINT metering_meter_app_id_69cb597d_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.metering_source
    ADD CONSTRAINT metering_source_app_id_5cf5a4c4_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.metering_submission
    ADD CONSTRAINT metering_submission_app_id_281f8457_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.metering_tally
    ADD CONSTRAINT metering_tally_meter_id_25a268f1_fk_metering_meter_id FOREIGN KEY (meter_id) REFERENCES public.metering_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_identity_person_id FOREIGN KEY (user_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notification_attempt
    ADD CONSTRAINT notification_attempt_notification_id_ac0f97a6_fk_notificat FOREIGN KEY (notification_id) REFERENCES public.notification_notification(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notification_browser
    ADD CONSTRAINT notification_browser_person_id_29237e87_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notification_choice
    ADD CONSTRAINT notification_choice_person_id_a71aea9e_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notification_habits
    ADD CONSTRAINT notification_habits_person_id_8d488c97_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notification_notification
    ADD CONSTRAINT notification_notific_digest_id_d421034b_fk_notificat FOREIGN KEY (digest_id) REFERENCES public.notification_notification(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notification_notification
    ADD CONSTRAINT notification_notific_message_id_777dbd8f_fk_messaging FOREIGN KEY (message_id) REFERENCES public.messaging_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.notification_notification
    ADD CONSTRAINT notification_notific_person_id_f3c08a9f_fk_identity_ FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_agreement
    ADD CONSTRAINT party_agreement_customer_id_57fe293c_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_agreement
    ADD CONSTRAINT party_agreement_operator_id_fdf7c671_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_agreement
    ADD CONSTRAINT party_agreement_partner_id_05515e47_fk_party_party_id FOREIGN KEY (partner_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_agreement
    ADD CONSTRAINT party_agreement_payer_id_f851f2a7_fk_party_party_id FOREIGN KEY (payer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_agreementversion
    ADD CONSTRAINT party_agreementversi_agreement_id_9f04f0e6_fk_party_agr FOREIGN KEY (agreement_id) REFERENCES public.party_agreement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_agreementversion
    ADD CONSTRAINT party_agreementversi_written_by_id_220bfa0f_fk_identity_ FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_certification
    ADD CONSTRAINT party_certification_integrator_id_c35127ce_fk_party_party_id FOREIGN KEY (integrator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_certification
    ADD CONSTRAINT party_certification_operator_id_150e93d4_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_certificationstep
    ADD CONSTRAINT party_certifications_certification_id_230fc089_fk_party_cer FOREIGN KEY (certification_id) REFERENCES public.party_certification(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_certificationstep
    ADD CONSTRAINT party_certifications_person_id_99b95b53_fk_identity_ FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_department
    ADD CONSTRAINT party_department_customer_id_c573e786_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_department
    ADD CONSTRAINT party_department_parent_id_ab914967_fk_party_department_id FOREIGN KEY (parent_id) REFERENCES public.party_department(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_engagement
    ADD CONSTRAINT party_engagement_customer_id_6066f3a6_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_engagement
    ADD CONSTRAINT party_engagement_integrator_id_03016896_fk_party_party_id FOREIGN KEY (integrator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_engagement
    ADD CONSTRAINT party_engagement_operator_id_6a462ca7_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_invoicedetails
    ADD CONSTRAINT party_invoicedetails_party_id_912918f3_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_invoicedetails
    ADD CONSTRAINT party_invoicedetails_written_by_id_b6e7d3cf_fk_identity_ FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_member
    ADD CONSTRAINT party_member_customer_id_d43973fc_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_member
    ADD CONSTRAINT party_member_department_id_21801748_fk_party_department_id FOREIGN KEY (department_id) REFERENCES public.party_department(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_member
    ADD CONSTRAINT party_member_person_id_573650b3_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_membership
    ADD CONSTRAINT party_membership_party_id_dd3229a1_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_membership
    ADD CONSTRAINT party_membership_person_id_b326cfc8_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_numberrange
    ADD CONSTRAINT party_numberrange_operator_id_8698efb5_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.party_portednumber
    ADD CONSTRAINT party_portednumber_operator_id_7291be42_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_bankfile
    ADD CONSTRAINT payment_bankfile_operator_id_4738fb6d_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_bankfile
    ADD CONSTRAINT payment_bankfile_taken_by_id_f1215c3d_fk_identity_person_id FOREIGN KEY (taken_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_bankline
    ADD CONSTRAINT payment_bankline_file_id_aef2e72b_fk_payment_bankfile_id FOREIGN KEY (file_id) REFERENCES public.payment_bankfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_bankline
    ADD CONSTRAINT payment_bankline_matched_by_id_6e06d613_fk_identity_person_id FOREIGN KEY (matched_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_bankline
    ADD CONSTRAINT payment_bankline_operator_id_eb4bbf37_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_bankline
    ADD CONSTRAINT payment_bankline_payment_id_d26c7b51_fk_payment_payment_id FOREIGN KEY (payment_id) REFERENCES public.payment_payment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_budget
    ADD CONSTRAINT payment_budget_app_id_65da9466_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_budget
    ADD CONSTRAINT payment_budget_customer_id_585bedcb_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_budget
    ADD CONSTRAINT payment_budget_operator_id_119ec6bd_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_budget
    ADD CONSTRAINT payment_budget_set_by_id_587e1ca9_fk_identity_person_id FOREIGN KEY (set_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_budget
    ADD CONSTRAINT payment_budget_set_by_party_id_a8ab8c14_fk_party_party_id FOREIGN KEY (set_by_party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_budgetalert
    ADD CONSTRAINT payment_budgetalert_budget_id_a2406816_fk_payment_budget_id FOREIGN KEY (budget_id) REFERENCES public.payment_budget(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_callback
    ADD CONSTRAINT payment_callback_payment_id_0b3d6282_fk_payment_payment_id FOREIGN KEY (payment_id) REFERENCES public.payment_payment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_customer_id_134a9e75_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_entry_id_efb3cdad_fk_ledger_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_operator_id_f0619077_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_payment_id_e14cf41b_fk_payment_payment_id FOREIGN KEY (payment_id) REFERENCES public.payment_payment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_chargeback
    ADD CONSTRAINT payment_chargeback_written_by_id_c14e4434_fk_identity_person_id FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_clearing
    ADD CONSTRAINT payment_clearing_against_id_de02abb3_fk_billing_bill_id FOREIGN KEY (against_id) REFERENCES public.billing_bill(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_clearing
    ADD CONSTRAINT payment_clearing_bill_id_e26b8c10_fk_billing_bill_id FOREIGN KEY (bill_id) REFERENCES public.billing_bill(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_clearing
    ADD CONSTRAINT payment_clearing_chargeback_id_bae1dccb_fk_payment_c FOREIGN KEY (chargeback_id) REFERENCES public.payment_chargeback(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_clearing
    ADD CONSTRAINT payment_clearing_payment_id_8d66cb02_fk_payment_payment_id FOREIGN KEY (payment_id) REFERENCES public.payment_payment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_clearing
    ADD CONSTRAINT payment_clearing_refund_id_d209a8b3_fk_payment_refund_id FOREIGN KEY (refund_id) REFERENCES public.payment_refund(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_clearing
    ADD CONSTRAINT payment_clearing_write_off_id_1ed3c9d5_fk_payment_writeoff_id FOREIGN KEY (write_off_id) REFERENCES public.payment_writeoff(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_dunning
    ADD CONSTRAINT payment_dunning_bill_id_73a259f5_fk_billing_bill_id FOREIGN KEY (bill_id) REFERENCES public.billing_bill(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_dunningsuspension
    ADD CONSTRAINT payment_dunningsuspe_dunning_id_2bc6727e_fk_payment_d FOREIGN KEY (dunning_id) REFERENCES public.payment_dunning(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_dunningsuspension
    ADD CONSTRAINT payment_dunningsuspe_suspension_id_91a0f958_fk_subscript FOREIGN KEY (suspension_id) REFERENCES public.subscription_suspension(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_customer_id_c21fdf7b_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_entry_id_5f20bd26_fk_ledger_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_made_by_id_05ce927a_fk_identity_person_id FOREIGN KEY (made_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_payment
    ADD CONSTRAINT payment_payment_operator_id_39df62f7_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_policy
    ADD CONSTRAINT payment_policy_customer_id_c2aa6e32_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_policy
    ADD CONSTRAINT payment_policy_operator_id_7c11c69a_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_policy
    ADD CONSTRAINT payment_policy_written_by_id_d991fc37_fk_identity_person_id FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_bill_id_e3249f80_fk_billing_bill_id FOREIGN KEY (bill_id) REFERENCES public.billing_bill(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_customer_id_4b8a09c3_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_entry_id_17f1d9a1_fk_ledger_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_made_by_id_0653404f_fk_identity_person_id FOREIGN KEY (made_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_refund
    ADD CONSTRAINT payment_refund_operator_id_1c54cbc5_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_spending
    ADD CONSTRAINT payment_spending_app_id_3c088d1e_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_spending
    ADD CONSTRAINT payment_spending_customer_id_94f31e17_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_spending
    ADD CONSTRAINT payment_spending_operator_id_e9d8beb1_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_walletrule
    ADD CONSTRAINT payment_walletrule_customer_id_20e5f8d8_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_walletrule
    ADD CONSTRAINT payment_walletrule_operator_id_8685b8f3_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_bill_id_a8c95015_fk_billing_bill_id FOREIGN KEY (bill_id) REFERENCES public.billing_bill(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_customer_id_59117f37_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_entry_id_8585dc3c_fk_ledger_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_operator_id_c0cfab49_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_writeoff
    ADD CONSTRAINT payment_writeoff_written_by_id_5696ec85_fk_identity_person_id FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_writeoffline
    ADD CONSTRAINT payment_writeoffline_line_id_ce2934bc_fk_billing_billline_id FOREIGN KEY (line_id) REFERENCES public.billing_billline(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payment_writeoffline
    ADD CONSTRAINT payment_writeoffline_write_off_id_105543b2_fk_payment_w FOREIGN KEY (write_off_id) REFERENCES public.payment_writeoff(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.rating_trial
    ADD CONSTRAINT rating_trial_asked_by_id_c63b219b_fk_identity_person_id FOREIGN KEY (asked_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.rating_trial
    ADD CONSTRAINT rating_trial_offer_id_5dce06ee_fk_catalog_offer_id FOREIGN KEY (offer_id) REFERENCES public.catalog_offer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.rating_trial
    ADD CONSTRAINT rating_trial_operator_id_eef4339d_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.rating_trialsum
    ADD CONSTRAINT rating_trialsum_customer_id_3e4a72f4_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.rating_trialsum
    ADD CONSTRAINT rating_trialsum_trial_id_39dedcd6_fk_rating_trial_id FOREIGN KEY (trial_id) REFERENCES public.rating_trial(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_dispute
    ADD CONSTRAINT settlement_dispute_correction_id_ca3af23a_fk_settlemen FOREIGN KEY (correction_id) REFERENCES public.settlement_statement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_dispute
    ADD CONSTRAINT settlement_dispute_statement_id_43ddd813_fk_settlemen FOREIGN KEY (statement_id) REFERENCES public.settlement_statement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_disputestep
    ADD CONSTRAINT settlement_disputest_dispute_id_31e9ab24_fk_settlemen FOREIGN KEY (dispute_id) REFERENCES public.settlement_dispute(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_disputestep
    ADD CONSTRAINT settlement_disputestep_party_id_16933e76_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_disputestep
    ADD CONSTRAINT settlement_disputestep_person_id_1d8ba658_fk_identity_person_id FOREIGN KEY (person_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_paidstatement
    ADD CONSTRAINT settlement_paidstate_payout_id_6380eb0f_fk_settlemen FOREIGN KEY (payout_id) REFERENCES public.settlement_payout(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_paidstatement
    ADD CONSTRAINT settlement_paidstate_statement_id_f0511b92_fk_settlemen FOREIGN KEY (statement_id) REFERENCES public.settlement_statement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payout
    ADD CONSTRAINT settlement_payout_account_id_a8310110_fk_settlemen FOREIGN KEY (account_id) REFERENCES public.settlement_payoutaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payout
    ADD CONSTRAINT settlement_payout_operator_id_ad5ea737_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payout
    ADD CONSTRAINT settlement_payout_partner_id_cacad3e0_fk_party_party_id FOREIGN KEY (partner_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payout
    ADD CONSTRAINT settlement_payout_run_id_62d5a9fe_fk_settlement_payoutrun_id FOREIGN KEY (run_id) REFERENCES public.settlement_payoutrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payoutaccount
    ADD CONSTRAINT settlement_payoutacc_confirmed_by_id_e17cbfda_fk_identity_ FOREIGN KEY (confirmed_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payoutaccount
    ADD CONSTRAINT settlement_payoutacc_written_by_id_55c99ae6_fk_identity_ FOREIGN KEY (written_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payoutaccount
    ADD CONSTRAINT settlement_payoutaccount_party_id_b9ae12f1_fk_party_party_id FOREIGN KEY (party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payoutrun
    ADD CONSTRAINT settlement_payoutrun_made_by_id_a090b114_fk_identity_person_id FOREIGN KEY (made_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_payoutrun
    ADD CONSTRAINT settlement_payoutrun_operator_id_9aa89c55_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_statement
    ADD CONSTRAINT settlement_statement_operator_id_15c1b5f9_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.settlement_statement
    ADD CONSTRAINT settlement_statement_partner_id_df224f55_fk_party_party_id FOREIGN KEY (partner_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_entitlement
    ADD CONSTRAINT subscription_entitle_seat_id_16e866a1_fk_subscript FOREIGN KEY (seat_id) REFERENCES public.subscription_seat(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_entitlement
    ADD CONSTRAINT subscription_entitlement_app_id_0bd5d4ef_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_entitlement
    ADD CONSTRAINT subscription_entitlement_customer_id_22403912_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_order
    ADD CONSTRAINT subscription_order_customer_id_faeeef53_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_order
    ADD CONSTRAINT subscription_order_offer_id_73365602_fk_catalog_offer_id FOREIGN KEY (offer_id) REFERENCES public.catalog_offer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_order
    ADD CONSTRAINT subscription_order_placed_by_id_df547dc7_fk_identity_person_id FOREIGN KEY (placed_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_order
    ADD CONSTRAINT subscription_order_placed_by_party_id_1da7419f_fk_party_par FOREIGN KEY (placed_by_party_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_redemption
    ADD CONSTRAINT subscription_redempt_redeemed_by_id_497a41cd_fk_identity_ FOREIGN KEY (redeemed_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_redemption
    ADD CONSTRAINT subscription_redempt_subscription_id_9f2d51e0_fk_subscript FOREIGN KEY (subscription_id) REFERENCES public.subscription_subscription(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_redemption
    ADD CONSTRAINT subscription_redemption_customer_id_a6df8d10_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_redemption
    ADD CONSTRAINT subscription_redemption_offer_id_03c2237f_fk_catalog_offer_id FOREIGN KEY (offer_id) REFERENCES public.catalog_offer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_seat
    ADD CONSTRAINT subscription_seat_assigned_by_id_82660596_fk_identity_person_id FOREIGN KEY (assigned_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_seat
    ADD CONSTRAINT subscription_seat_customer_id_d007fdcb_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_seat
    ADD CONSTRAINT subscription_seat_member_id_c9cb5a54_fk_party_member_id FOREIGN KEY (member_id) REFERENCES public.party_member(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_seat
    ADD CONSTRAINT subscription_seat_subscription_id_a4b135b7_fk_subscript FOREIGN KEY (subscription_id) REFERENCES public.subscription_subscription(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_seatimport
    ADD CONSTRAINT subscription_seatimp_started_by_id_f36514d4_fk_identity_ FOREIGN KEY (started_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_seatimport
    ADD CONSTRAINT subscription_seatimp_subscription_id_47f1656d_fk_subscript FOREIGN KEY (subscription_id) REFERENCES public.subscription_subscription(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_seatimport
    ADD CONSTRAINT subscription_seatimport_customer_id_4938a1c0_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_stop
    ADD CONSTRAINT subscription_stop_app_id_44c7686b_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_stop
    ADD CONSTRAINT subscription_stop_customer_id_2a90cd0a_fk_party_party_id FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_stop
    ADD CONSTRAINT subscription_stop_operator_id_e5b09735_fk_party_party_id FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscri_customer_id_cfa9661a_fk_party_par FOREIGN KEY (customer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscri_developer_id_85be42bd_fk_party_par FOREIGN KEY (developer_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscri_integrator_id_8c6f5689_fk_party_par FOREIGN KEY (integrator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscri_operator_id_7915aada_fk_party_par FOREIGN KEY (operator_id) REFERENCES public.party_party(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscri_order_id_18f920d2_fk_subscript FOREIGN KEY (order_id) REFERENCES public.subscription_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscription_app_id_f967f105_fk_catalog_app_id FOREIGN KEY (app_id) REFERENCES public.catalog_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_subscription
    ADD CONSTRAINT subscription_subscription_offer_id_56375eb3_fk_catalog_offer_id FOREIGN KEY (offer_id) REFERENCES public.catalog_offer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_suspension
    ADD CONSTRAINT subscription_suspens_subscription_id_5368715e_fk_subscript FOREIGN KEY (subscription_id) REFERENCES public.subscription_subscription(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.subscription_suspension
    ADD CONSTRAINT subscription_suspens_suspended_by_id_b4b9d97f_fk_identity_ FOREIGN KEY (suspended_by_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_identity_person_id FOREIGN KEY (user_id) REFERENCES public.identity_person(id) DEFERRABLE INITIALLY DEFERRED;

CREATE POLICY adders ON public.events_event FOR INSERT WITH CHECK (true);

CREATE POLICY adders ON public.identity_auditentry FOR INSERT WITH CHECK (true);

ALTER TABLE public.billing_bill ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.billing_billline ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.billing_creditedline ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.billing_creditnote ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.billing_taxrate ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalog_app ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalog_offer ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalog_price ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalog_priceitem ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.close_closerun ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.close_outcome ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.close_termstrial ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.close_termstrialsum ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.close_touched ENABLE ROW LEVEL SECURITY;

CREATE POLICY colleagues ON public.identity_person FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.party_member member
  WHERE (member.person_id = identity_person.id))) OR (EXISTS ( SELECT
   FROM public.party_membership role
  WHERE (role.person_id = identity_person.id)))));

ALTER TABLE public.connector_assignee ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_connector ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_problem ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_takenmail ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_task ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_unreadablerow ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.connector_writeback ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.events_cursor ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.events_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_accesstoken ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_auditentry ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_person ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_hold ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_posting ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_transfer ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_body ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_folder ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_letter ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_mail ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_mailbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_provider ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailbox_signin ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_airmessage ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_ask ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_carrieraccount ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_carrierhealth ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_charge ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_companytemplate ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_customerlimit ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_droppednotices ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_givenpart ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_heldpart ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_heldreceipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_interface ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_listednumber ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_message ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_messagepart ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_noticemark ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_numberimport ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_numberlimit ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_recent ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_review ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_route ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_signature ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_silence ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_switchtoken ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_tally ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_tariff ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_template ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messaging_word ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metering_meter ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metering_refusal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metering_segment ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metering_source ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metering_submission ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metering_tally ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mfa_authenticator ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_attempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_browser ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_choice ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_habits ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_notification ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notification_vapidkey ENABLE ROW LEVEL SECURITY;

CREATE POLICY owners ON public.billing_bill USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.billing_billline USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.billing_bill parent
  WHERE (parent.id = billing_billline.bill_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.billing_bill parent
  WHERE (parent.id = billing_billline.bill_id)))));

CREATE POLICY owners ON public.billing_creditedline USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.billing_creditnote USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.billing_taxrate USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.catalog_app USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.catalog_offer USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.catalog_price USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (offer_id IN ( SELECT catalog_offer.id
   FROM public.catalog_offer
  WHERE (catalog_offer.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (offer_id IN ( SELECT catalog_offer.id
   FROM public.catalog_offer
  WHERE (catalog_offer.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))));

CREATE POLICY owners ON public.catalog_priceitem USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (price_id IN ( SELECT price.id
   FROM (public.catalog_price price
     JOIN public.catalog_offer offer ON ((offer.id = price.offer_id)))
  WHERE (offer.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (price_id IN ( SELECT price.id
   FROM (public.catalog_price price
     JOIN public.catalog_offer offer ON ((offer.id = price.offer_id)))
  WHERE (offer.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))));

CREATE POLICY owners ON public.close_closerun USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.close_outcome USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.close_closerun parent
  WHERE (parent.id = close_outcome.run_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.close_closerun parent
  WHERE (parent.id = close_outcome.run_id)))));

CREATE POLICY owners ON public.close_termstrial USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.close_termstrialsum USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.close_termstrial parent
  WHERE (parent.id = close_termstrialsum.trial_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.close_termstrial parent
  WHERE (parent.id = close_termstrialsum.trial_id)))));

CREATE POLICY owners ON public.close_touched USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.connector_assignee USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.connector_connector USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.connector_decision USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.connector_problem USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.connector_takenmail USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.connector_task USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (id IN ( SELECT connector_assignee.task_id
   FROM public.connector_assignee
  WHERE (connector_assignee.person_id = ( SELECT public.hotpot_person() AS hotpot_person)))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (id IN ( SELECT connector_assignee.task_id
   FROM public.connector_assignee
  WHERE (connector_assignee.person_id = ( SELECT public.hotpot_person() AS hotpot_person))))));

CREATE POLICY owners ON public.connector_unreadablerow USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (EXISTS ( SELECT
   FROM public.connector_connector parent
  WHERE (parent.id = connector_unreadablerow.connector_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (EXISTS ( SELECT
   FROM public.connector_connector parent
  WHERE (parent.id = connector_unreadablerow.connector_id)))));

CREATE POLICY owners ON public.connector_writeback USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (EXISTS ( SELECT
   FROM public.connector_decision parent
  WHERE (parent.id = connector_writeback.decision_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (EXISTS ( SELECT
   FROM public.connector_decision parent
  WHERE (parent.id = connector_writeback.decision_id)))));

CREATE POLICY owners ON public.events_cursor USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.events_event USING ((( SELECT public.hotpot_system() AS hotpot_system) OR ((party_ids && ( SELECT public.hotpot_parties() AS hotpot_parties)) OR (( SELECT public.hotpot_person() AS hotpot_person) = ANY (person_ids))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR ((party_ids && ( SELECT public.hotpot_parties() AS hotpot_parties)) OR (( SELECT public.hotpot_person() AS hotpot_person) = ANY (person_ids)))));

CREATE POLICY owners ON public.identity_accesstoken USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.identity_auditentry USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.identity_person USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.ledger_account USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (counterparty_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (counterparty_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.ledger_entry USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.ledger_posting posting
  WHERE (posting.entry_id = ledger_entry.id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.ledger_posting posting
  WHERE (posting.entry_id = ledger_entry.id)))));

CREATE POLICY owners ON public.ledger_hold USING ((( SELECT public.hotpot_system() AS hotpot_system) OR ((EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_hold.source_id))) OR (EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_hold.target_id)))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR ((EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_hold.source_id))) OR (EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_hold.target_id))))));

CREATE POLICY owners ON public.ledger_posting USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_posting.account_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_posting.account_id)))));

CREATE POLICY owners ON public.ledger_transfer USING ((( SELECT public.hotpot_system() AS hotpot_system) OR ((EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_transfer.source_id))) OR (EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_transfer.target_id)))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR ((EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_transfer.source_id))) OR (EXISTS ( SELECT
   FROM public.ledger_account parent
  WHERE (parent.id = ledger_transfer.target_id))))));

CREATE POLICY owners ON public.mailbox_body USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.mailbox_folder USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.mailbox_letter USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.mailbox_mail USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.mailbox_mailbox USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.mailbox_provider USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.mailbox_signin USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.messaging_airmessage USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_ask USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_carrieraccount USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_carrierhealth USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_charge USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_companytemplate USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.messaging_customerlimit USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_droppednotices USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_givenpart USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_heldpart USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_heldreceipt USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_interface USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.messaging_listednumber USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.messaging_message USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.messaging_messagepart USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.messaging_message parent
  WHERE (parent.id = messaging_messagepart.message_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.messaging_message parent
  WHERE (parent.id = messaging_messagepart.message_id)))));

CREATE POLICY owners ON public.messaging_notice USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_noticemark USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_numberimport USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_numberlimit USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_recent USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_review USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_route USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_signature USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.messaging_silence USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.messaging_interface parent
  WHERE (parent.id = messaging_silence.interface_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.messaging_interface parent
  WHERE (parent.id = messaging_silence.interface_id)))));

CREATE POLICY owners ON public.messaging_switchtoken USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_tally USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_tariff USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_template USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.messaging_word USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.metering_meter USING ((( SELECT public.hotpot_system() AS hotpot_system) OR ((app_id)::text IN ( SELECT catalog_app.id
   FROM public.catalog_app
  WHERE (catalog_app.developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR ((app_id)::text IN ( SELECT catalog_app.id
   FROM public.catalog_app
  WHERE (catalog_app.developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))));

CREATE POLICY owners ON public.metering_refusal USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.metering_segment USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.metering_source USING ((( SELECT public.hotpot_system() AS hotpot_system) OR ((app_id)::text IN ( SELECT catalog_app.id
   FROM public.catalog_app
  WHERE (catalog_app.developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR ((app_id)::text IN ( SELECT catalog_app.id
   FROM public.catalog_app
  WHERE (catalog_app.developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))));

CREATE POLICY owners ON public.metering_submission USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.metering_tally USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (meter_id IN ( SELECT metering_meter.id
   FROM public.metering_meter
  WHERE ((metering_meter.app_id)::text IN ( SELECT catalog_app.id
           FROM public.catalog_app
          WHERE (catalog_app.developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (meter_id IN ( SELECT metering_meter.id
   FROM public.metering_meter
  WHERE ((metering_meter.app_id)::text IN ( SELECT catalog_app.id
           FROM public.catalog_app
          WHERE (catalog_app.developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))))));

CREATE POLICY owners ON public.mfa_authenticator USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (user_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (user_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.notification_attempt USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.notification_notification parent
  WHERE (parent.id = notification_attempt.notification_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.notification_notification parent
  WHERE (parent.id = notification_attempt.notification_id)))));

CREATE POLICY owners ON public.notification_browser USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.notification_choice USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.notification_habits USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.notification_notification USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.notification_vapidkey USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_agreement USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_agreementversion USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_certification USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_certificationstep USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_department USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.party_engagement USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_invoicedetails USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_member USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person))));

CREATE POLICY owners ON public.party_membership USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_numberrange USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.party_party USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.party_portednumber USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_bankfile USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_bankline USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_budget USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_budgetalert USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_callback USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_chargeback USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_clearing USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_dunning USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_dunningsuspension USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_payment USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_policy USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_refund USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_spending USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_walletrule USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_writeoff USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.payment_writeoffline USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.rating_charge USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.rating_trial USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.rating_trialsum USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.rating_trial parent
  WHERE (parent.id = rating_trialsum.trial_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.rating_trial parent
  WHERE (parent.id = rating_trialsum.trial_id)))));

CREATE POLICY owners ON public.sdk_parkedevent USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.settlement_dispute USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.settlement_disputestep USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.settlement_paidstatement USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.settlement_payout USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.settlement_payoutaccount USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.settlement_payoutrun USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.settlement_share USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.settlement_statement USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (partner_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (partner_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.settlement_statementline USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.settlement_statement parent
  WHERE (parent.id = settlement_statementline.statement_id))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.settlement_statement parent
  WHERE (parent.id = settlement_statementline.statement_id)))));

CREATE POLICY owners ON public.subscription_entitlement USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.subscription_order USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (placed_by_party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (offer_id IN ( SELECT catalog_offer.id
   FROM public.catalog_offer
  WHERE (catalog_offer.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (placed_by_party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (offer_id IN ( SELECT catalog_offer.id
   FROM public.catalog_offer
  WHERE (catalog_offer.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))));

CREATE POLICY owners ON public.subscription_redemption USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.subscription_seat USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_id IN ( SELECT subscription_subscription.id
   FROM public.subscription_subscription
  WHERE ((subscription_subscription.customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_id IN ( SELECT subscription_subscription.id
   FROM public.subscription_subscription
  WHERE ((subscription_subscription.customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))));

CREATE POLICY owners ON public.subscription_seatimport USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_id IN ( SELECT subscription_subscription.id
   FROM public.subscription_subscription
  WHERE (subscription_subscription.integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_id IN ( SELECT subscription_subscription.id
   FROM public.subscription_subscription
  WHERE (subscription_subscription.integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))));

CREATE POLICY owners ON public.subscription_stop USING (( SELECT public.hotpot_system() AS hotpot_system)) WITH CHECK (( SELECT public.hotpot_system() AS hotpot_system));

CREATE POLICY owners ON public.subscription_subscription USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY owners ON public.subscription_suspension USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (subscription_id IN ( SELECT subscription_subscription.id
   FROM public.subscription_subscription
  WHERE ((subscription_subscription.customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (subscription_id IN ( SELECT subscription_subscription.id
   FROM public.subscription_subscription
  WHERE ((subscription_subscription.customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (subscription_subscription.integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))));

CREATE POLICY owners ON public.usersessions_usersession USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (user_id = ( SELECT public.hotpot_person() AS hotpot_person)))) WITH CHECK ((( SELECT public.hotpot_system() AS hotpot_system) OR (user_id = ( SELECT public.hotpot_person() AS hotpot_person))));

ALTER TABLE public.party_agreement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_agreementversion ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_certification ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_certificationstep ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_department ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_engagement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_invoicedetails ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_member ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_membership ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_numberrange ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_party ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_portednumber ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_bankfile ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_bankline ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_budget ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_budgetalert ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_callback ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_chargeback ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_clearing ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_dunning ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_dunningsuspension ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_payment ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_policy ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_refund ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_spending ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_walletrule ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_writeoff ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_writeoffline ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.rating_charge ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.rating_trial ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.rating_trialsum ENABLE ROW LEVEL SECURITY;

CREATE POLICY readers ON public.billing_creditedline FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.billing_billline parent
  WHERE (parent.id = billing_creditedline.line_id)))));

CREATE POLICY readers ON public.billing_creditnote FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.billing_bill parent
  WHERE (parent.id = billing_creditnote.bill_id)))));

CREATE POLICY readers ON public.billing_taxrate FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.catalog_app FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (listed_at IS NOT NULL)));

CREATE POLICY readers ON public.catalog_offer FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.catalog_app parent
  WHERE ((parent.id)::text = (catalog_offer.app_id)::text)))));

CREATE POLICY readers ON public.catalog_price FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.catalog_offer parent
  WHERE (parent.id = catalog_price.offer_id)))));

CREATE POLICY readers ON public.catalog_priceitem FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.catalog_price parent
  WHERE (parent.id = catalog_priceitem.price_id)))));

CREATE POLICY readers ON public.connector_decision FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.connector_task parent
  WHERE (parent.id = connector_decision.task_id)))));

CREATE POLICY readers ON public.connector_task FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.connector_connector parent
  WHERE (parent.id = connector_task.connector_id)))));

CREATE POLICY readers ON public.connector_writeback FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.connector_connector parent
  WHERE (parent.id = connector_writeback.connector_id)))));

CREATE POLICY readers ON public.identity_auditentry FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (number = ( SELECT identity_person.number
   FROM public.identity_person
  WHERE (identity_person.id = ( SELECT public.hotpot_person() AS hotpot_person))))));

CREATE POLICY readers ON public.messaging_ask FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (number = ( SELECT identity_person.number
   FROM public.identity_person
  WHERE (identity_person.id = ( SELECT public.hotpot_person() AS hotpot_person))))));

CREATE POLICY readers ON public.messaging_customerlimit FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.messaging_message FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (number = ( SELECT identity_person.number
   FROM public.identity_person
  WHERE (identity_person.id = ( SELECT public.hotpot_person() AS hotpot_person))))));

CREATE POLICY readers ON public.messaging_numberimport FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.messaging_numberlimit FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.messaging_review FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.messaging_tariff FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.messaging_template FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR true));

CREATE POLICY readers ON public.metering_meter FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.catalog_app parent
  WHERE ((parent.id)::text = (metering_meter.app_id)::text)))));

CREATE POLICY readers ON public.party_agreement FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (payer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (partner_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.party_agreementversion FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.party_agreement parent
  WHERE (parent.id = party_agreementversion.agreement_id)))));

CREATE POLICY readers ON public.party_certification FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (state = 'certified'::text) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.party_certificationstep FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (certification_id IN ( SELECT party_certification.id
   FROM public.party_certification
  WHERE ((party_certification.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (party_certification.integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))));

CREATE POLICY readers ON public.party_department FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id IN ( SELECT party_member.customer_id
   FROM public.party_member
  WHERE (party_member.person_id = ( SELECT public.hotpot_person() AS hotpot_person))))));

CREATE POLICY readers ON public.party_engagement FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (integrator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.party_invoicedetails FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.party_engagement e
  WHERE ((e.operator_id = party_invoicedetails.party_id) OR ((e.customer_id = party_invoicedetails.party_id) AND (e.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) OR (EXISTS ( SELECT
   FROM public.party_agreement a
  WHERE ((a.operator_id = party_invoicedetails.party_id) OR ((a.partner_id = party_invoicedetails.party_id) AND (a.operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.party_membership FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (person_id = ( SELECT public.hotpot_person() AS hotpot_person)) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.party_numberrange FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR true));

CREATE POLICY readers ON public.party_party FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (kind <> 'customer'::text) OR (EXISTS ( SELECT
   FROM public.party_engagement e
  WHERE (e.customer_id = party_party.id))) OR (EXISTS ( SELECT
   FROM public.party_member m
  WHERE (m.customer_id = party_party.id)))));

CREATE POLICY readers ON public.party_portednumber FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_bankfile FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_bankline FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_budget FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_budgetalert FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.payment_budget parent
  WHERE (parent.id = payment_budgetalert.budget_id)))));

CREATE POLICY readers ON public.payment_callback FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.payment_payment parent
  WHERE (parent.id = payment_callback.payment_id)))));

CREATE POLICY readers ON public.payment_chargeback FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_clearing FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.billing_bill parent
  WHERE (parent.id = payment_clearing.bill_id)))));

CREATE POLICY readers ON public.payment_dunning FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.billing_bill parent
  WHERE (parent.id = payment_dunning.bill_id)))));

CREATE POLICY readers ON public.payment_dunningsuspension FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.payment_dunning parent
  WHERE (parent.id = payment_dunningsuspension.dunning_id)))));

CREATE POLICY readers ON public.payment_payment FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_policy FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_refund FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_spending FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_walletrule FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_writeoff FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.payment_writeoffline FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.payment_writeoff parent
  WHERE (parent.id = payment_writeoffline.write_off_id)))));

CREATE POLICY readers ON public.rating_charge FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.subscription_subscription parent
  WHERE (parent.id = rating_charge.subscription_id)))));

CREATE POLICY readers ON public.sdk_parkedevent FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (app_id IN ( SELECT catalog_app.id
   FROM public.catalog_app
  WHERE (catalog_app.developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))))));

CREATE POLICY readers ON public.settlement_dispute FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.settlement_statement parent
  WHERE (parent.id = settlement_dispute.statement_id)))));

CREATE POLICY readers ON public.settlement_disputestep FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.settlement_dispute parent
  WHERE (parent.id = settlement_disputestep.dispute_id)))));

CREATE POLICY readers ON public.settlement_paidstatement FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.settlement_payout parent
  WHERE (parent.id = settlement_paidstatement.payout_id)))));

CREATE POLICY readers ON public.settlement_payout FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (partner_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.settlement_payoutaccount FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (party_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.settlement_payoutrun FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (EXISTS ( SELECT
   FROM public.settlement_payout payout
  WHERE ((payout.run_id = settlement_payoutrun.id) AND (payout.partner_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])))))));

CREATE POLICY readers ON public.subscription_entitlement FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (number = ( SELECT identity_person.number
   FROM public.identity_person
  WHERE (identity_person.id = ( SELECT public.hotpot_person() AS hotpot_person)))) OR (EXISTS ( SELECT
   FROM public.subscription_seat parent
  WHERE (parent.id = subscription_entitlement.seat_id)))));

CREATE POLICY readers ON public.subscription_redemption FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.subscription_subscription parent
  WHERE (parent.id = subscription_redemption.subscription_id)))));

CREATE POLICY readers ON public.subscription_seat FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (number = ( SELECT identity_person.number
   FROM public.identity_person
  WHERE (identity_person.id = ( SELECT public.hotpot_person() AS hotpot_person)))) OR (EXISTS ( SELECT
   FROM public.subscription_subscription parent
  WHERE (parent.id = subscription_seat.subscription_id)))));

CREATE POLICY readers ON public.subscription_stop FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (customer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[])) OR (operator_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.subscription_subscription FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (developer_id = ANY (( SELECT public.hotpot_parties() AS hotpot_parties)::bigint[]))));

CREATE POLICY readers ON public.subscription_suspension FOR SELECT USING ((( SELECT public.hotpot_system() AS hotpot_system) OR (EXISTS ( SELECT
   FROM public.subscription_subscription parent
  WHERE (parent.id = subscription_suspension.subscription_id)))));

ALTER TABLE public.sdk_parkedevent ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_dispute ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_disputestep ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_paidstatement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_payout ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_payoutaccount ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_payoutrun ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_share ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_statement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_statementline ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_entitlement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_order ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_redemption ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_seat ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_seatimport ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_stop ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_subscription ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscription_suspension ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.usersessions_usersession ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA app_approvals TO hotpot_web;

GRANT USAGE ON SCHEMA app_mail TO hotpot_web;

GRANT USAGE ON SCHEMA public TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_jobs TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app_approvals.document TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app_approvals.file TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app_approvals.series TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app_mail.document TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app_mail.file TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE app_mail.series TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailaddress TO hotpot_web;

GRANT USAGE ON SEQUENCE public.account_emailaddress_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailconfirmation TO hotpot_web;

GRANT USAGE ON SEQUENCE public.account_emailconfirmation_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group TO hotpot_web;

GRANT USAGE ON SEQUENCE public.auth_group_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group_permissions TO hotpot_web;

GRANT USAGE ON SEQUENCE public.auth_group_permissions_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_permission TO hotpot_web;

GRANT USAGE ON SEQUENCE public.auth_permission_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.billing_bill TO hotpot_web;

GRANT USAGE ON SEQUENCE public.billing_bill_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.billing_billline TO hotpot_web;

GRANT USAGE ON SEQUENCE public.billing_billline_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.billing_creditedline TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.billing_creditnote TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.billing_taxrate TO hotpot_web;

GRANT USAGE ON SEQUENCE public.billing_taxrate_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_app TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_offer TO hotpot_web;

GRANT USAGE ON SEQUENCE public.catalog_offer_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_price TO hotpot_web;

GRANT USAGE ON SEQUENCE public.catalog_price_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_priceitem TO hotpot_web;

GRANT USAGE ON SEQUENCE public.catalog_priceitem_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.close_closerun TO hotpot_web;

GRANT USAGE ON SEQUENCE public.close_closerun_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.close_outcome TO hotpot_web;

GRANT USAGE ON SEQUENCE public.close_outcome_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.close_termstrial TO hotpot_web;

GRANT USAGE ON SEQUENCE public.close_termstrial_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.close_termstrialsum TO hotpot_web;

GRANT USAGE ON SEQUENCE public.close_termstrialsum_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.close_touched TO hotpot_web;

GRANT USAGE ON SEQUENCE public.close_touched_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_assignee TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_assignee_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_connector TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_connector_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_decision TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_decision_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_problem TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_problem_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_takenmail TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_takenmail_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_task TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_task_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_unreadablerow TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_unreadablerow_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.connector_writeback TO hotpot_web;

GRANT USAGE ON SEQUENCE public.connector_writeback_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_content_type TO hotpot_web;

GRANT USAGE ON SEQUENCE public.django_content_type_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_migrations TO hotpot_web;

GRANT USAGE ON SEQUENCE public.django_migrations_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_session TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.events_cursor TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.events_event TO hotpot_web;

GRANT USAGE ON SEQUENCE public.events_event_sequence_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_accesstoken TO hotpot_web;

GRANT USAGE ON SEQUENCE public.identity_accesstoken_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_auditentry TO hotpot_web;

GRANT USAGE ON SEQUENCE public.identity_auditentry_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_person TO hotpot_web;

GRANT USAGE ON SEQUENCE public.identity_person_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_account TO hotpot_web;

GRANT USAGE ON SEQUENCE public.ledger_account_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_entry TO hotpot_web;

GRANT USAGE ON SEQUENCE public.ledger_entry_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_hold TO hotpot_web;

GRANT USAGE ON SEQUENCE public.ledger_hold_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_posting TO hotpot_web;

GRANT USAGE ON SEQUENCE public.ledger_posting_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_transfer TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_movement TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mailbox_body TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mailbox_body_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mailbox_folder TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mailbox_folder_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mailbox_letter TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mailbox_letter_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mailbox_mail TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mailbox_mail_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mailbox_mailbox TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mailbox_mailbox_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mailbox_provider TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mailbox_provider_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mailbox_signin TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mailbox_signin_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_airmessage TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_airmessage_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_ask TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_ask_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_carrieraccount TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_carrieraccount_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_carrierhealth TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_charge TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_companytemplate TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_companytemplate_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_customerlimit TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_droppednotices TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_givenpart TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_givenpart_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_heldpart TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_heldpart_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_heldreceipt TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_heldreceipt_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_interface TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_interface_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_listednumber TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_listednumber_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_message TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_message_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_messagepart TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_messagepart_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_notice TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_notice_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_noticemark TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_noticemark_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_numberimport TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_numberimport_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_numberlimit TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_recent TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_review TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_route TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_route_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_signature TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_signature_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_silence TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_silence_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_switchtoken TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_tally TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_tariff TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_tariff_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_template TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_template_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messaging_word TO hotpot_web;

GRANT USAGE ON SEQUENCE public.messaging_word_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metering_meter TO hotpot_web;

GRANT USAGE ON SEQUENCE public.metering_meter_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metering_refusal TO hotpot_web;

GRANT USAGE ON SEQUENCE public.metering_refusal_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metering_segment TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metering_source TO hotpot_web;

GRANT USAGE ON SEQUENCE public.metering_source_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metering_submission TO hotpot_web;

GRANT USAGE ON SEQUENCE public.metering_submission_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metering_tally TO hotpot_web;

GRANT USAGE ON SEQUENCE public.metering_tally_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mfa_authenticator TO hotpot_web;

GRANT USAGE ON SEQUENCE public.mfa_authenticator_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_attempt TO hotpot_web;

GRANT USAGE ON SEQUENCE public.notification_attempt_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_browser TO hotpot_web;

GRANT USAGE ON SEQUENCE public.notification_browser_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_choice TO hotpot_web;

GRANT USAGE ON SEQUENCE public.notification_choice_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_habits TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_notification TO hotpot_web;

GRANT USAGE ON SEQUENCE public.notification_notification_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_vapidkey TO hotpot_web;

GRANT USAGE ON SEQUENCE public.notification_vapidkey_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_agreement TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_agreement_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_agreementversion TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_agreementversion_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_certification TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_certification_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_certificationstep TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_certificationstep_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_department TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_department_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_engagement TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_engagement_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_invoicedetails TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_invoicedetails_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_member TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_member_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_membership TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_membership_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_numberrange TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_party TO hotpot_web;

GRANT USAGE ON SEQUENCE public.party_party_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_portednumber TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_bankfile TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_bankfile_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_bankline TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_bankline_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_budget TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_budget_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_budgetalert TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_budgetalert_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_callback TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_callback_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_chargeback TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_chargeback_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_clearing TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_clearing_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_dunning TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_dunning_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_dunningsuspension TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_dunningsuspension_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_payment TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_payment_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_policy TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_policy_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_refund TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_refund_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_spending TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_spending_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_walletrule TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_walletrule_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_writeoff TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_writeoff_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_writeoffline TO hotpot_web;

GRANT USAGE ON SEQUENCE public.payment_writeoffline_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_events TO hotpot_web;

GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO hotpot_web;

GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_periodic_defers TO hotpot_web;

GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_workers TO hotpot_web;

GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rating_charge TO hotpot_web;

GRANT USAGE ON SEQUENCE public.rating_charge_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rating_trial TO hotpot_web;

GRANT USAGE ON SEQUENCE public.rating_trial_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rating_trialsum TO hotpot_web;

GRANT USAGE ON SEQUENCE public.rating_trialsum_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sdk_parkedevent TO hotpot_web;

GRANT USAGE ON SEQUENCE public.sdk_parkedevent_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_dispute TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_dispute_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_disputestep TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_disputestep_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_paidstatement TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_paidstatement_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_payout TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_payout_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_payoutaccount TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_payoutaccount_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_payoutrun TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_payoutrun_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_share TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_share_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_statement TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_statement_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.settlement_statementline TO hotpot_web;

GRANT USAGE ON SEQUENCE public.settlement_statementline_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_entitlement TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_entitlement_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_order TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_order_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_redemption TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_redemption_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_seat TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_seat_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_seatimport TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_seatimport_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_stop TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_stop_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_subscription TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_subscription_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscription_suspension TO hotpot_web;

GRANT USAGE ON SEQUENCE public.subscription_suspension_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usersessions_usersession TO hotpot_web;

GRANT USAGE ON SEQUENCE public.usersessions_usersession_id_seq TO hotpot_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.web_cache TO hotpot_web;

--
-- PostgreSQL database dump complete
--

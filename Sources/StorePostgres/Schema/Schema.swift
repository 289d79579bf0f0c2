#if PostgreSQL
/// The tables, as migrations: named, append-only, each run once. They mean what SQLite's mean, where their reasons stand.
///
/// - `turn` has one row. Whoever writes locks it first, so that there is one writer at a time, and numbers are given without
///   gaps in the order of commits. It holds the fence that was given to a node last, and the epoch: how many
///   transactions changed what all nodes keep in memory.
/// - `node` is who works on the database; one that is `exclusive` is alone. `protocol` is what nodes must have in common.
/// - `lease` is who holds which instance (0: nobody), whether its callback is held, and the last webhook of it that another
///   node refused. Instance 0 is the store's own work.
/// - `change` is what nodes keep in memory and has become different, by the epoch of the turn; `node_mark` is the last
///   transaction of each node, and how many there were.
/// - `word` is the index of words: a set of them for each event, without positions.
enum Schema {
    /// A schema of its own, so that the database may hold anything else beside it.
    static let name = "signalbox"

    struct Migration: Sendable {
        let name: String
        let statements: [String]
    }

    static let migrations = [
        Migration(name: "tables", statements: tables),
        // What every node keeps a copy of as a file; encrypted by the key of the database.
        Migration(
            name: "shared files",
            statements: ["CREATE TABLE shared_file (name text PRIMARY KEY, data bytea NOT NULL)"]
        ),
        Migration(name: "stamps of the ledger", statements: ledgerStamps),
        // The tables of several nodes are laid before; with this a version that knows of one alone opens it no more.
        Migration(name: "several nodes", statements: []),
        Migration(name: "calls of pollers", statements: ["ALTER TABLE poller ADD COLUMN calls text"]),
        // Whether a node was started with a key that is not in force any more.
        Migration(
            name: "keys that change",
            statements: ["ALTER TABLE node ADD COLUMN former_key boolean NOT NULL DEFAULT false"]
        ),
        // `payload.previous` and `payload.changes` may be told from the event's record (`PreviousFields`, `ChangedFields`):
        // a version that would send them as they stand opens the database no more.
        Migration(name: "payloads by difference", statements: []),
        Migration(name: "waits of retries", statements: retryWaits),
        // When a record's latest write was received, where it came without a stamp (`LedgerEntry.guess`).
        Migration(name: "guesses of the ledger", statements: ["ALTER TABLE ledger ADD COLUMN guess bigint"]),
        Migration(
            name: "refused webhooks",
            statements: ["ALTER TABLE lease ADD COLUMN refused_sender text, ADD COLUMN refused_reason text"]
        ),
        // When a hold ends that the callback itself asked for, by the clock that people set.
        Migration(
            name: "ends of callback holds",
            statements: ["ALTER TABLE callback_hold ADD COLUMN until bigint"]
        ),
        // Which webhook brought an event (`WebhookMark`).
        Migration(name: "webhooks of events", statements: ["ALTER TABLE payload ADD COLUMN message bigint"]),
    ]

    /// How long a retry was told to wait, in milliseconds (`RetryClock`). Of those that wait at the upgrade it is what lies
    /// between the end of their last attempt and the next one.
    private static let retryWaits = [
        "ALTER TABLE delivery ADD COLUMN retry_wait bigint",
        """
        UPDATE delivery d SET retry_wait = (
            SELECT greatest(0, d.next_attempt - max(a.started + a.ms)) FROM attempt a
            WHERE a.notification = d.id AND a.replay = 0 HAVING count(*) > 0
        ) WHERE state = 2
        """,
    ]

    /// How many live records that polls brought carry a stamp of the last day, so that a poll knows how much it knows of a
    /// span.
    private static let ledgerStamps = [
        """
        CREATE TABLE ledger_stamp (
            instance bigint NOT NULL, object bigint NOT NULL, stamp bigint NOT NULL, records bigint NOT NULL,
            PRIMARY KEY (instance, object, stamp)
        ) WITH (fillfactor = 50)
        """
    ]

    /// What has to be there before anybody can have the database.
    static let foundation = [
        "CREATE SCHEMA IF NOT EXISTS \(name)",
        """
        CREATE TABLE IF NOT EXISTS \(name).migration (
            number integer PRIMARY KEY, name text NOT NULL, made timestamptz NOT NULL DEFAULT now()
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS \(name).turn (
            id smallint PRIMARY KEY CHECK (id = 1), sequence bigint NOT NULL, instance bigint NOT NULL,
            fence bigint NOT NULL, mark bigint NOT NULL
        )
        """,
        "INSERT INTO \(name).turn VALUES (1, 1, 1, 0, 0) ON CONFLICT DO NOTHING",
        """
        CREATE TABLE IF NOT EXISTS \(name).node (
            fence bigint PRIMARY KEY, name text NOT NULL, address text NOT NULL, version text NOT NULL,
            started timestamptz NOT NULL, seen timestamptz NOT NULL
        )
        """,
        "ALTER TABLE \(name).turn ADD COLUMN IF NOT EXISTS epoch bigint NOT NULL DEFAULT 0",
        // A node of a version that knows of no others has it alone.
        """
        ALTER TABLE \(name).node ADD COLUMN IF NOT EXISTS exclusive boolean NOT NULL DEFAULT true,
            ADD COLUMN IF NOT EXISTS protocol integer NOT NULL DEFAULT 0,
            ADD COLUMN IF NOT EXISTS receiver text NOT NULL DEFAULT ''
        """,
        """
        CREATE TABLE IF NOT EXISTS \(name).node_mark (
            node bigint PRIMARY KEY, mark bigint NOT NULL, commits bigint NOT NULL
        ) WITH (fillfactor = 10)
        """,
        """
        CREATE TABLE IF NOT EXISTS \(name).change (
            id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, epoch bigint NOT NULL, kind smallint NOT NULL,
            reference bigint NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """,
        "CREATE INDEX IF NOT EXISTS change_epoch ON \(name).change (epoch)",
        """
        CREATE TABLE IF NOT EXISTS \(name).lease (
            instance bigint PRIMARY KEY, node bigint NOT NULL, fence bigint NOT NULL, held boolean NOT NULL DEFAULT false
        ) WITH (fillfactor = 50)
        """,
    ]

    /// What nodes that work side by side must have in common: the tables, and what they say to each other. The second number
    /// moves by one with each version whose nodes don't get on with those before, though the tables are the same.
    static var nodeProtocol: Int64 { Int64(migrations.count) * 100 + 1 }

    private static let tables = [
        "CREATE TABLE meta (name text PRIMARY KEY, value bigint, data bytea)",
        """
        CREATE TABLE instance (
            id bigint PRIMARY KEY, name text NOT NULL, tags text NOT NULL, settings text NOT NULL,
            disabled boolean NOT NULL, secrets bytea NOT NULL, created bigint NOT NULL, updated bigint NOT NULL
        )
        """,
        "CREATE TABLE object (id bigint PRIMARY KEY, name text COLLATE \"C\" NOT NULL)",
        "CREATE UNIQUE INDEX object_name ON object (lower(name))",
        """
        CREATE TABLE sender (
            id bigint PRIMARY KEY, instance bigint NOT NULL, name text NOT NULL, tags text NOT NULL
        )
        """,
        """
        CREATE TABLE poller (
            instance bigint NOT NULL, object text COLLATE "C" NOT NULL, cursor bigint, deleted_cursor bigint,
            baseline bigint, last_poll bigint, next_poll bigint, api_calls bigint NOT NULL, rows_read bigint NOT NULL,
            problem text, provider_message text, note text, resume text
        ) WITH (fillfactor = 50)
        """,
        "CREATE UNIQUE INDEX poller_key ON poller (instance, lower(object))",
        """
        CREATE TABLE ledger (
            instance bigint NOT NULL, object bigint NOT NULL, record_id text COLLATE "C" NOT NULL, stamp bigint NOT NULL,
            deleted boolean NOT NULL, revision bigint NOT NULL, fields text NOT NULL,
            PRIMARY KEY (instance, object, record_id)
        ) WITH (fillfactor = 80)
        """,
        """
        CREATE TABLE message (
            instance bigint NOT NULL, id text COLLATE "C" NOT NULL, received bigint NOT NULL, PRIMARY KEY (instance, id)
        )
        """,
        "CREATE INDEX message_received ON message (received)",
        """
        CREATE TABLE event (
            sequence bigint PRIMARY KEY, event_id text COLLATE "C" NOT NULL, notification bigint NOT NULL,
            instance bigint NOT NULL, object bigint NOT NULL, change smallint NOT NULL, state smallint NOT NULL,
            undelete boolean NOT NULL, source smallint NOT NULL, date bigint NOT NULL, received bigint NOT NULL,
            record_id text COLLATE "C" NOT NULL, record_name text, changed text COLLATE "C", replay smallint
        ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02)
        """,
        "CREATE INDEX event_facet ON event (instance, object, change, state, sequence)",
        "CREATE INDEX event_record ON event (record_id, sequence)",
        "CREATE INDEX event_key ON event (event_id)",
        """
        CREATE INDEX event_replay ON event (instance, object, change, state, replay, sequence)
        WHERE replay IS NOT NULL
        """,
        """
        CREATE TABLE payload (
            sequence bigint PRIMARY KEY, master_record text, poll_date bigint, record text NOT NULL, envelope text,
            previous text, changes text
        )
        """,
        // What is settled leaves room on its page for the next one, and dead rows go before they make the queue slow.
        """
        CREATE TABLE delivery (
            id bigint PRIMARY KEY, instance bigint NOT NULL, sender bigint NOT NULL, count bigint NOT NULL,
            state smallint NOT NULL, attempts bigint NOT NULL DEFAULT 0, others bigint NOT NULL DEFAULT 0,
            next_attempt bigint, created bigint NOT NULL, last_status bigint, last_ms bigint,
            last_error text COLLATE "C", replay smallint, replay_at bigint, replay_ms bigint, replay_status bigint,
            replay_error text
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01)
        """,
        "CREATE INDEX delivery_queued ON delivery (instance, id) WHERE state = 0",
        "CREATE INDEX delivery_due ON delivery (instance, next_attempt) WHERE state = 2",
        """
        CREATE INDEX delivery_failure ON delivery (instance, id)
        WHERE last_error IS NOT NULL AND state < 4 AND coalesce(replay, 0) = 0
        """,
        """
        CREATE TABLE lane (
            instance bigint NOT NULL, record_id text COLLATE "C" NOT NULL, waiting smallint NOT NULL, id bigint NOT NULL,
            PRIMARY KEY (instance, record_id, waiting, id)
        ) WITH (autovacuum_vacuum_scale_factor = 0.01)
        """,
        """
        CREATE TABLE attempt (
            id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, notification bigint NOT NULL, number bigint NOT NULL,
            replay smallint NOT NULL, started bigint NOT NULL, ms bigint NOT NULL, status bigint, error text,
            url text NOT NULL, headers text, body bytea, first_byte bigint, resolve bigint, connect bigint, tls bigint,
            reused boolean
        )
        """,
        "CREATE INDEX attempt_notification ON attempt (notification, id)",
        """
        CREATE TABLE counter (
            instance bigint NOT NULL, object bigint NOT NULL, change smallint NOT NULL, state smallint NOT NULL,
            events bigint NOT NULL, PRIMARY KEY (instance, object, change, state)
        ) WITH (fillfactor = 10)
        """,
        """
        CREATE TABLE replay_counter (
            instance bigint NOT NULL, object bigint NOT NULL, change smallint NOT NULL, state smallint NOT NULL,
            replay smallint NOT NULL, events bigint NOT NULL, PRIMARY KEY (instance, object, change, state, replay)
        ) WITH (fillfactor = 10)
        """,
        """
        CREATE TABLE span (block bigint PRIMARY KEY, earliest bigint NOT NULL, latest bigint NOT NULL)
        WITH (fillfactor = 50)
        """,
        "CREATE TABLE callback_hold (instance bigint PRIMARY KEY, url text NOT NULL, reason text NOT NULL)",
        """
        CREATE TABLE replay_job (
            id bigint PRIMARY KEY, instance bigint NOT NULL, filter text NOT NULL, state text NOT NULL,
            rate bigint NOT NULL, total bigint NOT NULL, succeeded bigint NOT NULL, failed bigint NOT NULL,
            position bigint NOT NULL, last_sequence bigint NOT NULL, last_error text, created bigint NOT NULL,
            updated bigint NOT NULL, waits boolean NOT NULL
        ) WITH (fillfactor = 50)
        """,
        "CREATE INDEX replay_job_instance ON replay_job (instance, id)",
        "CREATE TABLE word (sequence bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX word_words ON word USING gin (words)",
        "INSERT INTO meta (name, value) VALUES ('words first', 1), ('words last', 0)",
        // Added to only: what was done stays written, whatever the program does later.
        """
        CREATE TABLE audit (
            id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, at bigint NOT NULL, actor text NOT NULL,
            action text NOT NULL, instance bigint, subject text NOT NULL, failure text
        )
        """,
        """
        CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit trail is never changed'; END $$
        """,
        """
        CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()
        """,
    ]
}
#endif

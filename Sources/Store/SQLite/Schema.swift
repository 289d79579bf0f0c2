import GRDB

/// The tables, as migrations: named, append-only, each run once.
///
/// - `event` is what lists need, `payload` what one event needs: pages never read payloads.
/// - A notification's number is the sequence of its first event, and its events are neighbours, so that either leads to
///   the other without an index. `delivery` is the notification and its way.
/// - `event.state` repeats the delivery's state, so that one index answers every filter by facet in order of sequence.
/// - `lane` holds open deliveries only; its key puts a lane's head first.
/// - `counter` counts events by facet in the same transaction; nothing is ever counted by scanning.
/// - The index of words (`IndexedWords`) is in a file of its own: `WordFile`.
/// - `span` gives the times of each block of sequences: time filters become ranges of keys even where the clock jumped.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 events") { db in
            for statement in version1 { try db.execute(sql: statement) }
        }
        migrator.registerMigration("replay jobs") { db in
            for statement in replayJobs { try db.execute(sql: statement) }
        }
        migrator.registerMigration("callback holds") { db in try db.execute(sql: callbackHolds) }
        migrator.registerMigration("messages") { db in
            for statement in messages { try db.execute(sql: statement) }
        }
        migrator.registerMigration("replay outcomes") { db in
            for statement in replayOutcomes { try db.execute(sql: statement) }
        }
        migrator.registerMigration("due by instance") { db in
            for statement in dueByInstance { try db.execute(sql: statement) }
        }
        migrator.registerMigration("waiting replay jobs") { db in try db.execute(sql: waitingReplayJobs) }
        migrator.registerMigration("words of pollers") { db in
            for statement in pollerWords { try db.execute(sql: statement) }
        }
        migrator.registerMigration("index of words") { db in
            for statement in wordIndex { try db.execute(sql: statement) }
        }
        migrator.registerMigration("first bytes of attempts") { db in try db.execute(sql: firstBytes) }
        migrator.registerMigration("failures by reason") { db in try db.execute(sql: failuresByReason) }
        migrator.registerMigration("phases of attempts") { db in
            for statement in phases { try db.execute(sql: statement) }
        }
        migrator.registerMigration("audit") { db in for statement in audit { try db.execute(sql: statement) } }
        migrator.registerMigration("stamps of the ledger") { db in try db.execute(sql: ledgerStamps) }
        migrator.registerMigration("calls of pollers") { db in try db.execute(sql: pollerCalls) }
        migrator.registerMigration("fields by event") { db in try db.execute(sql: fieldsByEvent) }
        migrator.registerMigration("words in a file of their own") { db in
            for statement in wordsElsewhere { try db.execute(sql: statement) }
        }
        // `payload.previous` and `payload.changes` may be told from the event's record (`PreviousFields`, `ChangedFields`):
        // a version that would send them as they stand opens the database no more.
        migrator.registerMigration("payloads by difference") { _ in }
        migrator.registerMigration("waits of retries") { db in
            for statement in retryWaits { try db.execute(sql: statement) }
        }
        migrator.registerMigration("guesses of the ledger") { db in try db.execute(sql: ledgerGuesses) }
        migrator.registerMigration("ends of callback holds") { db in try db.execute(sql: callbackHoldEnds) }
        migrator.registerMigration("webhooks of events") { db in try db.execute(sql: eventWebhooks) }
        return migrator
    }

    /// Where an event keeps the fields of the ledger already they are not kept twice: then `fields` is what its record lacks
    /// of them (`FilteredFields`). Null: `fields` holds all. A purge brings them back before it removes the event.
    private static let fieldsByEvent = "ALTER TABLE ledger ADD COLUMN event INTEGER"

    /// When a record's latest write was received, where it came without a stamp (`LedgerEntry.guess`). What was received so
    /// before this is not known any more: the moment stands among the stamps.
    private static let ledgerGuesses = "ALTER TABLE ledger ADD COLUMN guess INTEGER"

    /// When a hold ends that the callback itself asked for, by the clock that people set; nothing where a person ends it.
    private static let callbackHoldEnds = "ALTER TABLE callback_hold ADD COLUMN until INTEGER"

    /// Which webhook brought an event (`WebhookMark`); nothing where it had no id, or was known by it alone.
    private static let eventWebhooks = "ALTER TABLE payload ADD COLUMN message INTEGER"

    /// How long a retry was told to wait, in milliseconds (`RetryClock`). Of those that wait at the upgrade it is what lies
    /// between the end of their last attempt and the next one.
    private static let retryWaits = [
        "ALTER TABLE delivery ADD COLUMN retry_wait INTEGER",
        """
        UPDATE delivery INDEXED BY delivery_due SET retry_wait = max(0, next_attempt - (
            SELECT max(a.started + a.ms) FROM attempt a WHERE a.notification = delivery.id AND a.replay = 0
        )) WHERE state = 2
        """,
    ]

    /// What the calls of an object's last poll were for; nothing where they were only counted.
    private static let pollerCalls = "ALTER TABLE poller ADD COLUMN calls TEXT"

    /// Added to only: what was done stays written, whatever the program does later.
    private static let audit = [
        """
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
            instance INTEGER, subject TEXT NOT NULL, failure TEXT
        ) STRICT
        """,
        """
        CREATE TRIGGER audit_update BEFORE UPDATE ON audit
        BEGIN SELECT raise(ABORT, 'the audit trail is never changed'); END
        """,
        """
        CREATE TRIGGER audit_delete BEFORE DELETE ON audit
        BEGIN SELECT raise(ABORT, 'the audit trail is never changed'); END
        """,
    ]

    /// How many live records that polls brought carry a stamp of the last day, so that a poll knows how much it knows of a
    /// span. An index over the ledger would take a page of its own for each old record that is written anew. It begins
    /// empty: what it lacks is read again by the poll, as all was before.
    private static let ledgerStamps =
        """
        CREATE TABLE ledger_stamp (
            instance INTEGER NOT NULL, object INTEGER NOT NULL, stamp INTEGER NOT NULL, records INTEGER NOT NULL,
            PRIMARY KEY (instance, object, stamp)
        ) STRICT, WITHOUT ROWID
        """

    private static let firstBytes = "ALTER TABLE attempt ADD COLUMN first_byte INTEGER"

    /// Milliseconds; `reused` is null where nothing of this was measured.
    private static let phases = [
        "ALTER TABLE attempt ADD COLUMN resolve INTEGER",
        "ALTER TABLE attempt ADD COLUMN connect INTEGER",
        "ALTER TABLE attempt ADD COLUMN tls INTEGER",
        "ALTER TABLE attempt ADD COLUMN reused INTEGER",
    ]

    /// Failures by why they failed. What arrives at once never enters it, so that delivery pays nothing for it.
    private static let failuresByReason =
        """
        CREATE INDEX delivery_failure ON delivery (instance, last_status, last_error, id, state, replay, created, count)
        WHERE last_error IS NOT NULL AND state < 4 AND ifnull(replay, 0) = 0
        """

    private static let waitingReplayJobs = "ALTER TABLE replay_job ADD COLUMN waits INTEGER NOT NULL DEFAULT 0"

    private static let replayJobs = [
        """
        CREATE TABLE replay_job (
            id INTEGER PRIMARY KEY, instance INTEGER NOT NULL, filter TEXT NOT NULL, state TEXT NOT NULL,
            rate INTEGER NOT NULL, total INTEGER NOT NULL, succeeded INTEGER NOT NULL, failed INTEGER NOT NULL,
            position INTEGER NOT NULL, last_sequence INTEGER NOT NULL, last_error TEXT, created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX replay_job_instance ON replay_job (instance, id)",
    ]

    /// Ids of webhooks that no event tells from others: their records carry no stamp, or said nothing new when they came.
    private static let messages = [
        """
        CREATE TABLE message (
            instance INTEGER NOT NULL, id TEXT NOT NULL, received INTEGER NOT NULL, PRIMARY KEY (instance, id)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX message_received ON message (received)",
    ]

    /// How the last replay of each delivery ended, beside the delivery and its events. Only events that were replayed
    /// stand in the index and in the counters, so that intake pays nothing for them.
    private static let replayOutcomes = [
        "ALTER TABLE delivery ADD COLUMN replay INTEGER",
        "ALTER TABLE delivery ADD COLUMN replay_at INTEGER",
        "ALTER TABLE delivery ADD COLUMN replay_ms INTEGER",
        "ALTER TABLE delivery ADD COLUMN replay_status INTEGER",
        "ALTER TABLE delivery ADD COLUMN replay_error TEXT",
        // Attempts that take no rung of the ladder, so that the next one's number is known without a look at them.
        "ALTER TABLE delivery ADD COLUMN others INTEGER NOT NULL DEFAULT 0",
        """
        UPDATE delivery SET others = r.count FROM
            (SELECT notification, count(*) AS count FROM attempt WHERE replay = 1 GROUP BY notification) r
        WHERE delivery.id = r.notification
        """,
        "ALTER TABLE event ADD COLUMN replay INTEGER",
        // What went out before this was kept: the last replay of each delivery. An address is not compared, as the
        // delivery's own is not known any more.
        """
        UPDATE delivery SET replay = coalesce(a.status BETWEEN 200 AND 299, 0), replay_at = a.started,
            replay_ms = a.ms, replay_status = a.status, replay_error = a.error
        FROM (SELECT max(id) AS last FROM attempt WHERE replay = 1 GROUP BY notification) r
        JOIN attempt a ON a.id = r.last WHERE delivery.id = a.notification
        """,
        """
        UPDATE event SET replay = d.replay FROM delivery d WHERE d.replay IS NOT NULL AND d.id = event.notification
        """,
        """
        CREATE INDEX event_replay ON event (instance, object, change, state, replay, sequence)
        WHERE replay IS NOT NULL
        """,
        """
        CREATE TABLE replay_counter (
            instance INTEGER NOT NULL, object INTEGER NOT NULL, change INTEGER NOT NULL, state INTEGER NOT NULL,
            replay INTEGER NOT NULL, events INTEGER NOT NULL,
            PRIMARY KEY (instance, object, change, state, replay)
        ) STRICT, WITHOUT ROWID
        """,
        """
        INSERT INTO replay_counter SELECT instance, object, change, state, replay, count(*) FROM event
        WHERE replay IS NOT NULL GROUP BY instance, object, change, state, replay
        """,
    ]

    /// Many that wait at one callback are no work for the others.
    private static let dueByInstance = [
        "CREATE INDEX delivery_due ON delivery (instance, next_attempt) WHERE state = 2",
        "DROP INDEX delivery_retrying",
    ]

    /// What the org itself said of a problem, and what holds of an object by its nature.
    private static let pollerWords = [
        "ALTER TABLE poller ADD COLUMN provider_message TEXT", "ALTER TABLE poller ADD COLUMN note TEXT",
    ]

    /// They are indexed anew there.
    private static let wordsElsewhere = [
        "DROP TABLE words", "DELETE FROM meta WHERE name IN ('words first', 'words last')",
    ]

    /// It begins behind what is stored already; from there it grows both ways.
    private static let wordIndex = [
        """
        CREATE VIRTUAL TABLE words USING fts5(
            name, value, kind, content = '', columnsize = 0, detail = full, tokenize = "ascii tokenchars '_'"
        )
        """,
        """
        INSERT INTO meta (name, value) VALUES
            ('words first', coalesce((SELECT value FROM meta WHERE name = 'sequence'), 1)),
            ('words last', coalesce((SELECT value FROM meta WHERE name = 'sequence'), 1) - 1)
        """,
    ]

    private static let callbackHolds =
        "CREATE TABLE callback_hold (instance INTEGER PRIMARY KEY, url TEXT NOT NULL, reason TEXT NOT NULL) STRICT"

    private static let version1 = [
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID",
        """
        CREATE TABLE instance (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, tags TEXT NOT NULL, settings TEXT NOT NULL,
            disabled INTEGER NOT NULL, secrets BLOB NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE TABLE object (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT",
        """
        CREATE TABLE sender (
            id INTEGER PRIMARY KEY, instance INTEGER NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL,
            UNIQUE (instance, name, tags)
        ) STRICT
        """,
        """
        CREATE TABLE poller (
            instance INTEGER NOT NULL, object TEXT NOT NULL COLLATE NOCASE, cursor INTEGER, deleted_cursor INTEGER,
            baseline INTEGER, last_poll INTEGER, next_poll INTEGER, api_calls INTEGER NOT NULL,
            rows_read INTEGER NOT NULL, problem TEXT, resume TEXT, PRIMARY KEY (instance, object)
        ) STRICT
        """,
        """
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY, instance INTEGER NOT NULL, object INTEGER NOT NULL, record_id TEXT NOT NULL,
            stamp INTEGER NOT NULL, deleted INTEGER NOT NULL, revision INTEGER NOT NULL, fields TEXT NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX ledger_key ON ledger (instance, object, record_id)",
        """
        CREATE TABLE event (
            sequence INTEGER PRIMARY KEY, event_id TEXT NOT NULL, notification INTEGER NOT NULL,
            instance INTEGER NOT NULL, object INTEGER NOT NULL, change INTEGER NOT NULL, state INTEGER NOT NULL,
            undelete INTEGER NOT NULL, source INTEGER NOT NULL, date INTEGER NOT NULL, received INTEGER NOT NULL,
            record_id TEXT NOT NULL, record_name TEXT, changed TEXT
        ) STRICT
        """,
        "CREATE INDEX event_facet ON event (instance, object, change, state, sequence)",
        "CREATE INDEX event_record ON event (record_id, sequence)",
        "CREATE INDEX event_key ON event (event_id)",
        """
        CREATE TABLE payload (
            sequence INTEGER PRIMARY KEY, master_record TEXT, poll_date INTEGER, record TEXT NOT NULL, envelope TEXT,
            previous TEXT, changes TEXT
        ) STRICT
        """,
        """
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY, instance INTEGER NOT NULL, sender INTEGER NOT NULL, count INTEGER NOT NULL,
            state INTEGER NOT NULL, attempts INTEGER NOT NULL, next_attempt INTEGER, created INTEGER NOT NULL,
            last_status INTEGER, last_ms INTEGER, last_error TEXT
        ) STRICT
        """,
        "CREATE INDEX delivery_queued ON delivery (instance, id) WHERE state = 0",
        "CREATE INDEX delivery_retrying ON delivery (next_attempt) WHERE state = 2",
        """
        CREATE TABLE lane (
            instance INTEGER NOT NULL, record_id TEXT NOT NULL, waiting INTEGER NOT NULL, id INTEGER NOT NULL,
            PRIMARY KEY (instance, record_id, waiting, id)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE attempt (
            id INTEGER PRIMARY KEY, notification INTEGER NOT NULL, number INTEGER NOT NULL, replay INTEGER NOT NULL,
            started INTEGER NOT NULL, ms INTEGER NOT NULL, status INTEGER, error TEXT, url TEXT NOT NULL,
            headers TEXT, body BLOB
        ) STRICT
        """,
        "CREATE INDEX attempt_notification ON attempt (notification)",
        """
        CREATE TABLE counter (
            instance INTEGER NOT NULL, object INTEGER NOT NULL, change INTEGER NOT NULL, state INTEGER NOT NULL,
            events INTEGER NOT NULL, PRIMARY KEY (instance, object, change, state)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE span (block INTEGER PRIMARY KEY, earliest INTEGER NOT NULL, latest INTEGER NOT NULL) STRICT
        """,
    ]
}

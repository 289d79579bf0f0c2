import Domain

/// How the sequences of a source are read. The texts are fixed, so that a page finds its statements by where these stand: the
/// range comes first, then the limit, then the key.
struct EventStatement {
    let newestFirst: StaticString
    let oldestFirst: StaticString

    func sql(_ direction: PageRequest.Direction) -> StaticString {
        switch direction {
        case .newestFirst: newestFirst
        case .oldestFirst: oldestFirst
        }
    }

    static let everything = Self(
        newestFirst: "SELECT sequence FROM event WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence DESC LIMIT ?3",
        oldestFirst: "SELECT sequence FROM event WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence LIMIT ?3"
    )
    static let record = Self(
        newestFirst: """
            SELECT sequence FROM event INDEXED BY event_record WHERE record_id = ?4 AND sequence BETWEEN ?1 AND ?2
            ORDER BY sequence DESC LIMIT ?3
            """,
        oldestFirst: """
            SELECT sequence FROM event INDEXED BY event_record WHERE record_id = ?4 AND sequence BETWEEN ?1 AND ?2
            ORDER BY sequence LIMIT ?3
            """
    )
    static let event = Self(
        newestFirst: """
            SELECT sequence FROM event INDEXED BY event_key WHERE event_id = ?4 AND sequence BETWEEN ?1 AND ?2
            ORDER BY sequence DESC LIMIT ?3
            """,
        oldestFirst: """
            SELECT sequence FROM event INDEXED BY event_key WHERE event_id = ?4 AND sequence BETWEEN ?1 AND ?2
            ORDER BY sequence LIMIT ?3
            """
    )
    static let facet = Self(
        newestFirst: """
            SELECT sequence FROM event INDEXED BY event_facet WHERE instance = ?4 AND object = ?5 AND change = ?6
            AND state = ?7 AND sequence BETWEEN ?1 AND ?2 ORDER BY sequence DESC LIMIT ?3
            """,
        oldestFirst: """
            SELECT sequence FROM event INDEXED BY event_facet WHERE instance = ?4 AND object = ?5 AND change = ?6
            AND state = ?7 AND sequence BETWEEN ?1 AND ?2 ORDER BY sequence LIMIT ?3
            """
    )
    /// With how the last replay ended behind the facet.
    static let replayed = Self(
        newestFirst: """
            SELECT sequence FROM event INDEXED BY event_replay WHERE instance = ?4 AND object = ?5 AND change = ?6
            AND state = ?7 AND replay = ?8 AND sequence BETWEEN ?1 AND ?2 ORDER BY sequence DESC LIMIT ?3
            """,
        oldestFirst: """
            SELECT sequence FROM event INDEXED BY event_replay WHERE instance = ?4 AND object = ?5 AND change = ?6
            AND state = ?7 AND replay = ?8 AND sequence BETWEEN ?1 AND ?2 ORDER BY sequence LIMIT ?3
            """
    )

    static let count: StaticString = """
        SELECT count(*) FROM event INDEXED BY event_facet WHERE instance = ?3 AND object = ?4 AND change = ?5
        AND state = ?6 AND sequence BETWEEN ?1 AND ?2
        """
    static let countReplayed: StaticString = """
        SELECT count(*) FROM event INDEXED BY event_replay WHERE instance = ?3 AND object = ?4 AND change = ?5
        AND state = ?6 AND replay = ?7 AND sequence BETWEEN ?1 AND ?2
        """
    static let counters: StaticString = """
        SELECT c.instance, c.object, c.change, c.state, c.events, NULL, o.name FROM counter c
        JOIN object o ON o.id = c.object WHERE c.events > 0
        """
    static let replayCounters: StaticString = """
        SELECT c.instance, c.object, c.change, c.state, c.events, c.replay, o.name FROM replay_counter c
        JOIN object o ON o.id = c.object WHERE c.events > 0
        """
}

extension Bindings {
    /// The columns of a facet; with how the last replay ended only where it says so.
    mutating func add(_ facet: Facet) {
        add(facet.instance)
        add(facet.object)
        add(facet.change.code)
        add(facet.state.code)
        if let replay = facet.replay { add(replay.code) }
    }
}

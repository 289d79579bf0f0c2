import Domain
package import Primitives

/// What a poller record's `resume` holds: where an unfinished read goes on, and how far the logs were followed.
package struct ResumeState: Sendable, Hashable {
    package enum Phase: String, Sendable {
        /// A read of changes that took more than one page.
        case window
        /// Reading all that exists.
        case backfill
    }

    package var phase: Phase?
    /// Server time at which the unfinished read began: the cursor that it earns.
    package var start: Timestamp?
    package var position: ChangeQuery.Position?
    /// Where its next part begins, if it is read in parts.
    package var lower: Timestamp?
    /// Milliseconds that a query may reach, where the org's queries run too long for more.
    package var span: Int64?
    /// In how many queries an object's fields are read, where the org refuses to name all of them in one.
    package var parts: Int64?
    /// How many rows one answer may bring, where more have been too large for one.
    package var rows: Int64?
    /// Rows that the org counted in a part of a backlog.
    package var total: Int64?
    /// The delete log is reported up to this server time.
    package var logSeen: Timestamp?
    /// `latestDateCovered` of the log of deletions; unlike the record's cursor not held back to what the stamps prove.
    package var logCovered: Timestamp?
    /// `latestDateCovered` of the last reconciliation.
    package var updatedCursor: Timestamp?
    /// The first read of an object whose records carry no creation date held all of them.
    package var knowsAll = false
    /// When the first run began, where the log of deletions could not be read then.
    package var logFloor: Timestamp?
    /// The first run had not begun yet at this time, by all clocks; nil where it began where the person chose.
    package var begun: Timestamp?
    /// Where the baseline was before the org's clock was set back, until its time gets there.
    package var formerBaseline: Timestamp?
    /// What the org's stamps show of its time.
    package var anchor: OrgAnchor?
    /// Up to here the org's own word goes of the last poll: no poll begins behind it, whatever stamps and clocks say.
    package var proven: Timestamp?
    /// The same of the poll in which the unfinished read began.
    package var startProven: Timestamp?
    /// Stamps up to here, past the org's own word, prove nothing until that gets there.
    package var doubted: Timestamp?
    /// What looked like no answer or another object's in each of so many polls in a row, and what of it is believed since.
    package var doubtful: Set<String> = []
    package var doubtfulPolls: Int64 = 0
    package var believed: Set<String> = []
    /// Deletions before this were purged before they could be read, and no sweep has made up for it yet.
    package var purgedBefore: Timestamp?
    /// The last such gap that a sweep has made up for.
    package var sweptPurge: Timestamp?
    /// Rows that the last read of the whole overlap brought; nil where it was checked instead.
    package var overlapRows: Int64?
    /// Up to here, and to this record of that stamp, all rows were read once more when they could not change any more;
    /// without it, up to the overlap before the cursor.
    package var settled: Timestamp?
    package var settledID: String?
    /// When rows were checked last, nothing that had begun before this was still open in the org.
    package var covered: Timestamp?
    /// By how much the ledger has more live records of a stamp than the org shows.
    package var differences: [Timestamp: Int] = [:]
    /// What is older than this is a backlog now, and what is newer is not read yet.
    package var split: Timestamp?
    /// Polls in a row with a count that was wrong.
    package var miscounts: Int64 = 0
    /// The org is not asked to count until this time of its own, and why.
    package var uncountedUntil: Timestamp?
    package var uncountedReason: String?
    /// The sweep that is under way.
    package var sweep: Sweep?
    /// What the last sweep missed, where that was too much to be believed.
    package var vanished: Sweep?
    /// Records were known when the first run began, and no sweep has looked since which of them are gone.
    package var mustSweep = false
    /// Records that sweeps reported as deleted, the newest last; some may be out of sight alone.
    package private(set) var unseen: [String] = []

    /// So many are asked for again at each reconciliation, and as many are kept; three calls at most.
    package static let mostUnseen = 1000

    package init() {}

    package init(parsing text: String?) {
        guard let text, let json = try? JSON(parsing: text) else { return }
        func words(_ name: String) -> Set<String> { Set((json[name]?.array ?? []).compactMap { $0.string }) }
        func moment(_ name: String) -> Timestamp? { json[name]?.integer.map { Timestamp(milliseconds: $0) } }
        phase = json["phase"]?.string.flatMap { Phase(rawValue: $0) }
        start = moment("start")
        if let stamp = moment("stamp"), let id = json["id"]?.string.flatMap({ SalesforceID($0) }) {
            position = .init(stamp: stamp, recordID: id.text)
        }
        lower = moment("lower")
        span = json["span"]?.integer
        knowsAll = json["knowsAll"]?.bool ?? false
        parts = json["parts"]?.integer.map { min(max($0, 1), 4096) }
        rows = json["rows"]?.integer.map { min(max($0, 1), 2000) }
        total = json["total"]?.integer
        logSeen = moment("logSeen")
        logCovered = moment("logCovered")
        updatedCursor = moment("updatedCursor")
        logFloor = moment("logFloor")
        begun = moment("begun")
        formerBaseline = moment("formerBaseline")
        anchor = moment("anchor").map { anchor in
            let seen = moment("anchorSeen").flatMap { server in
                moment("anchorHere").map { PollClocks(server: server, here: $0) }
            }
            let newest = moment("newest").flatMap { newest in
                json["newestID"]?.string.flatMap { SalesforceID($0) }.map {
                    OrgAnchor.Sighting(recordID: $0.text, stamp: newest)
                }
            }
            return OrgAnchor(stamp: anchor, seenAt: seen, newest: newest)
        }
        proven = moment("proven")
        startProven = moment("startProven")
        doubted = moment("doubted")
        doubtful = words("doubtful")
        doubtfulPolls = json["doubtfulPolls"]?.integer ?? 0
        believed = words("believed")
        purgedBefore = moment("purgedBefore")
        sweptPurge = moment("sweptPurge")
        overlapRows = json["overlapRows"]?.integer
        settled = moment("settled")
        settledID = json["settledID"]?.string.flatMap { SalesforceID($0)?.text }
        covered = moment("covered")
        split = moment("split")
        for pair in json["differences"]?.array ?? [] {
            guard let numbers = pair.array, numbers.count == 2, let stamp = numbers[0].integer,
                let records = numbers[1].integer
            else { continue }
            differences[Timestamp(milliseconds: stamp)] = Int(records)
        }
        miscounts = json["miscounts"]?.integer ?? 0
        uncountedUntil = moment("uncountedUntil")
        uncountedReason = json["uncountedReason"]?.string
        sweep = json["sweep"].flatMap { Sweep($0) }
        vanished = json["vanished"].flatMap { Sweep($0) }
        mustSweep = json["mustSweep"]?.bool ?? false
        addUnseen((json["unseen"]?.array ?? []).compactMap { $0.string.flatMap { SalesforceID($0)?.text } })
    }

    /// The text for the store; nil if there is nothing to keep.
    package var text: String? {
        var members: [JSON.Member] = []
        func addWords(_ name: String, _ words: Set<String>) {
            if !words.isEmpty { members.append(.init(name, .array(words.sorted().map { .string($0) }))) }
        }
        func add(_ name: String, _ value: Int64?) { if let value { members.append(.init(name, .integer(value))) } }
        if let phase { members.append(.init("phase", .string(phase.rawValue))) }
        add("start", start?.milliseconds)
        add("stamp", position?.stamp.milliseconds)
        if let position { members.append(.init("id", .string(position.recordID))) }
        add("lower", lower?.milliseconds)
        add("span", span)
        add("parts", parts)
        add("rows", rows)
        if knowsAll { members.append(.init("knowsAll", .bool(true))) }
        add("total", total)
        add("logSeen", logSeen?.milliseconds)
        add("logCovered", logCovered?.milliseconds)
        add("updatedCursor", updatedCursor?.milliseconds)
        add("logFloor", logFloor?.milliseconds)
        add("begun", begun?.milliseconds)
        add("formerBaseline", formerBaseline?.milliseconds)
        add("anchor", anchor?.stamp.milliseconds)
        add("anchorSeen", anchor?.seenAt?.server.milliseconds)
        add("anchorHere", anchor?.seenAt?.here.milliseconds)
        add("newest", anchor?.newest?.stamp.milliseconds)
        if let newest = anchor?.newest { members.append(.init("newestID", .string(newest.recordID))) }
        add("proven", proven?.milliseconds)
        add("startProven", startProven?.milliseconds)
        add("doubted", doubted?.milliseconds)
        addWords("doubtful", doubtful)
        if doubtfulPolls > 0 { add("doubtfulPolls", doubtfulPolls) }
        addWords("believed", believed)
        add("purgedBefore", purgedBefore?.milliseconds)
        add("sweptPurge", sweptPurge?.milliseconds)
        add("overlapRows", overlapRows)
        add("settled", settled?.milliseconds)
        if let settledID { members.append(.init("settledID", .string(settledID))) }
        add("covered", covered?.milliseconds)
        add("split", split?.milliseconds)
        if !differences.isEmpty {
            let pairs = differences.sorted { $0.key < $1.key }
                .map { JSON.array([.integer($0.key.milliseconds), .integer($0.value)]) }
            members.append(.init("differences", .array(pairs)))
        }
        if miscounts > 0 { add("miscounts", miscounts) }
        add("uncountedUntil", uncountedUntil?.milliseconds)
        if uncountedUntil != nil, let uncountedReason {
            members.append(.init("uncountedReason", .string(uncountedReason)))
        }
        if let sweep { members.append(.init("sweep", sweep.json)) }
        if let vanished { members.append(.init("vanished", vanished.json)) }
        if mustSweep { members.append(.init("mustSweep", .bool(true))) }
        if !unseen.isEmpty { members.append(.init("unseen", .array(unseen.map { .string($0) }))) }
        return members.isEmpty ? nil : JSON.object(members).text
    }

    /// Adds what a sweep reports as deleted; of too many the oldest are forgotten.
    package mutating func addUnseen(_ ids: [String]) {
        let known = Set(ids)
        unseen = Array((unseen.filter { !known.contains($0) } + ids).suffix(Self.mostUnseen))
    }

    /// Forgets those that need not be asked for any more.
    package mutating func keepUnseen(where isWanted: (String) -> Bool) { unseen = unseen.filter(isWanted) }

    /// Forgets the unfinished read.
    package mutating func finishRead() {
        phase = nil
        start = nil
        startProven = nil
        position = nil
        lower = nil
        total = nil
    }
}

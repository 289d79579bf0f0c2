import Domain
import EngineAPI
import Hummingbird
import NIOCore
import Primitives

/// The events of one stream, each written when it first fits, and what is told of their deliveries.
struct StreamedEvents: Sendable {
    private static let pageSize = 200
    /// Events read at once from a delivery on: the next one that changed may be far away.
    private static let portion = 32
    /// More portions than this are not read for one notice: the reader looks at all then.
    private static let portions = 32
    /// How often all that may fit by now is looked at, at most.
    static let looksEvery = Duration.seconds(1)
    /// Events that fit are asked at most for whether they came to fit while their reader was cut off, newest first.
    private static let mostMissed = 1000
    /// Milliseconds after which looking for those is broken off, where few fit.
    private static let missedPatience: Int64 = 1000
    /// Milliseconds by which an attempt may be told of later than it ended: its storing, and the clocks of other nodes.
    static let delay: Int64 = 5000

    private let engine: any ListenerEngine
    private let filter: EventFilter
    /// Whether an event may fit only by what becomes of it.
    let canFitLater: Bool
    /// Whether it may fit only by a replay, which may come when all else is over.
    private let asksForReplays: Bool
    /// All up to this one was looked at.
    private var last: Int64
    private var written: WrittenEvents
    /// Whether it was told that any delivery may have changed since all was looked at.
    private var isLookDue = false
    /// Up to when what became of events was looked at; nil where nothing is looked at again.
    private var judged: Timestamp?
    /// Since when the last notice of deliveries and the one before were waited for. What was posted before the older moment
    /// stood in one of the two, however notices were merged.
    private var waited = (older: Timestamp.distantPast, newer: Timestamp.distantPast)
    /// What came to fit while the reader was cut off, and up to where that is not known.
    private var missed: (events: [EventSummary], end: Int64?) = ([], nil)

    init(_ engine: any ListenerEngine, _ filter: EventFilter, after start: Int64) {
        self.engine = engine
        self.filter = filter
        asksForReplays =
            !filter.replays.isEmpty || !filter.excludedReplays.isEmpty
            || filter.expression.contains { if case .replays = $0 { true } else { false } }
        canFitLater = asksForReplays || !filter.states.isEmpty || filter.expression.contains(\.isOfDelivery)
        last = start
        written = WrittenEvents(after: start)
    }

    /// Notes what fits already: of what was stored before, only what comes to fit from now on is written, and what came to
    /// fit since the moment at which a reader that resumes was cut off.
    @concurrent mutating func begin(at now: Timestamp, cutOffAt cut: Timestamp?) async throws {
        guard canFitLater else { return }
        isLookDue = true
        judged = cut ?? now
        waited = (now, now)
        written = WrittenEvents(after: try await settled())
        var place: Int64? = written.start
        while let next = place, next < last {
            let (late, end) = try await late(after: next)
            for event in late { written.insert(event.sequence) }
            place = end
        }
        // Behind the notes: what comes to fit in between is in both.
        if let cut { missed = try await attempted(since: cut.advanced(byMilliseconds: -Self.delay)) }
    }

    /// Writes what the reader missed, and from where it resumes if it gets nothing more.
    @concurrent mutating func writeMissed(to writer: inout any ResponseBodyWriter) async throws {
        guard canFitLater else { return }
        try await write(missed.events, to: &writer)
        judged = waited.older
        let note = missed.end.map { ": What became of events up to \($0) in the meantime was not looked at.\n" } ?? ""
        missed = ([], nil)
        try await writer.write(ByteBuffer(string: id + note + "\n"))
    }

    /// The line that says from where a reader resumes; none where the ids of events are enough.
    var id: String { judged == nil ? "" : "id: \(StreamPlace(sequence: last, judged: judged))\n" }

    /// Whether the reader wants to hear of this instance.
    func concerns(_ instance: InstanceID) -> Bool {
        filter.instanceIDs.isEmpty || filter.instanceIDs.contains(instance)
    }

    /// Writes what was stored since, page by page; a slow reader makes for larger pages, not for more memory.
    @concurrent mutating func writeStored(to writer: inout any ResponseBodyWriter) async throws {
        while true {
            // What was looked at and not wanted is not looked at again.
            let newest = filter.isEmpty ? nil : try await engine.events(PageRequest(limit: 1)).first?.sequence
            let page = PageRequest(direction: .oldestFirst, after: last, limit: Self.pageSize, filter: filter)
            let events = try await engine.events(page)
            var text = ""
            for event in events {
                if canFitLater { written.insert(event.sequence) }
                text += "id: \(StreamPlace(sequence: event.sequence, judged: judged))\n" + Self.message(event)
            }
            if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
            last = events.last?.sequence ?? last
            if events.count < Self.pageSize {
                last = max(last, newest ?? last)
                return
            }
        }
    }

    /// Writes which of the notifications the reader should look at again, none standing for all, and their events that fit
    /// by now; where it is all, the next `look` finds those. The notice was waited for since that moment.
    @concurrent mutating func writeChanged(
        _ notifications: [Int64],
        waitedSince moment: Timestamp,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var wanted: [Int64]? = notifications
        if !notifications.isEmpty, canFitLater || !filter.instanceIDs.isEmpty {
            let events = try await events(of: notifications)
            try await writeLate(events ?? [], to: &writer)
            if events == nil { wanted = [] }
            if let events, !filter.instanceIDs.isEmpty {
                let own = Set(events.filter { concerns($0.instanceID) }.compactMap { $0.delivery?.notificationID })
                wanted = own.isEmpty ? nil : notifications.filter { own.contains($0) }
            }
        }
        if wanted?.isEmpty == true { isLookDue = true }
        waited = (waited.newer, moment)
        if canFitLater, !isLookDue { judged = waited.older }
        guard let wanted else { return }
        let data: JSON = ["notificationIds": .array(wanted.map { .integer($0) })]
        try await writer.write(ByteBuffer(string: id + "event: deliveries\ndata: \(data.text)\n\n"))
    }

    /// Those of these events that fit by now.
    @concurrent private mutating func writeLate(
        _ events: [EventSummary],
        to writer: inout any ResponseBodyWriter
    ) async throws {
        guard canFitLater else { return }
        // What is newer is still to be looked at.
        var rest = events.filter(isLate)[...]
        while !rest.isEmpty {
            var wanted = filter
            wanted.expression = .every([
                .term(.events(Set(rest.prefix(Self.pageSize).map(\.eventID)))), filter.expression,
            ])
            rest = rest.dropFirst(Self.pageSize)
            let page = PageRequest(direction: .oldestFirst, limit: Self.pageSize, filter: wanted)
            try await write(try await engine.events(page).events, to: &writer)
        }
    }

    /// Writes those that fit by now of all that the stream has come past, where any may have changed.
    @concurrent mutating func look(to writer: inout any ResponseBodyWriter) async throws {
        guard canFitLater, isLookDue else { return }
        isLookDue = false
        // What is over before the look is found by it, and by no later one.
        let settled = try await settled()
        var place: Int64? = written.start
        while let next = place, next < last {
            let (late, end) = try await late(after: next)
            try await write(late, to: &writer)
            place = end
        }
        written.forget(upTo: settled)
        judged = waited.older
    }

    private func isLate(_ event: EventSummary) -> Bool {
        event.sequence <= last && !written.contains(event.sequence)
    }

    /// A page of those that fit by now and were not written; `end` is where the next one begins.
    private func late(after place: Int64) async throws -> (events: [EventSummary], end: Int64?) {
        let page = PageRequest(direction: .oldestFirst, after: place, limit: Self.pageSize, filter: filter)
        let events = try await engine.events(page)
        return (events.filter(isLate), events.count == Self.pageSize ? events.last?.sequence : nil)
    }

    /// What fits by now of the latest events up to the reader's place, where an attempt ended since; `end` is up to where
    /// there may be more.
    private func attempted(since moment: Timestamp) async throws -> (events: [EventSummary], end: Int64?) {
        var found: [EventSummary] = []
        var answers: [Int64: Bool] = [:]
        var (place, looked) = (last + 1, 0)
        while looked < Self.mostMissed {
            let page = PageRequest(
                after: place,
                limit: Self.pageSize,
                filter: filter,
                patience: Self.missedPatience
            )
            let events = try await engine.events(page)
            for event in events {
                guard let id = event.delivery?.notificationID else { continue }
                let isNew =
                    if let answer = answers[id] { answer } else {
                        try await engine.attempts(notificationID: id).contains { $0.endedAt >= moment }
                    }
                answers[id] = isNew
                if isNew { found.append(event) }
            }
            if let reach = events.reach { return (found.reversed(), reach.sequence - 1) }
            guard events.count == Self.pageSize, let end = events.last?.sequence else { return (found.reversed(), nil) }
            looked += events.count
            place = end
        }
        return (found.reversed(), place - 1)
    }

    /// Up to where all deliveries are over, so that nothing there becomes another thing any more; replays are followed some
    /// way back.
    private func settled() async throws -> Int64 {
        var open = EventFilter()
        open.instanceIDs = filter.instanceIDs
        open.states = Set(DeliveryState.allCases.filter(\.isOpen))
        let oldest = try await engine.events(PageRequest(direction: .oldestFirst, limit: 1, filter: open)).first
        let place = min(last, oldest.map { $0.sequence - 1 } ?? last)
        return asksForReplays ? min(place, max(0, last - Int64(WrittenEvents.most))) : place
    }

    /// With the id of before: whoever resumes goes on behind the newest event that was looked at, not behind an old one, and
    /// gets of these what it has not got.
    @concurrent private mutating func write(
        _ late: [EventSummary],
        to writer: inout any ResponseBodyWriter
    ) async throws {
        guard !late.isEmpty else { return }
        for event in late { written.insert(event.sequence) }
        try await writer.write(ByteBuffer(string: late.map { id + Self.message($0) }.joined()))
    }

    /// The events of these notifications, oldest first. A notification bears the number of its first event, and its others
    /// follow that one. Nil: they are too far from each other.
    private func events(of notifications: [Int64]) async throws -> [EventSummary]? {
        var own = EventFilter()
        own.instanceIDs = filter.instanceIDs
        var portions = 0
        let wanted = Set(notifications)
        var rest = notifications.sorted()[...]
        var found: [EventSummary] = []
        while let next = rest.first {
            var place = next - 1
            var isWithin = true
            while isWithin {
                guard portions < Self.portions else { return nil }
                portions += 1
                let page = PageRequest(direction: .oldestFirst, after: place, limit: Self.portion, filter: own)
                let events = try await engine.events(page)
                found += events.filter { event in event.delivery.map { wanted.contains($0.notificationID) } ?? false }
                guard events.count == Self.portion, let end = events.last else { return found }
                place = end.sequence
                // The rest of its notification is in the next portion.
                isWithin = end.delivery.map { wanted.contains($0.notificationID) } ?? false
            }
            rest = rest.drop { $0 <= place }
        }
        return found
    }

    private static func message(_ event: EventSummary) -> String {
        "event: event\ndata: \(EventShape.json(event).text)\n\n"
    }
}

/// Which events a reader of a stream has got, where one may fit that did not when it was stored: the latest of them.
struct WrittenEvents: Sendable {
    static let most = 100_000

    /// An event up to this one counts as written: it was over when the stream began, or it is long ago.
    private(set) var start: Int64
    private var sequences: Set<Int64> = []

    init(after start: Int64) { self.start = start }

    func contains(_ sequence: Int64) -> Bool { sequence <= start || sequences.contains(sequence) }

    mutating func insert(_ sequence: Int64) {
        sequences.insert(sequence)
        guard sequences.count > Self.most else { return }
        let older = sequences.sorted().prefix(Self.most / 2)
        forget(upTo: older.last ?? start)
    }

    mutating func forget(upTo place: Int64) {
        guard place > start else { return }
        start = place
        sequences = sequences.filter { $0 > place }
    }
}

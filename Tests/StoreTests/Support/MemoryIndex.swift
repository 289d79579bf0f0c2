import Domain
import EngineTestSupport
import Primitives
import Synchronization
import TestSupport

@testable import Store

/// Some events in memory, read as a store's index is.
struct MemoryIndex: EventIndex {
    struct Event {
        let sequence: Int64
        let facet: Facet
        let recordID: String
        let time: Int64
        let text: String
    }

    /// What was asked of it, so that a test can say which ways were taken.
    final class Asked: Sendable {
        /// Words among few events.
        let meetings = Atomic(0)
        /// All events with words, to be met with few.
        let gatherings = Atomic(0)
        /// How many pages a word spans, where that is few and where it is many.
        let cheap = Atomic(0)
        let dear = Atomic(0)
    }

    static let names = [1: "North", 2: "South"] as [InstanceID: String]
    static let objects = [1: "Account", 2: "Lead"] as [Int64: String]

    /// What facets alone decide, alone or beside other terms.
    private static let facetTexts = [
        "state:dead | object:lead", "-object:Account", "-( change:created instance:North ) state:held,dead",
        "instance:South | state:queued,waiting", "( object:case | change:deleted ) -state:none",
    ]

    let events: [Event]
    /// What an index of words holds.
    var indexed: ClosedRange<Int64>?
    let wordLimits: WordPlan.Limits
    /// Whether it reads several facets at once.
    private let isMerging: Bool
    /// Whether it meets words and few events by itself.
    let meets: Bool
    /// How many pages of it each word spans; nil where it doesn't know.
    let pages: Int?
    let asked = Asked()
    private var times = TimeBlocks()

    init(random: inout SeededGenerator) {
        var events: [Event] = []
        // Sequences with gaps over some blocks; the clock jumps.
        var sequence: Int64 = 0
        for number in 0..<120 as Range<Int64> {
            sequence += number < 60 ? 1 : Int64.random(in: 1...200, using: &random)
            let state = DeliveryState.storedOpen + [.dead, .delivered, .none]
            let replay: ReplayVerdict? =
                Int.random(in: 0..<3, using: &random) == 0
                ? [.failed, .succeeded].randomElement(using: &random) : nil
            events.append(
                Event(
                    sequence: sequence,
                    facet: Facet(
                        instance: Int64.random(in: 1...2, using: &random),
                        object: Int64.random(in: 1...2, using: &random),
                        change: Change.allCases.randomElement(using: &random) ?? .created,
                        state: state.randomElement(using: &random) ?? .none,
                        replay: replay
                    ),
                    recordID: recordKey(Int.random(in: 1...9, using: &random)),
                    time: 1000 + number * 10 - (number % 17 == 0 ? 300 : 0),
                    text: ["acme", "blue"].randomElement(using: &random) ?? ""
                )
            )
        }
        self.events = events
        isMerging = sequence % 2 == 0
        if let one = events.randomElement(using: &random), let other = events.randomElement(using: &random) {
            indexed = min(one.sequence, other.sequence)...max(one.sequence, other.sequence)
        }
        wordLimits = Bool.random(using: &random) ? .none : WordPlan.Limits(few: 30, fewest: 4, firstLook: 30)
        meets = Bool.random(using: &random)
        pages = [nil, 1, 1000].randomElement(using: &random) ?? nil
        for event in events { times.add(Timestamp(milliseconds: event.time), sequence: event.sequence) }
    }

    static func filter(_ random: inout SeededGenerator) -> EventFilter {
        var filter = EventFilter()
        func sometimes() -> Bool { Int.random(in: 0..<4, using: &random) == 0 }
        if sometimes() { filter.instanceIDs = [[1], [2], [1, 2], [3]].randomElement(using: &random) ?? [] }
        if sometimes() {
            filter.objects = [["account"], ["LEAD", "Account"], ["Case"]].randomElement(using: &random) ?? []
        }
        if sometimes() { filter.changes = [[.deleted], [.created, .updated]].randomElement(using: &random) ?? [] }
        if sometimes() { filter.heldInstances = [1] }
        if sometimes() { filter.states = [[.dead], [.held], [.queued, .waiting]].randomElement(using: &random) ?? [] }
        if sometimes() { filter.replays = [[.failed], [.succeeded, .failed]].randomElement(using: &random) ?? [] }
        if sometimes() { filter.excludedReplays = [[.failed], [.succeeded]].randomElement(using: &random) ?? [] }
        if sometimes() { filter.recordID = String(recordKey(Int.random(in: 1...10, using: &random)).prefix(15)) }
        if sometimes() { filter.from = Timestamp(milliseconds: Int64.random(in: 900...2300, using: &random)) }
        if sometimes() { filter.to = Timestamp(milliseconds: Int64.random(in: 900...2300, using: &random)) }
        if sometimes() {
            filter.expression = EventFilter.words(["acme", "nothing", ""].randomElement(using: &random) ?? "")
        }
        if sometimes() {
            var expressions = RandomExpressions()
            expressions.records = (1...9).map { recordKey($0) }
            expressions.instances = ["1", "2", "North", "nobody"]
            expressions.events = (1...9).map { "event\($0)" }
            filter.expression = expressions.make(&random)
        }
        if sometimes(), let text = facetTexts.randomElement(using: &random),
            let facets = try? EventExpression(parsing: text, now: .distantPast)
        {
            filter.expression = .every([filter.expression, facets])
        }
        if sometimes() { searchWords(&filter, &random) }
        return filter
    }

    /// Words, whole or begun, wanted or not, mostly beside what few events are in.
    static func searchWords(_ filter: inout EventFilter, _ random: inout SeededGenerator) {
        filter.recordID = nil
        filter.states = [[.dead], [.delivered], [.dead, .held], []].randomElement(using: &random) ?? []
        let texts = ["acme", "a*", "-blue", "-b*", "acme | bl*", "acme -took:<1s", "b* -took:<1s"]
        let text = texts.randomElement(using: &random) ?? ""
        filter.expression = (try? EventExpression(parsing: text, now: .distantPast)) ?? .everything
    }

    func instanceNames() -> [InstanceID: String] { Self.names }

    func facets() -> Facets {
        func counted(_ facets: [Facet]) -> [CountedFacet] {
            Dictionary(facets.map { ($0, 1) }, uniquingKeysWith: +)
                .map { CountedFacet(facet: $0, objectName: Self.objects[$0.object] ?? "", events: $1) }
        }
        let all = events.map { event in
            var facet = event.facet
            facet.replay = nil
            return facet
        }
        return Facets(all: counted(all), replayed: counted(events.map(\.facet).filter { $0.replay != nil }))
    }

    func sequences(
        _ source: IndexSource,
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) -> [Int64] {
        if case .words = source, limit == EventScan.gathered, !meets {
            asked.gatherings.wrappingAdd(1, ordering: .relaxed)
        }
        let found = events.filter { event in
            guard range.contains(event.sequence) else { return false }
            switch source {
            case .everything: return true
            case .event(let id): return id == "event\(event.sequence)"
            case .record(let id): return event.recordID == id
            case .words(let query): return event.bears(query)
            case .facet(var facet):
                facet.replay = facet.replay ?? event.facet.replay
                return event.facet == facet
            }
        }.map(\.sequence)
        return Array((direction == .newestFirst ? found.reversed() : found).prefix(limit))
    }

    func sequences(
        of facets: [Facet],
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int
    ) -> [Int64]? {
        guard isMerging else { return nil }
        let found = facets.flatMap { sequences(.facet($0), in: range, .oldestFirst, limit: .max) }.sorted()
        return Array((direction == .newestFirst ? found.reversed() : found).prefix(limit))
    }

    func sequences(
        _ query: WordQuery,
        among few: [Int64],
        _ direction: PageRequest.Direction,
        limit: Int
    ) -> [Int64]? {
        guard meets else { return nil }
        asked.meetings.wrappingAdd(1, ordering: .relaxed)
        let few = Set(few)
        let found = events.filter { few.contains($0.sequence) && $0.bears(query) }.map(\.sequence)
        return Array((direction == .newestFirst ? found.reversed() : found).prefix(limit))
    }

    func wordPages(_ word: WordQuery.Word) -> Int? {
        guard let pages else { return nil }
        if pages < wordLimits.pages {
            asked.cheap.wrappingAdd(1, ordering: .relaxed)
        } else {
            asked.dear.wrappingAdd(1, ordering: .relaxed)
        }
        return pages
    }

    func words() -> WordIndexState {
        WordIndexState(indexed: indexed, stored: (events.first?.sequence ?? 1)...(events.last?.sequence ?? 1))
    }

    func passing(_ candidates: [Int64], _ residual: ResidualFilter) -> [Int64] {
        let candidates = Set(candidates)
        return events.filter { candidates.contains($0.sequence) && $0.passes(residual.filter) }.map(\.sequence)
    }

    func blocks(from: Timestamp?, to: Timestamp?) -> [Int64] { times.numbers(from: from, to: to) }

    func first(
        in range: ClosedRange<Int64>,
        from: Timestamp?,
        to: Timestamp?,
        _ direction: PageRequest.Direction
    ) -> Int64? {
        let found = events.filter { event in
            range.contains(event.sequence) && event.time >= from?.milliseconds ?? .min
                && event.time < to?.milliseconds ?? .max
        }
        return (direction == .newestFirst ? found.last : found.first)?.sequence
    }

    func count(_ facet: Facet, in range: ClosedRange<Int64>) -> Int64 {
        Int64(sequences(.facet(facet), in: range, .oldestFirst, limit: .max).count)
    }

    func timeSpans(from: Timestamp, to: Timestamp) -> [ActivityBlocks.Block] { times.spans(from: from, to: to) }

    func moments(_ sequences: [Int64]) -> [Int64: Int64] {
        let wanted = Set(sequences)
        return Dictionary(events.filter { wanted.contains($0.sequence) }.map { ($0.sequence, $0.time) }) { $1 }
    }

    func tally(_ sequences: [Int64]) -> [EventTally] {
        let wanted = Set(sequences)
        return events.filter { wanted.contains($0.sequence) }
            .map { EventTally(instance: $0.facet.instance, state: $0.facet.state, replay: $0.facet.replay, events: 1) }
    }
}

extension MemoryIndex.Event {
    var record: String { #"{"Text":"\#(text)"}"# }

    func bears(_ query: WordQuery) -> Bool {
        query.matches(
            instance: facet.instance,
            object: facet.object,
            change: facet.change,
            name: nil,
            record: record
        )
    }

    func shown(_ filter: EventFilter) -> DeliveryState { facet.shownState(filter) }

    /// What a filter means, member by member.
    func passes(_ filter: EventFilter) -> Bool {
        func among<Value>(_ value: Value, _ set: Set<Value>) -> Bool { set.isEmpty || set.contains(value) }
        let object = MemoryIndex.objects[facet.object] ?? ""
        guard among(facet.instance, filter.instanceIDs), among(facet.change, filter.changes),
            among(object.lowercased(), Set(filter.objects.map { $0.lowercased() })), among(shown(filter), filter.states)
        else { return false }
        if !filter.replays.isEmpty, facet.replay.map(filter.replays.contains) != true { return false }
        if facet.replay.map(filter.excludedReplays.contains) == true { return false }
        if let record = filter.recordID, SalesforceID(record)?.text != recordID { return false }
        if let from = filter.from, time < from.milliseconds { return false }
        if let to = filter.to, time >= to.milliseconds { return false }
        return filter.expression.matches(
            summary(filter),
            record: { record },
            instanceName: MemoryIndex.names[facet.instance]
        )
    }

    private func summary(_ filter: EventFilter) -> EventSummary {
        let outcome = facet.replay.map { verdict in
            ReplayOutcome(
                at: .distantPast,
                milliseconds: 1,
                outcome: .response(status: verdict == .succeeded ? 200 : 500)
            )
        }
        return EventSummary(
            sequence: sequence,
            eventID: "event\(sequence)",
            instanceID: facet.instance,
            object: MemoryIndex.objects[facet.object] ?? "",
            recordID: recordID,
            recordName: nil,
            change: facet.change,
            isUndelete: false,
            source: .polling,
            date: .distantPast,
            receivedAt: Timestamp(milliseconds: time),
            changedFieldNames: [],
            delivery: Delivery(
                notificationID: sequence,
                instanceID: facet.instance,
                state: shown(filter),
                attempts: 0,
                nextAttempt: nil,
                createdAt: .distantPast,
                lastReplay: outcome
            )
        )
    }
}

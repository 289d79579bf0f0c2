package import Domain
import Primitives

extension EventFilter: WireObject {
    package static var wireName: String { "EventFilter" }
    package static var isClosed: Bool { true }

    /// Holds are left out: whoever answers knows of them.
    package static var members: [WireMember<EventFilter>] {
        [.init("instances", \.instanceList), .init("filter", \.conditions)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        let conditions = try members("filter", as: FilterConditions?.self)
        self = conditions?.filter ?? EventFilter()
        instanceIDs = Set(try members.value("instances", or: []))
    }

    private var instanceList: [InstanceID]? { instanceIDs.isEmpty ? nil : instanceIDs.sorted() }
    private var conditions: FilterConditions? {
        let conditions = FilterConditions(filter: self)
        return conditions.wire == .object([]) ? nil : conditions
    }
}

/// A filter without its instances, as bulk replays take it.
private struct FilterConditions: WireValue {
    let filter: EventFilter

    static var shape: WireShape { .filter }
    var wire: JSON { filter.json }

    init(filter: EventFilter) { self.filter = filter }

    init(wire: JSON) throws(WireFault) {
        do { filter = try EventFilter(printed: wire).normalized() } catch { throw .malformed(error.description) }
    }
}

extension PageRequest: WireObject {
    /// Events of one page at most.
    package static let longest = 1000

    package static var wireName: String { "PageRequest" }
    package static var isClosed: Bool { true }
    package static var members: [WireMember<PageRequest>] {
        [
            .init("isOldestFirst", \.isOldestFirst), .init("after", \.after), .init("limit", \.limit),
            .init("events", \.filter), .init("patience", \.patience), .init("withAuthors", \.wantsAuthors),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        let limit: Int = try members("limit")
        guard (0...Self.longest).contains(limit) else {
            throw .malformed("limit is a number from 0 to \(Self.longest).")
        }
        let patience: Int64? = try members("patience")
        if let patience, patience < 0 { throw .malformed("patience is a number of milliseconds.") }
        self.init(
            direction: try members("isOldestFirst") ? .oldestFirst : .newestFirst,
            after: try members("after"),
            limit: limit,
            filter: try members("events"),
            patience: patience
        )
        withAuthors = try members("withAuthors") ?? false
    }

    private var isOldestFirst: Bool { direction == .oldestFirst }
    /// Not said where they aren't wanted: an older node would refuse the word.
    private var wantsAuthors: Bool? { withAuthors ? true : nil }
}

extension EventPage: WireObject {
    package static var wireName: String { "EventPage" }
    package static var members: [WireMember<EventPage>] { [.init("events", \.events), .init("reach", \.reach)] }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(try members("events"), reach: try members("reach"))
    }
}

extension EventPage.Reach: WireObject {
    package static var wireName: String { "PageReach" }
    package static var members: [WireMember<EventPage.Reach>] {
        [.init("sequence", \.sequence), .init("moment", \.moment), .init("newest", \.newest)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            sequence: try members("sequence"),
            moment: try members("moment"),
            newest: try members("newest")
        )
    }
}

extension EventSummary: WireObject {
    package static var wireName: String { "EventSummary" }
    package static var members: [WireMember<EventSummary>] {
        [
            .init("sequence", \.sequence), .init("eventId", \.eventID), .init("instanceId", \.instanceID),
            .init("object", \.object), .init("recordId", \.recordID), .init("recordName", \.recordName),
            .init("change", \.change), .init("isUndelete", \.isUndelete), .init("source", \.source),
            .init("date", \.date), .init("receivedAt", \.receivedAt), .init("changedFields", \.changedFieldNames),
            .init("isCompared", \.isCompared),
            .init("delivery", \.delivery), .init("onlyChange", \.onlyChange),
            .init("changedBy", \.changedBy),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            sequence: try members("sequence"),
            eventID: try members("eventId"),
            instanceID: try members("instanceId"),
            object: try members("object"),
            recordID: try members("recordId"),
            recordName: try members("recordName"),
            change: try members("change"),
            isUndelete: try members("isUndelete"),
            source: try members("source"),
            date: try members("date"),
            receivedAt: try members("receivedAt"),
            changedFieldNames: try members("changedFields"),
            isCompared: try members("isCompared"),
            delivery: try members("delivery"),
            onlyChange: try members("onlyChange"),
            changedBy: try members("changedBy")
        )
    }
}

extension EventDetail: WireObject {
    package static var wireName: String { "EventDetail" }
    package static var members: [WireMember<EventDetail>] {
        [
            .init("event", \.event), .init("delivery", \.delivery), .init("attempts", \.attempts),
            .init("body", \.wireBody),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            event: try members("event"),
            delivery: try members("delivery"),
            attempts: try members("attempts"),
            body: try members("body", as: WireBytes.self).bytes
        )
    }

    private var wireBody: WireBytes { WireBytes(body) }
}

extension ChangeEvent: WireObject {
    package static var wireName: String { "ChangeEvent" }
    package static var members: [WireMember<ChangeEvent>] {
        [
            .init("sequence", \.sequence), .init("eventId", \.eventID), .init("instanceId", \.instanceID),
            .init("object", \.object), .init("recordId", \.recordID), .init("change", \.change),
            .init("isUndelete", \.isUndelete), .init("masterRecordId", \.masterRecordID), .init("source", \.source),
            .init("date", \.date), .init("pollDate", \.pollDate), .init("receivedAt", \.receivedAt),
            .init("record", \.record), .init("webhookEnvelope", \.webhookEnvelope),
            .init("previousRecord", \.previousRecord), .init("changedFields", \.changedFields),
            .init("isCompared", \.isCompared),
            .init("recordName", \.recordName), .init("notificationId", \.notificationID),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            sequence: try members("sequence"),
            eventID: try members("eventId"),
            instanceID: try members("instanceId"),
            object: try members("object"),
            recordID: try members("recordId"),
            change: try members("change"),
            isUndelete: try members("isUndelete"),
            masterRecordID: try members("masterRecordId"),
            source: try members("source"),
            date: try members("date"),
            pollDate: try members("pollDate"),
            receivedAt: try members("receivedAt"),
            record: try members("record"),
            webhookEnvelope: try members("webhookEnvelope"),
            previousRecord: try members("previousRecord"),
            changedFields: try members("changedFields"),
            isCompared: try members("isCompared"),
            recordName: try members("recordName"),
            notificationID: try members("notificationId")
        )
    }
}

extension FieldChange: WireObject {
    package static var wireName: String { "FieldChange" }
    package static var members: [WireMember<FieldChange>] {
        [.init("name", \.name), .init("old", \.old), .init("new", \.new)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(name: try members("name"), old: try members("old"), new: try members("new"))
    }
}

extension EventCounts: WireObject {
    package static var wireName: String { "EventCounts" }
    package static var members: [WireMember<EventCounts>] {
        [
            .init("total", \.total), .init("byState", \.states), .init("byReplay", \.replays),
            .init("deadButReplayed", \.deadButReplayed), .init("isCut", \.isCut), .init("indexPercent", \.indexPercent),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            total: try members("total"),
            byState: try Self.keyed(try members("byState")),
            byReplay: try Self.keyed(try members("byReplay")),
            deadButReplayed: try members("deadButReplayed"),
            isCut: try members("isCut"),
            indexPercent: try members("indexPercent")
        )
    }

    private var states: [String: Int64] { Self.named(byState) }
    private var replays: [String: Int64] { Self.named(byReplay) }

    private static func named<Word: WireWord>(_ counts: [Word: Int64]) -> [String: Int64] {
        counts.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
    }

    private static func keyed<Word: WireWord>(_ counts: [String: Int64]) throws(WireFault) -> [Word: Int64] {
        var found: [Word: Int64] = [:]
        for (name, count) in counts { found[try Word(wire: .string(name))] = count }
        return found
    }
}

extension ActivitySummary: WireObject {
    package static var wireName: String { "ActivitySummary" }
    package static var members: [WireMember<ActivitySummary>] { [.init("since", \.since), .init("slots", \.slots)] }

    package init(reading members: WireReader) throws(WireFault) {
        var events: [Int64: Int] = [:]
        for slot in try members("slots", as: [ActivitySlot].self) { events[slot.at] = slot.count }
        self.init(since: try members("since"), events: events)
    }

    private var slots: [ActivitySlot] {
        events.sorted { $0.key < $1.key }.map { ActivitySlot(at: $0.key, count: $0.value) }
    }
}

/// The events that were stored in one slot of time.
private struct ActivitySlot: WireObject {
    /// Seconds since 1970.
    let at: Int64
    let count: Int

    static var wireName: String { "ActivitySlot" }
    static var members: [WireMember<ActivitySlot>] { [.init("at", \.at), .init("count", \.count)] }

    init(at: Int64, count: Int) {
        self.at = at
        self.count = count
    }

    init(reading members: WireReader) throws(WireFault) {
        self.init(at: try members("at"), count: try members("count"))
    }
}

package import Domain
import Primitives

extension EngineStatistics: WireObject {
    package static var wireName: String { "EngineStatistics" }
    package static var members: [WireMember<EngineStatistics>] {
        [
            .init("instances", \.lines), .init("instance", \.instance), .init("storeBytes", \.storeBytes),
            .init("freeBytes", \.freeBytes), .init("retention", \.retention), .init("nodes", \.nodes),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init()
        for line in try members("instances", as: [InstanceLine].self) { instances[line.id] = line.figures }
        instance = try members("instance")
        storeBytes = try members("storeBytes")
        freeBytes = try members("freeBytes")
        retention = try members("retention")
        // An older node doesn't say.
        nodes = try members("nodes") ?? []
    }

    private var lines: [InstanceLine] {
        instances.sorted { $0.key < $1.key }.map { InstanceLine(id: $0.key, figures: $0.value) }
    }
}

extension NodeFigures: WireObject {
    package static var wireName: String { "NodeFigures" }
    package static var members: [WireMember<NodeFigures>] {
        [
            .init("name", \.name), .init("version", \.version), .init("isAsked", \.isAsked),
            .init("instances", \.instances), .init("sinceSign", \.sinceSign),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            name: try members("name"),
            version: try members("version"),
            isAsked: try members("isAsked"),
            instances: try members("instances"),
            sinceSign: try members("sinceSign")
        )
    }
}

/// The figures of an instance with its number.
private struct InstanceLine: WireObject {
    let id: InstanceID
    let figures: InstanceFigures

    static var wireName: String { "InstanceFigures" }
    static var members: [WireMember<InstanceLine>] {
        [.init("id", \.id), .init("counts", \.figures.counts), .init("perMinute", \.figures.perMinute)]
    }

    init(id: InstanceID, figures: InstanceFigures) {
        self.id = id
        self.figures = figures
    }

    init(reading members: WireReader) throws(WireFault) {
        self.init(
            id: try members("id"),
            figures: InstanceFigures(counts: try members("counts"), perMinute: try members("perMinute"))
        )
    }
}

extension InstanceStatistics: WireObject {
    package static var wireName: String { "InstanceStatistics" }
    package static var members: [WireMember<InstanceStatistics>] {
        [
            .init("id", \.id), .init("objects", \.events.objects), .init("callback", \.events.callback),
            .init("oldestOpen", \.events.oldestOpen), .init("busiest", \.events.busiest), .init("polls", \.polls),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            id: try members("id"),
            events: EventFigures(
                objects: try members("objects"),
                callback: try members("callback"),
                oldestOpen: try members("oldestOpen"),
                // An older node doesn't count them.
                busiest: try members("busiest") ?? BusyRecords()
            ),
            polls: try members("polls")
        )
    }
}

extension ObjectFigures: WireObject {
    package static var wireName: String { "ObjectFigures" }
    package static var members: [WireMember<ObjectFigures>] {
        [.init("object", \.object), .init("counts", \.counts)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(object: try members("object"), counts: try members("counts"))
    }
}

extension BusyRecords: WireObject {
    package static var wireName: String { "BusyRecords" }
    package static var members: [WireMember<BusyRecords>] {
        [.init("records", \.records), .init("since", \.since)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(records: try members("records"), since: try members("since"))
    }
}

extension BusyRecord: WireObject {
    package static var wireName: String { "BusyRecord" }
    package static var members: [WireMember<BusyRecord>] {
        [.init("newest", \.newest), .init("events", \.events)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(newest: try members("newest"), events: try members("events"))
    }
}

extension CallbackFigures: WireObject {
    package static var wireName: String { "CallbackFigures" }
    package static var members: [WireMember<CallbackFigures>] {
        [
            .init("attempts", \.attempts), .init("failures", \.failures), .init("buckets", \.buckets),
            .init("median", \.median), .init("p95", \.p95), .init("p99", \.p99), .init("slowest", \.slowest),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init()
        attempts = try members("attempts")
        failures = try members("failures")
        buckets = try members("buckets")
        guard buckets.isEmpty || buckets.count == Self.bounds.count + 1 else {
            throw .malformed("buckets: It must be \(Self.bounds.count + 1) numbers, or none.")
        }
        median = try members("median")
        p95 = try members("p95")
        p99 = try members("p99")
        slowest = try members("slowest")
    }
}

extension FinishedPoll: WireObject {
    package static var wireName: String { "FinishedPoll" }
    package static var members: [WireMember<FinishedPoll>] {
        [
            .init("at", \.at), .init("milliseconds", \.milliseconds), .init("apiCalls", \.apiCalls),
            .init("events", \.events), .init("isFaulty", \.isFaulty),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            at: try members("at"),
            milliseconds: try members("milliseconds"),
            apiCalls: try members("apiCalls"),
            events: try members("events"),
            isFaulty: try members("isFaulty")
        )
    }
}

extension RetentionFigures: WireObject {
    package static var wireName: String { "RetentionFigures" }
    package static var members: [WireMember<RetentionFigures>] {
        [
            .init("age", \.policy.age), .init("events", \.policy.events), .init("bytes", \.policy.bytes),
            .init("oldest", \.oldest), .init("dueWithinDay", \.dueWithinDay), .init("purged", \.purged),
            .init("problem", \.problem),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            policy: RetentionPolicy(
                age: try members("age"),
                events: try members("events"),
                bytes: try members("bytes")
            ),
            oldest: try members("oldest"),
            dueWithinDay: try members("dueWithinDay"),
            purged: try members("purged"),
            problem: try members("problem")
        )
    }
}

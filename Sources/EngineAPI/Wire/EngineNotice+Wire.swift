import Domain
import Primitives

extension EngineNotice: WireObject {
    private enum Kind: String, WireWord {
        case stored, deliveries, instance, instancesChanged
    }

    package static var wireName: String { "Notice" }
    package static var members: [WireMember<EngineNotice>] {
        [
            .init("kind", \.kind), .init("count", \.count), .init("lastSequence", \.lastSequence),
            .init("deliveries", \.deliveries), .init("instance", \.instance),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        switch try members("kind", as: Kind.self) {
        case .stored:
            self = .stored(count: max(0, try members("count")), lastSequence: try members("lastSequence"))
        case .deliveries: self = .deliveries(try members("deliveries"))
        case .instance: self = .instance(try members("instance"))
        case .instancesChanged: self = .instancesChanged
        }
    }

    private var kind: Kind {
        switch self {
        case .stored: .stored
        case .deliveries: .deliveries
        case .instance: .instance
        case .instancesChanged: .instancesChanged
        }
    }

    private var count: Int? { if case .stored(let count, _) = self { count } else { nil } }
    private var lastSequence: Int64? { if case .stored(_, let sequence) = self { sequence } else { nil } }
    private var deliveries: [Int64]? { if case .deliveries(let ids) = self { ids } else { nil } }
    private var instance: InstanceID? { if case .instance(let id) = self { id } else { nil } }
}

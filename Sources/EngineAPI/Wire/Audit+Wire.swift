package import Domain
import Primitives

extension AuditEntry: WireObject {
    package static var wireName: String { "AuditEntry" }
    package static var members: [WireMember<AuditEntry>] {
        [
            .init("id", \.id), .init("at", \.at), .init("actor", \.actor), .init("action", \.actionName),
            .init("instance", \.instance), .init("subject", \.subject), .init("failure", \.failure),
        ]
    }

    private var actionName: String { action.rawValue }

    package init(reading members: WireReader) throws(WireFault) {
        let action: String = try members("action")
        self.init(
            id: try members("id"),
            at: try members("at"),
            actor: try members("actor"),
            action: Action(rawValue: action) ?? .other,
            instance: try members("instance"),
            subject: try members("subject"),
            failure: try members("failure")
        )
    }
}

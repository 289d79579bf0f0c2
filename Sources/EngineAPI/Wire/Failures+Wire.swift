package import Domain
import Primitives

extension FailureGroup: WireObject {
    package static var wireName: String { "FailureGroup" }
    package static var members: [WireMember<FailureGroup>] {
        [
            .init("status", \.status), .init("error", \.error), .init("events", \.events),
            .init("objects", \.objects), .init("answers", \.answers), .init("since", \.since), .init("last", \.last),
            .init("isReplay", \.isReplay),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            status: try members("status"),
            error: try members("error"),
            events: try members("events"),
            objects: try members("objects"),
            answers: try members("answers"),
            since: try members("since"),
            last: try members("last"),
            // An older node tells of deliveries alone.
            isReplay: try members("isReplay") ?? false
        )
    }
}

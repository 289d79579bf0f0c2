package import Domain
import Primitives

extension HistogramRequest: WireObject {
    package static var wireName: String { "HistogramRequest" }
    package static var isClosed: Bool { true }
    package static var members: [WireMember<HistogramRequest>] {
        [
            .init("events", \.filter), .init("bins", \.bins), .init("cut", \.cut), .init("from", \.from),
            .init("to", \.to),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        let bins: Int = try members("bins")
        guard (1...Self.mostBins).contains(bins) else {
            throw .malformed("bins is a number from 1 to \(Self.mostBins).")
        }
        let from = try members("from", as: Timestamp?.self)
        let to = try members("to", as: Timestamp?.self)
        let cut = try members("cut", as: Int64?.self)
        let axis: Axis
        switch (from, to) {
        case (nil, nil): axis = .sequences(cut: cut)
        case (let from?, let to?) where cut == nil: axis = .times(from: from, to: to)
        default: throw .malformed("from and to stand together, and cut without them.")
        }
        self.init(try members("events"), axis, bins: bins)
    }

    private var cut: Int64? { if case .sequences(let cut) = axis { cut } else { nil } }
    private var from: Timestamp? { if case .times(let from, _) = axis { from } else { nil } }
    private var to: Timestamp? { if case .times(_, let to) = axis { to } else { nil } }
}

extension EventHistogram: WireObject {
    package static var wireName: String { "EventHistogram" }
    package static var members: [WireMember<EventHistogram>] { [.init("bins", \.bins), .init("isCut", \.isCut)] }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(bins: try members("bins"), isCut: try members("isCut"))
    }
}

extension EventHistogram.Bin: WireObject {
    package static var wireName: String { "HistogramBin" }
    package static var members: [WireMember<EventHistogram.Bin>] {
        [.init("start", \.start), .init("events", \.events), .init("failures", \.failures)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            start: try members("start"),
            events: try members("events"),
            failures: try members("failures")
        )
    }
}

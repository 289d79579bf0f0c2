import FoundationEssentials

/// The org's time: the machine's, or one that only moves when told to.
package enum OrgClock: Sendable, Equatable {
    /// The machine's clock, moved by so many seconds.
    case system(offset: Int)
    /// A clock that stands still until it is advanced.
    case virtual(Stamp)

    /// The machine's clock.
    package static let system = OrgClock.system(offset: 0)

    /// 2026-11-23T18:00:00Z, where virtual clocks start by default.
    package static let virtual = OrgClock.virtual(1_795_456_800)

    /// The current whole second.
    package var now: Stamp {
        switch self {
        case .system(let offset): Int(Date().timeIntervalSince1970) + offset
        case .virtual(let stamp): stamp
        }
    }

    /// Moves the clock by so many seconds, forwards or back.
    package mutating func advance(seconds: Int) {
        switch self {
        case .system(let offset): self = .system(offset: offset + seconds)
        case .virtual(let stamp): self = .virtual(stamp + seconds)
        }
    }
}

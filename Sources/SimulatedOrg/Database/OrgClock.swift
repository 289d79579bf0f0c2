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

    var isVirtual: Bool {
        guard case .virtual = self else { return false }
        return true
    }

    /// The current whole second.
    package var now: Stamp {
        switch self {
        case .system(let offset): Int(Date().timeIntervalSince1970) + offset
        case .virtual(let stamp): stamp
        }
    }

    /// The years 0 to 9999, which four digits can write.
    private static let writable = -62_167_219_200...253_402_300_799

    /// Moves the clock by so many seconds, forwards or back; beyond the years that can be written it stands still.
    package mutating func advance(seconds: Int) {
        let (moved, isTooFar) = now.addingReportingOverflow(seconds)
        guard !isTooFar, Self.writable.contains(moved) else { return }
        switch self {
        case .system(let offset): self = .system(offset: offset + seconds)
        case .virtual: self = .virtual(moved)
        }
    }
}

import Primitives
import SimulatedOrg

/// Stamps, dates and clocks that are ahead of the org's time for a while.
extension HistoryRun {
    /// A date and this machine's clock that are ahead together.
    struct Leap: Sendable {
        let date: Int
        let machine: Int64
    }

    /// Which records were stamped ahead, and until when that holds.
    struct Lies: Sendable {
        /// From a generator of its own, so that the steps of a seed stay what they were.
        var random: SeededGenerator
        let areTold: Bool

        init(seed: UInt64, mayLie: Bool) {
            var random = SeededGenerator(seed: seed &* 131 &+ 71)
            areTold = random.chance(25) && mayLie
            self.random = random
        }
    }

    /// More than the overlap, so that the org's word and the stamp can't both be right.
    private static let aheads = [2000, 7200, 40_000]

    private var hasBegun: Bool { objects.allSatisfy(oracle.hasStarted.contains) }

    /// One record gets a stamp from the future.
    mutating func stampAhead() async throws {
        guard lies.areTold, open.isEmpty, hasBegun, lies.random.chance(6) else { return }
        let object = objects.randomElement(using: &lies.random) ?? "Account"
        let ahead = Self.aheads.randomElement(using: &lies.random) ?? 7200
        let field = object == "Contact" ? "LastName" : "Name"
        let live = try await org.ids(object)
        await org.advanceClock(seconds: ahead)
        let stamp = Timestamp(seconds: Int64(await org.now))
        var one = lies.random.chance(50) ? live.randomElement(using: &lies.random) : nil
        if let id = one {
            try await org.change(object, id, [field: "ahead"])
        } else {
            one = try await org.create(object, [field: "ahead"])
        }
        await org.advanceClock(seconds: -ahead)
        guard let one else { return }
        oracle.expectAhead(object, one, until: stamp)
        note("\(one) is written \(ahead) s ahead")
        tally.count("stamps ahead")
    }

    /// For the time of one poll the org's date and this machine's clock leap together; nil where they don't.
    mutating func leapAhead() async -> Leap? {
        guard lies.areTold, hasBegun, lies.random.chance(12) else { return nil }
        let leap = Leap(
            date: [3, 8, 20].randomElement(using: &lies.random).map { $0 * 3600 } ?? 3600,
            machine: [90_000, 3_456_000].randomElement(using: &lies.random) ?? 90_000
        )
        await org.configure { $0.dateOffset = ($0.dateOffset ?? 0) + leap.date }
        target.machine.jump(seconds: leap.machine)
        oracle.hadClockAhead = true
        tally.count("clocks ahead")
        note("date \(leap.date) s and machine \(leap.machine) s ahead")
        return leap
    }

    func leapBack(_ leap: Leap?) async {
        guard let leap else { return }
        await org.configure { $0.dateOffset = ($0.dateOffset ?? 0) - leap.date }
        target.machine.jump(seconds: -leap.machine)
    }
}

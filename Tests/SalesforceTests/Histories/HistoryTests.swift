import FoundationEssentials
import TestSupport
import Testing

/// Random histories against an oracle. `SIGNALBOX_SEED=n` replays one; `SIGNALBOX_HISTORIES=100000` runs that many others,
/// new ones each time, while without it the same ones run every time.
@Suite(.campaign)
struct HistoryTests {
    @Test func `Nothing is missed, repeated or wrongly told in random histories`() async throws {
        try await Self.run(.answers, usually: 300)
    }

    @Test func `Nor with every fault that users reported, and every instance polls again by itself`()
        async throws
    {
        try await Self.run(.catalogue, usually: 120)
    }

    @Test func `Nor where rows come late while others leave their windows, so that counts agree by chance`()
        async throws
    {
        try await Self.run(.late, usually: 90)
    }

    @Test func `Nor where a long past is read beside the polls, in many parts and with all that can end that`()
        async throws
    {
        try await Self.run(.past, usually: 120)
    }

    @Test func `Nor where webhooks without stamps come beside the polls`() async throws {
        try await Self.run(.unstamped, usually: 120)
    }

    @Test func `Nor where objects are taken off the list and put back, and records go out of sight and come back`()
        async throws
    {
        try await Self.run(.returning, usually: 120)
    }

    /// Histories that once found something.
    @Test(
        arguments: [
            278_959_152, 278_958_451, 330_116_488, 330_116_520, 308_191_172, 308_199_594, 308_224_789, 308_192_237,
            308_228_747, 2_545_679, 2_546_465, 2_548_427,
        ] as [UInt64]
    )
    func `What a history found stays mended`(seed: UInt64) async throws {
        var run = try await HistoryRun(seed: seed)
        #expect(try await run.run() == [])
    }

    private static func run(_ faults: HistoryRun.Faults, usually: UInt64) async throws {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIGNALBOX_SEED"].flatMap({ UInt64($0) }) {
            var run = try await HistoryRun(seed: seed, faults: faults)
            let found = try await run.run()
            #expect(found == [], "seed \(seed), \(faults)")
            return
        }
        let wanted = environment["SIGNALBOX_HISTORIES"].flatMap { UInt64($0) }
        let count = wanted ?? usually
        let base = wanted == nil ? 1 : UInt64.random(in: 0..<1_000_000_000)
        print(
            "histories (\(faults)) from seed \(base), \(count) of them; SIGNALBOX_SEED=<seed> replays one"
        )
        let lanes: UInt64 = 2
        let tally = await withTaskGroup(of: Tally.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    await Self.run(stride(from: base + lane, to: base + count, by: Int(lanes)), faults)
                }
            }
            return await group.reduce(Tally(), +)
        }
        print("histories (\(faults)): \(tally.line)")
        #expect(tally.histories > 0 && tally.events > 0 && tally.kills > 0)
        guard tally.histories >= 100 else { return }
        let ends: [String] =
            switch faults {
            case .past:
                ["backlogs cancelled", "backlogs cancelled between pages", "backlogs paused", "backlogs resumed"]
            case .returning:
                ["objects put back", "records hidden", "records back in sight", "told as deleted out of sight"]
            case .answers, .catalogue, .late, .unstamped: []
            }
        for name in ends { #expect(tally.faults[name, default: 0] > 0, "\(name)") }
    }

    /// Tells what is wrong at once: who runs many should not have to wait for the last.
    private static func run(_ seeds: StrideTo<UInt64>, _ faults: HistoryRun.Faults) async -> Tally {
        var failed = 0
        var tally = Tally()
        for seed in seeds {
            var found: [String]
            do {
                var run = try await HistoryRun(seed: seed, faults: faults)
                found = try await run.run()
                tally = tally + (await run.total())
            } catch { found = ["\(error)"] }
            guard !found.isEmpty else { continue }
            Issue.record("SIGNALBOX_SEED=\(seed) (\(faults)): \(found.joined(separator: "\n  "))")
            failed += 1
            if failed >= 3 { break }
        }
        return tally
    }
}

import FoundationEssentials
import Testing

/// Random histories against an oracle. `SIGNALBOX_SEED=n` replays one; `SIGNALBOX_HISTORIES=100000` runs that many others,
/// new ones each time, while without it the same ones run every time.
struct HistoryTests {
    @Test func `Nothing is missed, repeated or wrongly told in random histories`() async throws {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIGNALBOX_SEED"].flatMap({ UInt64($0) }) {
            var run = await HistoryRun(seed: seed)
            let faults = try await run.run()
            #expect(faults == [], "seed \(seed)")
            return
        }
        let wanted = environment["SIGNALBOX_HISTORIES"].flatMap { UInt64($0) }
        let count = wanted ?? 2000
        let base = wanted == nil ? 1 : UInt64.random(in: 0..<1_000_000_000)
        print("histories from seed \(base), \(count) of them; SIGNALBOX_SEED=<seed> replays one")
        let lanes: UInt64 = 2
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask { await Self.run(stride(from: base + lane, to: base + count, by: Int(lanes))) }
            }
        }
    }

    /// Histories that once found something.
    @Test(arguments: [278_959_152, 278_958_451] as [UInt64])
    func `What a history found stays mended`(seed: UInt64) async throws {
        var run = await HistoryRun(seed: seed)
        #expect(try await run.run() == [])
    }

    /// Tells what is wrong at once: who runs many should not have to wait for the last.
    private static func run(_ seeds: StrideTo<UInt64>) async {
        var failed = 0
        for seed in seeds {
            var run = await HistoryRun(seed: seed)
            var faults: [String]
            do { faults = try await run.run() } catch { faults = ["\(error)"] }
            guard !faults.isEmpty else { continue }
            Issue.record("SIGNALBOX_SEED=\(seed): \(faults.joined(separator: "\n  "))")
            failed += 1
            if failed >= 3 { break }
        }
    }
}

#if PostgreSQL
import Foundation
import Primitives
import TestSupport
import Testing

/// What became of everything, against what may not be.
struct FaultFindings {
    private let scene: FaultScene
    private var found: [String] = []
    /// Posts that came twice, by the fault that explains them.
    private(set) var repeats: [String: Int] = [:]
    private(set) var events = 0
    private(set) var asks = 0
    /// Those of whom nobody knows who asked, as it was gone by then.
    private(set) var strangers = 0
    /// Seconds from a kill until somebody else held what that node had.
    private(set) var takeovers: [Double] = []

    init(_ scene: FaultScene) { self.scene = scene }

    /// All that is wrong; empty where nothing is.
    mutating func check() async throws -> [String] {
        found = scene.load.faults.map { "a sender was answered \($0)" }
        found += scene.callback.faults.map { "the callback got \($0)" }
        try await checkRows()
        try await checkAcknowledged()
        try await checkRecordsOfOrg()
        checkOrder()
        checkRepeats()
        try await checkHolders()
        return found
    }

    private mutating func expect(_ question: String, _ answer: String) async throws {
        let said = try await scene.ask(question)
        if said != answer { found.append("\(question) says \(said), not \(answer)") }
    }

    /// Everything is stored once, numbers have no gaps, counters are true, cursors never went back.
    private mutating func checkRows() async throws {
        events = Int(try await scene.ask("SELECT count(*) FROM signalbox.event")) ?? 0
        try await expect("SELECT coalesce(max(sequence), 0) FROM signalbox.event", String(events))
        try await expect("SELECT min(sequence) FROM signalbox.event", "1")
        try await expect("SELECT sequence - 1 FROM signalbox.turn", String(events))
        try await expect("SELECT count(DISTINCT (instance, record_id, date)) FROM signalbox.event", String(events))
        try await expect("SELECT count(DISTINCT event_id) FROM signalbox.event", String(events))
        let facets = "instance, object, change, state"
        try await expect(
            """
            SELECT count(*) FROM (SELECT \(facets), events FROM signalbox.counter WHERE events <> 0) a
            FULL JOIN (SELECT \(facets), count(*) n FROM signalbox.event GROUP BY \(facets)) b USING (\(facets))
            WHERE a.events IS DISTINCT FROM b.n
            """,
            "0"
        )
        try await expect("SELECT count(*) FROM signalbox.lane", "0")
        try await expect("SELECT count(*) FROM signalbox.node", "0")
        try await expect("SELECT count(*) FROM signalbox.delivery WHERE state <> 4", "0")
        try await expect("SELECT coalesce(string_agg(b::text, ' '), '') FROM watch.back b", "")
    }

    /// Each change that was acknowledged to its sender is there.
    private mutating func checkAcknowledged() async throws {
        let rows = try await scene.ask(
            "SELECT record_id || ' ' || count(*) FROM signalbox.event WHERE record_id LIKE '001%' GROUP BY record_id"
        )
        var stored: [String: Int] = [:]
        for row in rows.split(separator: "\n") {
            let parts = row.split(separator: " ")
            stored[String(parts[0])] = Int(parts[1])
        }
        for (record, changes) in scene.load.taken where stored[record] != changes {
            found.append("\(record): \(changes) changes were acknowledged, \(stored[record] ?? 0) are stored")
        }
    }

    /// The last state of each record of the org that is polled is known.
    private mutating func checkRecordsOfOrg() async throws {
        let known = Set(
            try await scene.ask("SELECT record_id || ' ' || date FROM signalbox.event").split(separator: "\n").map(
                String.init
            )
        )
        for (object, states) in await scene.org.lastStates() {
            let missing = states.filter { !known.contains("\($0.key) \($0.value)") }
            if !missing.isEmpty { found.append("changes of \(object) that no poll found: \(missing)") }
        }
    }

    /// The first success of each change of a record came before that of the next one.
    private mutating func checkOrder() {
        for (record, posts) in Dictionary(grouping: scene.callback.posts.filter { !$0.isReplay }, by: \.record) {
            var seen: Set<String> = []
            let firsts = posts.map(\.date).filter { seen.insert($0).inserted }
            if firsts != firsts.sorted() { found.append("\(record) came in this order: \(firsts)") }
        }
    }

    /// What came twice was under way at a fault that ended its node, or had not been noted yet: one that goes on notes it
    /// later, and sends nothing again.
    private mutating func checkRepeats() {
        // How long a busy node takes to note what a callback has answered.
        let noting = 2.0
        let all = scene.windows
        let windows = all.filter { $0.endsClaims(beside: all) }
        let begins = windows.map { $0.unnoted(beside: all, noting: noting) }
        for posts in Dictionary(grouping: scene.callback.posts.filter { !$0.isReplay }, by: \.event).values {
            for (before, again) in zip(posts, posts.dropFirst()) {
                let reason = zip(windows, begins).first { window, begin in
                    begin < before.answered + noting && before.arrived < window.end + 0.1
                }
                if let reason = reason?.0 {
                    repeats[reason.fault.kind, default: 0] += 1
                } else {
                    found.append(
                        "\(before.event) came at \(before.arrived) and again at \(again.arrived), without a fault that explains it"
                    )
                }
            }
        }
        // No more than a node may have under way at once.
        let most = 64 * scene.instances.count * max(1, windows.count)
        if repeats.values.reduce(0, +) > most { found.append("\(repeats) repeats") }
    }

    // MARK: Who polls

    private struct Holding {
        let node: Int64
        let begin: Double
        var end = Double.infinity
    }

    /// An object is asked for by the process of the node that holds its instance at that moment.
    private mutating func checkHolders() async throws {
        var holdings: [Int64: [Holding]] = [:]
        for row in try await rows("SELECT instance, node, extract(epoch FROM at) FROM watch.holder ORDER BY id") {
            guard let instance = Int64(row[0]), let node = Int64(row[1]), let at = Double(row[2]) else { continue }
            if var last = holdings[instance]?.last {
                if last.node == node { continue }
                last.end = at
                holdings[instance]?.removeLast()
                holdings[instance]?.append(last)
            }
            holdings[instance, default: []].append(Holding(node: node, begin: at))
        }
        var fences: [Int32: Int64] = [:]
        for row in try await rows("SELECT fence, name, extract(epoch FROM at) FROM watch.node ORDER BY fence") {
            guard let fence = Int64(row[0]), let at = Double(row[2]),
                let life = scene.nodes.first(where: { $0.name == row[1] })?.lives.first(where: {
                    $0.began <= at && at <= ($0.ended ?? .infinity)
                })
            else { continue }
            fences[life.process] = fence
        }
        for ask in scene.org.asks {
            guard let process = ask.process, let fence = fences[process], let id = scene.polled[ask.object] else {
                strangers += 1
                continue
            }
            asks += 1
            let own = (holdings[id] ?? []).filter { $0.node == fence }
            let isHolder = own.contains { $0.begin - 0.1 <= ask.at && ask.at <= $0.end + 0.1 }
            // What a node had checked before it was paused goes out when it wakes.
            let hasJustWoken = scene.windows.contains { window in
                guard case .pause = window.fault else { return false }
                return abs(ask.at - window.end) < 1
            }
            guard !isHolder, !hasJustWoken else { continue }
            let held = (holdings[id] ?? []).map { "\($0.node) from \($0.begin) to \($0.end)" }
            found.append("\(ask.object) was asked for at \(ask.at) by the node \(fence); it was held by \(held)")
        }
        for window in scene.windows {
            guard case .kill = window.fault else { continue }
            for held in holdings.values {
                guard let lost = held.first(where: { $0.begin < window.begin && $0.end > window.begin }),
                    let next = held.first(where: { $0.begin >= lost.end && $0.node > 0 }),
                    scene.nodes.first(where: { $0.name == window.node })?.lives.contains(where: {
                        fences[$0.process] == lost.node && $0.began < window.begin && ($0.ended ?? 0) >= window.begin
                    }) == true
                else { continue }
                takeovers.append(next.begin - window.begin)
            }
        }
    }

    private func rows(_ question: String) async throws -> [[String]] {
        try await scene.ask(question).split(separator: "\n").map { row in
            row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
#endif

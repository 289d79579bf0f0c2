#if PostgreSQL
import PostgresServer
import Primitives

/// What befalls a node, or the database of all of them.
enum Fault: Sendable, Hashable {
    /// `kill -9`, and started again after so many milliseconds.
    case kill(Int)
    /// SIGTERM, and started again after so many milliseconds.
    case stop(Int)
    /// SIGSTOP, and SIGCONT after so many milliseconds.
    case pause(Int)
    /// All its connections to PostgreSQL are cut, so many times.
    case cut(Int)
    /// Nothing comes through between it and PostgreSQL for so many milliseconds; then its connections go on, or are cut.
    case silence(Int, cuts: Bool)
    /// Its clock is set to be wrong by so many hours.
    case clock(Int)
    /// PostgreSQL stops, and starts again after so many seconds.
    case restart(PostgresServer.Stop, Int)

    /// For the summary.
    var kind: String {
        switch self {
        case .kill: "killed"
        case .stop: "stopped"
        case .pause(let milliseconds): milliseconds > Self.lease ? "paused past its lease" : "paused"
        case .cut: "cut off"
        case .silence(let milliseconds, _): milliseconds > Self.lease ? "silent past its lease" : "silent"
        case .clock: "clock set"
        case .restart(let stop, _): "PostgreSQL restarted (\(stop))"
        }
    }

    /// Milliseconds without a sign of life after which others take a node for dead.
    static let lease = 15_000

    /// Milliseconds after which it may be so, as the last sign of life was some seconds old when the silence began.
    static let earliestEnd = 9500

    /// One at random; what is longer than a lease is rare, as it takes its time.
    static func draw(hasClock: Bool, _ random: inout SeededGenerator) -> Fault {
        func within(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        switch within(0...99) {
        case ..<20: return .kill(random.chance(25) ? within(16_000...18_000) : within(0...2000))
        case ..<28: return .stop(within(0...2000))
        case ..<45: return .pause(random.chance(25) ? within(16_000...20_000) : within(200...6000))
        case ..<60: return .cut(within(1...4))
        case ..<75:
            return .silence(random.chance(20) ? within(16_000...19_000) : within(500...12_000), cuts: random.chance(50))
        case ..<88:
            return .restart(random.chance(50) ? .immediate : .fast, within(0...4))
        default:
            return hasClock ? .clock([-1, 0, 1].randomElement(using: &random) ?? 1) : .cut(1)
        }
    }
}

/// When something was wrong, in seconds since 1970.
struct FaultWindow: Sendable {
    let fault: Fault
    /// Nil: all of them.
    let node: String?
    let begin: Double
    let end: Double

    /// Until when a node may be unable to note anything: another one that stands still while it writes is cut off by PostgreSQL
    /// after 4 s.
    func holdsWriters(of node: String?) -> Double? {
        switch fault {
        case .pause, .silence: self.node == node ? end : min(end, begin + 4)
        case .restart: end
        case .kill, .stop, .cut, .clock: nil
        }
    }

    /// Since when what the node had sent may not be noted when this befell it.
    func unnoted(beside others: [FaultWindow], noting: Double) -> Double {
        others.filter { other in
            other.begin < begin && other.holdsWriters(of: node).map { begin < $0 + noting } ?? false
        }.map(\.begin).min() ?? begin
    }

    /// Whether what was under way at the node may be sent again by another one: it ended in the midst of it, was taken for
    /// dead, or could not note it before it went, as a stop ends in time also where nothing can be written.
    func endsClaims(beside others: [FaultWindow]) -> Bool {
        switch fault {
        case .kill: true
        case .pause(let milliseconds), .silence(let milliseconds, _): milliseconds > Fault.earliestEnd
        case .stop:
            others.contains { other in
                other.begin < end && other.holdsWriters(of: node).map { begin < $0 } ?? false
            }
        case .cut, .clock, .restart: false
        }
    }
}
#endif

import Foundation
import Glibc

/// What the kernel says of this process.
enum Measured {
    /// Resident memory in MB.
    static var residentMegabytes: Double {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Double($0) })
        else { return 0 }
        return kilobytes / 1024
    }

    /// How often each thread of this process gave up the processor to wait, and so how often it was woken.
    static var wakeups: [String: Int] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return threads.reduce(into: [:]) { found, thread in
            guard let status = try? String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("voluntary_ctxt_switches:") })
            else { return }
            found[thread] = line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
        }
    }

    /// How often threads were woken since; what a thread did that has ended meanwhile is not known.
    static func wakeups(since before: [String: Int]) -> Int {
        wakeups.reduce(0) { $0 + $1.value - (before[$1.key] ?? 0) }
    }

    /// Processor time that this process used so far, in milliseconds.
    static var processorMilliseconds: Double {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)
    }

    /// How long `body` took, in milliseconds.
    static func milliseconds<Value>(_ body: () async throws -> Value) async rethrows -> (Double, Value) {
        let clock = ContinuousClock()
        let started = clock.now
        let value = try await body()
        let elapsed = (clock.now - started).components
        return (Double(elapsed.seconds) * 1000 + Double(elapsed.attoseconds) / 1e15, value)
    }
}

/// Runs of the same thing, of which the median counts.
struct Repetitions<Value: Sendable>: Sendable {
    let values: [Value]

    /// At least one.
    init(_ count: Int, _ body: (Int) async throws -> Value) async throws {
        var values: [Value] = []
        for index in 0..<max(1, count) { values.append(try await body(index)) }
        self.values = values
    }

    func median(_ figure: (Value) -> Double) -> Double { Samples(values.map(figure)).percentile(0.5) }

    /// Nil for a single run.
    func spread(_ figure: (Value) -> Double) -> ClosedRange<Double>? {
        let sorted = Samples(values.map(figure)).sorted
        guard let low = sorted.first, let high = sorted.last, sorted.count > 1 else { return nil }
        return low...high
    }
}

/// Figures of one kind, to be asked for percentiles.
struct Samples {
    private(set) var sorted: [Double] = []

    init(_ values: [Double]) { sorted = values.sorted() }

    /// The smallest figure that so many of them don't exceed.
    func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = (Double(sorted.count) * share).rounded(.up)
        return sorted[min(sorted.count, max(1, Int(rank))) - 1]
    }
}

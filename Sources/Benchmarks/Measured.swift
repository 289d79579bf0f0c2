import Foundation
import Glibc

/// What the kernel says of this process.
enum Measured {
    /// Resident memory in MB.
    static var residentMegabytes: Double { residentMegabytes(of: "self") }

    /// That of another process.
    static func residentMegabytes(of process: String) -> Double {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Double($0) })
        else { return 0 }
        return kilobytes / 1024
    }

    /// How often each thread of this process gave up the processor to wait, and so how often it was woken.
    static var wakeups: [String: Int] { wakeups(of: "self") }

    /// Those of another process.
    static func wakeups(of process: String) -> [String: Int] {
        let directory = "/proc/\(process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return threads.reduce(into: [:]) { found, thread in
            guard let status = try? String(contentsOfFile: "\(directory)/\(thread)/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("voluntary_ctxt_switches:") })
            else { return }
            found[thread] = line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
        }
    }

    /// How often threads were woken since; what a thread did that has ended meanwhile is not known.
    static func wakeups(since before: [String: Int], of process: String = "self") -> Int {
        wakeups(of: process).reduce(0) { $0 + $1.value - (before[$1.key] ?? 0) }
    }

    /// Processor time that this process used so far, in milliseconds.
    static var processorMilliseconds: Double { usedMilliseconds(RUSAGE_SELF.rawValue) }

    /// Processor time that this thread used so far, in milliseconds; by `RUSAGE_THREAD`, which Glibc's headers hide.
    static var threadMilliseconds: Double { usedMilliseconds(1) }

    private static func usedMilliseconds(_ whose: __rusage_who.RawValue) -> Double {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(whose), &usage) == 0 else { return 0 }
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime)
    }

    /// Processor time of a process and of all that it started and that still runs, in milliseconds.
    static func processorMilliseconds(ofTree process: Int) -> Double {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let all = numbers.compactMap { Int($0) }.compactMap { number in Self.usage(of: number).map { (number, $0) } }
        let known = Dictionary(all) { $1 }
        func isOfTree(_ number: Int) -> Bool {
            var (next, steps) = (number, 0)
            while next > 1, steps < 64 {
                if next == process { return true }
                (next, steps) = (known[next]?.parent ?? 0, steps + 1)
            }
            return false
        }
        return known.reduce(0) { isOfTree($1.key) ? $0 + $1.value.milliseconds : $0 }
    }

    /// From `/proc/N/stat`, where all after the name's bracket is in numbered fields. What ended children used is the
    /// parent's.
    private static func usage(of process: Int) -> (parent: Int, milliseconds: Double)? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[end...].split(separator: " ").dropFirst().map { Int($0) ?? 0 }
        guard fields.count > 14 else { return nil }
        let ticks = fields[11...14].reduce(0, +)
        return (fields[1], Double(ticks) * 1000 / Double(max(1, sysconf(Int32(_SC_CLK_TCK)))))
    }

    /// How long `body` took, in milliseconds.
    static func milliseconds<Value>(_ body: () async throws -> Value) async rethrows -> (Double, Value) {
        let clock = ContinuousClock()
        let started = clock.now
        let value = try await body()
        return ((clock.now - started).inMilliseconds, value)
    }
}

extension Duration {
    var inMilliseconds: Double { Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15 }
    var inSeconds: Double { inMilliseconds / 1000 }
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

import Foundation
import Primitives

/// This build beside another: both run the same parts in turn, A B A B, so that what else the machine does meets both, and
/// the medians of their rows stand side by side.
///
/// The other may be older: rows go by their names, and it is given no option that this program lacked before.
struct BenchComparison {
    private let command: MeasureCommand
    private let other: String

    init(_ command: MeasureCommand, other: String) {
        self.command = command
        self.other = other
    }

    func run() async throws {
        guard FileManager.default.isExecutableFile(atPath: other) else {
            throw BenchFault(
                "--compare: \(other) is no program that can be run; give the path of another signalbox-bench."
            )
        }
        var (own, theirs) = (Figures(), Figures())
        for turn in 1...max(1, command.turns) {
            FileHandle.standardError.write(Data("turn \(turn) of \(max(1, command.turns)) …\n".utf8))
            theirs.add(try measured(by: other, repetitions: nil))
            own.add(try measured(by: "/proc/self/exe", repetitions: 1))
        }
        let lines = own.names.map { name -> [String] in
            let (mine, before) = (own[name], theirs[name])
            let ratio = before.flatMap { $0.median > 0 ? Report.number((mine?.median ?? 0) / $0.median) : nil }
            return [
                name, mine?.words ?? "", mine?.unit ?? "", before?.words ?? "not measured by the other", ratio ?? "—",
            ]
        }
        print(Report.aligned([["measure", "this", "", "other", "this / other"]] + lines))
    }

    /// The rows of one run, as its JSON says them.
    private func measured(by program: String, repetitions: Int?) throws -> [JSON] {
        let file = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48))).json"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let process = Process()
        process.executableURL = URL(filePath: program).resolvingSymlinksInPath()
        // In steps: as one sum the compiler needs a third of a second for it.
        var arguments = ["measure", "--json", file]
        arguments += ["--requests", "\(command.requests)", "--deliveries", "\(command.deliveries)"]
        arguments += ["--events", "\(command.events)", "--rows", "\(command.rows)", "--records", "\(command.records)"]
        for part in command.parts { arguments += ["--only", part.rawValue] }
        if let repetitions { arguments += ["--repeat", "\(repetitions)"] }
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let data = FileManager.default.contents(atPath: file) else {
            throw BenchFault("--compare: \(program) ended with \(process.terminationStatus) and without figures.")
        }
        return try JSON(parsing: Array(data)).array ?? []
    }

    /// What the runs of one program measured, row by row.
    private struct Figures {
        private(set) var names: [String] = []
        private var values: [String: (unit: String, values: [Double])] = [:]

        struct Figure {
            let unit: String
            let median: Double
            /// The median with the lowest and the highest.
            let words: String
        }

        mutating func add(_ rows: [JSON]) {
            for row in rows {
                guard let name = row["name"]?.string else { continue }
                let unit = row["unit"]?.string ?? ""
                add(name, row["value"], unit)
                add(name + ", CPU for each", row["processorMicroseconds"], "µs")
            }
        }

        private mutating func add(_ name: String, _ value: JSON?, _ unit: String) {
            guard let value = value?.settingText, let number = Double(value) else { return }
            if values[name] == nil { names.append(name) }
            values[name, default: (unit, [])].values.append(number)
        }

        subscript(name: String) -> Figure? {
            guard let (unit, values) = values[name], let low = values.min(), let high = values.max() else { return nil }
            let median = Samples(values).percentile(0.5)
            let words =
                "\(Report.number(median)) (\(Report.number(low))–\(Report.number(high)))"
            return Figure(unit: unit, median: median, words: words)
        }
    }
}

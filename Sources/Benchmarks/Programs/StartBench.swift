import Foundation
import Spawning

/// The program `signalbox` itself: how long it takes to say a word, and how large it is.
enum StartBench {
    private static let starts = 40

    /// Beside this program, where a build puts it.
    static func program(_ given: String?) throws -> String {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = given ?? own.deletingLastPathComponent().appending(path: "signalbox").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw BenchFault("\(path) is not there; build all products, or name the program with --program.")
        }
        return path
    }

    static func rows(program: String) async throws -> [BenchRow] {
        var (elapsed, processor): ([Double], [Double]) = ([], [])
        // The first ones fetch the program from the disk.
        for number in 0..<(starts + 5) {
            let (milliseconds, ended) = try await Measured.milliseconds {
                try SpawnedProgram(program, ["--help"]).wait()
            }
            guard ended.status == 0 else { throw BenchFault("start: --help ends with \(ended.status)") }
            guard number >= 5 else { continue }
            elapsed.append(milliseconds)
            processor.append(ended.processor)
        }
        let samples = Samples(elapsed)
        let size = try FileManager.default.attributesOfItem(atPath: program)[.size] as? Int ?? 0
        return [
            BenchRow(
                name: "signalbox --help, median of \(starts)",
                value: samples.percentile(0.5),
                unit: "ms",
                goal: "< 20 ms",
                isMet: samples.percentile(0.5) < 20,
                cost: Samples(processor).percentile(0.5) * 1000,
                spread: (samples.sorted.first ?? 0)...(samples.sorted.last ?? 0)
            ),
            BenchRow(name: "the program's file", value: Double(size) / 1_000_000, unit: "MB", goal: ""),
        ]
    }
}

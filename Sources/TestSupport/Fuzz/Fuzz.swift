import FoundationEssentials
import Glibc

/// Feeds hostile input to a piece of code: a few seconds' worth with every run of the tests, `SIGNALBOX_FUZZ=N` rounds
/// where more is wanted, `SIGNALBOX_FUZZ_SEED=N` to repeat a run.
///
/// What ends the process can't report itself: the input of the round stands in a file, which stays where a round ends
/// the process.
package enum Fuzz {
    /// The body makes an input, notes it, and feeds it. Other tests have the processor now and then.
    package static func run(
        _ name: String,
        rounds usual: Int,
        _ body: (inout Hostile, _ note: (String) -> Void) throws -> Void
    ) async rethrows {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["SIGNALBOX_FUZZ"].flatMap { Int($0) } ?? usual
        let seed = environment["SIGNALBOX_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ... .max)
        let path = FileManager.default.temporaryDirectory.path + "/signalbox-fuzz-\(name)-\(getpid()).txt"
        print("fuzz \(name): \(rounds) rounds, SIGNALBOX_FUZZ_SEED=\(seed); the input of a crash stays in \(path)")
        let file = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        defer {
            close(file)
            _ = unsafe unlink(path)
        }
        var hostile = Hostile(seed: seed)
        var pause = ContinuousClock.now + .milliseconds(20)
        for _ in 0..<rounds {
            if ContinuousClock.now > pause {
                await betweenLooks()
                pause = .now + .milliseconds(20)
            }
            try body(&hostile) { input in
                let bytes = Array(input.utf8)
                guard file >= 0, ftruncate(file, 0) == 0 else { return }
                _ = unsafe pwrite(file, bytes, bytes.count, 0)
            }
        }
    }
}

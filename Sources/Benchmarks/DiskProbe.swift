import Foundation
import Glibc

/// What the disk alone asks of whoever acknowledges only what is on it.
enum DiskProbe {
    /// Bytes of the log that a commit of some thirty events writes.
    private static let bytes = 64 << 10
    private static let writes = 200

    /// Milliseconds until so many bytes, appended to a file in the directory of the benchmark's stores, are on the disk; of
    /// 200 in a row.
    static func syncs() throws -> Samples {
        let path = NSTemporaryDirectory() + "/signalbox-bench-\(UInt64.random(in: 0..<(1 << 48)))"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw fault("opened") }
        defer {
            close(file)
            unsafe unlink(path)
        }
        let block = [UInt8](repeating: 0x5A, count: bytes)
        return Samples(
            try (0..<writes).map { _ in
                let begin = ContinuousClock.now
                guard unsafe block.withUnsafeBytes({ unsafe write(file, $0.baseAddress, $0.count) }) == bytes else {
                    throw fault("written")
                }
                guard fdatasync(file) == 0 else { throw fault("synced") }
                return (ContinuousClock.now - begin).inMilliseconds
            }
        )
    }

    private static func fault(_ what: String) -> BenchFault {
        BenchFault("disk: the file of its measurement can't be \(what): \(unsafe String(cString: strerror(errno)))")
    }
}

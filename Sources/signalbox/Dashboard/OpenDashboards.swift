import Glibc
import Primitives

/// The dashboards of a node that use one data directory: each shares a lock for as long as it is open, which the kernel drops
/// with its process. Only the first one comes back to something that nobody has looked at.
final class OpenDashboards: Sendable {
    /// Whether there was another one when this was opened.
    let hasOthers: Bool
    private let file: CInt

    /// `node`: the address that `--attach` names; nil for that of the data directory. Where no lock can be had, nothing is known
    /// of others.
    init(dataDirectory: String, node: String?) {
        file = OwnedFile.open("\(dataDirectory)/\(Self.fileName(node))", O_RDWR)
        guard file >= 0 else {
            hasOthers = false
            return
        }
        hasOthers = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
        flock(file, LOCK_SH)
    }

    deinit {
        guard file >= 0 else { return }
        flock(file, LOCK_UN)
        close(file)
    }

    /// A lock for each node: addresses may have signs that names of files have not.
    private static func fileName(_ node: String?) -> String {
        guard let node else { return "dashboards.lock" }
        let hash = node.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "dashboards-\(String(hash, radix: 16)).lock"
    }
}

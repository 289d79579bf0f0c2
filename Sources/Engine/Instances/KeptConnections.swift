import Domain
import Synchronization

/// Connections of authorization codes whose instance was then refused for another reason.
///
/// A code works once; without this a misspelled object name would send the person through the browser again.
final class KeptConnections: Sendable {
    private static let capacity = 16
    private static let lifetime: Int64 = 600_000

    private let kept = Mutex<[(code: String, connection: OrgConnection, at: Timestamp)]>([])

    func keep(_ connection: OrgConnection, code: String?, at now: Timestamp) {
        guard let code, !code.isEmpty else { return }
        kept.withLock { kept in
            kept.removeAll { $0.code == code || now.since($0.at) > Self.lifetime }
            kept.append((code, connection, now))
            if kept.count > Self.capacity { kept.removeFirst() }
        }
    }

    func take(code: String?, at now: Timestamp) -> OrgConnection? {
        guard let code else { return nil }
        return kept.withLock { kept in
            kept.removeAll { now.since($0.at) > Self.lifetime }
            guard let index = kept.firstIndex(where: { $0.code == code }) else { return nil }
            return kept.remove(at: index).connection
        }
    }
}

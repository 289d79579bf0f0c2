import Domain
import Primitives
import Synchronization

/// Connections of authorization codes whose instance was then refused for another reason.
///
/// A code works once; without this a misspelled object name would send the person through the browser again. It is kept
/// for the same app at the same address alone: a wrong secret must fail as it would at the org.
final class RedeemedConnections: Sendable {
    private static let capacity = 16
    private static let lifetime: Int64 = 600_000

    /// What a code was redeemed with.
    private struct Key: Hashable {
        let code: Secret
        let baseURL: String
        let apiKey: Secret
        let apiSecret: Secret

        init?(_ code: Secret?, _ configuration: InstanceConfiguration) {
            guard let code, !code.isEmpty else { return nil }
            self.code = code
            baseURL = configuration.baseURL
            apiKey = configuration.apiKey
            apiSecret = configuration.apiSecret
        }
    }

    private let connections = Mutex<[(key: Key, connection: OrgConnection, at: Timestamp)]>([])

    func add(_ connection: OrgConnection, code: Secret?, for configuration: InstanceConfiguration, at now: Timestamp) {
        guard let key = Key(code, configuration) else { return }
        connections.withLock { connections in
            connections.removeAll { $0.key == key || now.since($0.at) > Self.lifetime }
            connections.append((key, connection, now))
            if connections.count > Self.capacity { connections.removeFirst() }
        }
    }

    /// The connection of a code that was redeemed before; once.
    func redeem(_ code: Secret?, for configuration: InstanceConfiguration, at now: Timestamp) -> OrgConnection? {
        guard let key = Key(code, configuration) else { return nil }
        return connections.withLock { connections in
            connections.removeAll { now.since($0.at) > Self.lifetime }
            guard let index = connections.firstIndex(where: { $0.key == key }) else { return nil }
            return connections.remove(at: index).connection
        }
    }
}

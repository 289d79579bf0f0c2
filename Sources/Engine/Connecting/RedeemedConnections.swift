import Domain
import Primitives

/// Connections of authorization codes, and of refresh tokens that rotated, whose instance was then refused for another
/// reason.
///
/// A code works once, and so does a refresh token that rotates; without this a misspelled object name would send the person
/// through the browser again. It is kept for the same app at the same address alone: a wrong secret must fail as it would at
/// the org.
final class RedeemedConnections: Sendable {
    private static let capacity = 16
    /// Milliseconds; codes live as long at the org, while nothing but this knows a refresh token's successor.
    private static let codeLifetime: Int64 = 600_000
    private static let tokenLifetime: Int64 = 86_400_000

    /// What was shown to the org, once.
    enum Shown: Hashable, SecretBearing {
        case code(Secret)
        case refreshToken(Secret)

        fileprivate var isEmpty: Bool {
            switch self {
            case .code(let secret), .refreshToken(let secret): secret.isEmpty
            }
        }

        fileprivate var lifetime: Int64 {
            switch self {
            case .code: RedeemedConnections.codeLifetime
            case .refreshToken: RedeemedConnections.tokenLifetime
            }
        }
    }

    /// What was shown, and to whom.
    private struct Key: Hashable {
        let shown: Shown
        let baseURL: String
        let apiKey: Secret
        let apiSecret: Secret

        init?(_ shown: Shown?, _ configuration: InstanceConfiguration) {
            guard let shown, !shown.isEmpty else { return nil }
            self.shown = shown
            baseURL = configuration.baseURL
            apiKey = configuration.apiKey
            apiSecret = configuration.apiSecret
        }
    }

    /// What was given for it.
    struct Redeemed: Sendable {
        var connection: OrgConnection
        /// Whether the org was asked who it is and did not refuse that.
        var isIdentified: Bool
    }

    private let connections = Locked<[(key: Key, redeemed: Redeemed, at: Timestamp)]>([])

    func add(_ redeemed: Redeemed, of shown: Shown?, for configuration: InstanceConfiguration, at now: Timestamp) {
        guard let key = Key(shown, configuration) else { return }
        connections.withLock { connections in
            connections.removeAll { $0.key == key || now.since($0.at) > $0.key.shown.lifetime }
            connections.append((key, redeemed, now))
            if connections.count > Self.capacity { connections.removeFirst() }
        }
    }

    /// The connection of what was redeemed before; once.
    func redeem(_ shown: Shown?, for configuration: InstanceConfiguration, at now: Timestamp) -> Redeemed? {
        guard let key = Key(shown, configuration) else { return nil }
        return connections.withLock { connections in
            connections.removeAll { now.since($0.at) > $0.key.shown.lifetime }
            guard let index = connections.firstIndex(where: { $0.key == key }) else { return nil }
            return connections.remove(at: index).redeemed
        }
    }
}

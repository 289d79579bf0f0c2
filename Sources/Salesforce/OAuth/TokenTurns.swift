package import Domain
import Primitives

/// Lets one token request of a user and app go at a time, in the order of arrival.
///
/// Salesforce refuses a second one while the first is being handled ("token request is already being processed"), and two
/// instances of one org renew at the same moment when their sessions end together.
package final class TokenTurns: Sendable {
    private struct Turn {
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Who is being served, with those behind; a key without an entry is free.
    private let turns = Locked<[String: Turn]>([:])

    package init() {}

    package func run<Value: Sendable>(
        _ key: String,
        _ body: @Sendable () async throws -> Value
    ) async rethrows -> Value {
        await withCheckedContinuation { continuation in
            let isFree = turns.withLock { turns in
                guard turns[key] != nil else {
                    turns[key] = Turn()
                    return true
                }
                turns[key]?.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        defer { end(key) }
        return try await body()
    }

    private func end(_ key: String) {
        let next = turns.withLock { turns -> CheckedContinuation<Void, Never>? in
            guard var turn = turns[key], !turn.waiting.isEmpty else {
                turns[key] = nil
                return nil
            }
            let next = turn.waiting.removeFirst()
            turns[key] = turn
            return next
        }
        next?.resume()
    }

    /// The user and app that a connection's tokens are of: by the org where it is known, as one org has several hosts.
    package static func key(_ configuration: InstanceConfiguration, _ connection: OrgConnection?) -> String {
        let place =
            connection?.organizationID ?? HTTPAddress.authority(of: configuration.baseURL)?.lowercased() ?? ""
        let user = connection?.userID ?? configuration.username
        return "\(place)\n\(configuration.apiKey.exposed)\n\(user)"
    }
}

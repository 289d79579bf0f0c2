package import Domain
package import Store
import Synchronization

/// Remembers which instance a receiver token belongs to, so that a webhook costs no look-up.
///
/// What is remembered is dropped with any change of any instance; instances change rarely and webhooks come often.
package final class ReceiverDirectory: Sendable {
    struct Entry: Sendable {
        let instance: Instance
        let verifier: WebhookVerifier
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var generation = 0
    }

    private let store: any EventStore
    private let state = Mutex(State())

    package init(store: any EventStore) { self.store = store }

    /// The instance that owns the token; unknown tokens aren't remembered, as anyone can make them up.
    func entry(_ token: String) async throws -> Entry? {
        let (known, generation) = state.withLock { ($0.entries[token], $0.generation) }
        if let known { return known }
        guard let instance = try await store.instance(receiverToken: token) else { return nil }
        let entry = Entry(instance: instance, verifier: WebhookVerifier(instance))
        // A change while the store was read may already have made this old.
        state.withLock { if $0.generation == generation { $0.entries[token] = entry } }
        return entry
    }

    /// Forgets everything; the next webhook reads the store.
    package func invalidate() {
        state.withLock {
            $0.entries = [:]
            $0.generation += 1
        }
    }

    /// Forgets on every change of an instance, until the notices end.
    package func follow(_ notices: AsyncStream<EngineNotice>) async {
        for await notice in notices {
            switch notice {
            case .instance, .instancesChanged: invalidate()
            case .stored, .deliveries: continue
            }
        }
    }
}

import Crypto
package import Domain
import Synchronization

/// Authorizations that wait for a person in a browser: from the authorize URL to the redirect.
///
/// Each is known by its `state`, 192 random bits, and can be completed once.
package final class PendingAuthorizations: Sendable {
    /// What the authorize URL and the later exchange of the code need.
    package struct Ticket: Sendable, Hashable {
        package let state: String
        package let codeVerifier: String
        /// base64url(SHA-256(verifier)), the S256 method of PKCE.
        package let codeChallenge: String
    }

    /// How a redirect ended.
    package enum Outcome: Sendable, Hashable {
        case code(String)
        /// `error` and `error_description` of the redirect.
        case refused(error: String, description: String?)
    }

    private enum Slot {
        case open(since: Timestamp)
        case waiting(CheckedContinuation<Outcome, any Error>, since: Timestamp)
        case done(Outcome, since: Timestamp)

        var since: Timestamp {
            switch self {
            case .open(let since), .waiting(_, let since), .done(_, let since): since
            }
        }
    }

    /// Seconds after which a forgotten one is dropped.
    package static let lifetime: Int64 = 900

    private let slots = Mutex<[String: Slot]>([:])
    private let now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp = SystemTime.now) { self.now = now }

    /// Opens a new one.
    package func begin() -> Ticket {
        let verifier = RandomToken.make(bytes: 48)
        let ticket = Ticket(
            state: RandomToken.make(bytes: 24),
            codeVerifier: verifier,
            codeChallenge: Base64.encodeURLSafe(SHA256.hash(data: Array(verifier.utf8)))
        )
        let since = now()
        slots.withLock { slots in
            for (state, slot) in slots where slot.since.advanced(bySeconds: Self.lifetime) < since {
                if case .waiting(let continuation, _) = slot { continuation.resume(throwing: CancellationError()) }
                slots[state] = nil
            }
            slots[ticket.state] = .open(since: since)
        }
        return ticket
    }

    /// Waits for the redirect. Ends with `CancellationError` when the task is cancelled, the ticket is given up or unknown.
    package func outcome(of ticket: Ticket) async throws -> Outcome {
        defer { cancel(ticket) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready: Result<Outcome, any Error>? = slots.withLock { slots in
                    switch slots[ticket.state] {
                    case .open(let since) where !Task.isCancelled:
                        slots[ticket.state] = .waiting(continuation, since: since)
                        return nil
                    case .done(let outcome, _): return .success(outcome)
                    case .open, .waiting, nil: return .failure(CancellationError())
                    }
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            cancel(ticket)
        }
    }

    /// Gives one up; who waits for it is told.
    package func cancel(_ ticket: Ticket) {
        let slot = slots.withLock { $0.removeValue(forKey: ticket.state) }
        if case .waiting(let continuation, _) = slot { continuation.resume(throwing: CancellationError()) }
    }

    /// Hands over what the redirect brought; false if no such authorization waits, or it was completed before.
    package func complete(state: String, _ outcome: Outcome) -> Bool {
        let since = now()
        let (accepted, waiter) = slots.withLock {
            slots -> (Bool, CheckedContinuation<Outcome, any Error>?) in
            guard let slot = slots[state], slot.since.advanced(bySeconds: Self.lifetime) >= since else {
                return (false, nil)
            }
            switch slot {
            case .open(let since):
                slots[state] = .done(outcome, since: since)
                return (true, nil)
            case .waiting(let continuation, let since):
                slots[state] = .done(outcome, since: since)
                return (true, continuation)
            case .done: return (false, nil)
            }
        }
        waiter?.resume(returning: outcome)
        return accepted
    }
}

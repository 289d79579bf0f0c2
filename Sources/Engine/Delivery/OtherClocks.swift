import Domain
import Primitives

/// What the clocks of those say who answer us from other machines: callbacks and orgs.
///
/// Who answers from this machine goes by the clock that is in doubt, and is not recorded. Each host has one voice, that of its
/// latest answer, and the middle one counts, so that no single wrong clock decides where there are others.
final class OtherClocks: Sendable {
    struct Reading: Sendable, Hashable {
        /// The date by the middle one, of two by the earlier; nil: none was heard.
        var date: Timestamp?
        /// Somebody on another machine answered, but with a certificate that this one does not trust: by a wrong date all of
        /// them have expired, so that it says nothing for the date that none is heard.
        var isUntrusted = false
    }

    /// Milliseconds from one look at the answers of an address to the next: they come by the thousand.
    private static let every: Int64 = 10_000
    /// Hosts, and addresses; more make nothing surer.
    private static let most = 64

    private struct State {
        var lookedAt: [String: Timestamp] = [:]
        /// Milliseconds from the clock that nobody sets, by host.
        var ahead: [String: Int64] = [:]
        var untrusted: Set<String> = []
    }

    private let state = Locked(State())

    /// `due` and what is answered are of the clock that nobody sets.
    func record(_ url: String, at due: Timestamp, _ date: () -> Timestamp?) {
        let isTime = state.withLock { state in
            if let last = state.lookedAt[url], due.since(last) < Self.every { return false }
            if state.lookedAt.count >= Self.most { state.lookedAt = [:] }
            state.lookedAt[url] = due
            return true
        }
        guard isTime, let host = Self.host(url) else { return }
        let ahead = date().map { $0.since(due) }
        state.withLock { state in
            state.untrusted.remove(host)
            guard let ahead, state.ahead[host] != nil || state.ahead.count < Self.most else { return }
            state.ahead[host] = ahead
        }
    }

    /// Its certificate is not trusted.
    func recordUntrusted(_ url: String) {
        guard let host = Self.host(url) else { return }
        state.withLock { state in
            guard state.untrusted.count < Self.most else { return }
            state.untrusted.insert(host)
        }
    }

    func reading(at due: Timestamp) -> Reading {
        state.withLock { state in
            let sorted = state.ahead.values.sorted()
            let middle = sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
            return Reading(
                date: middle.map { due.advanced(byMilliseconds: $0) },
                isUntrusted: !state.untrusted.isEmpty
            )
        }
    }

    /// Nil for this machine.
    private static func host(_ url: String) -> String? {
        guard let authority = HTTPAddress.authority(of: url)?.lowercased(),
            let place = authority.split(separator: "@").last, !HTTPAddress.isLoopback("http://\(place)")
        else { return nil }
        return String(place.first == "[" ? place.prefix { $0 != "]" } : place.prefix { $0 != ":" })
    }
}

package import Domain
import Primitives

/// Where an instance's notifications go, as its configuration says now.
package struct Route: Sendable, Hashable {
    package var url: String
    package var signatureKey: Secret

    package init(url: String, signatureKey: Secret) {
        self.url = url
        self.signatureKey = signatureKey
    }

    /// Nil where there is no callback.
    package init?(_ configuration: InstanceConfiguration) {
        guard !configuration.callbackURL.isEmpty else { return nil }
        self.init(url: configuration.callbackURL, signatureKey: configuration.signatureKey)
    }

    /// What shares the limit of attempts under way.
    var host: String { (HTTPAddress.authority(of: url) ?? url).lowercased() }
}

/// One instance's callback: its route, its breaker and how it does.
struct Callback: Sendable, Hashable {
    var route: Route?
    var breaker: Breaker
    var trend = CallbackTrend()

    /// What to keep of its breaker for after a restart.
    var hold: CallbackHold? { route.flatMap { breaker.hold(of: $0.url) } }

    /// Nil while deliveries go out.
    var held: CallbackHolds.Held? {
        guard route != nil else { return nil }
        return switch breaker.state {
        case .closed: nil
        case .held(let reason, let until): CallbackHolds.Held(reason: reason, until: breaker.isReleasing ? nil : until)
        case .probing(let reason): CallbackHolds.Held(reason: reason, until: nil)
        }
    }

    /// What others hear of where it changes; a copy of it copies no outcomes.
    struct Standing {
        let url: String?
        let state: Breaker.State
        let isReleasing: Bool
        let isHeld: Bool
        let probeAt: Timestamp?
        let shown: AttemptOutcome?
    }

    var standing: Standing {
        Standing(
            url: route?.url,
            state: breaker.state,
            isReleasing: breaker.isReleasing,
            isHeld: breaker.isHeld,
            probeAt: breaker.probeAt,
            shown: trend.shown?.outcome
        )
    }

    func mayProbe(at now: Timestamp) -> Bool { breaker.probeAt.map { $0 <= now } ?? false }

    /// `at` and `notBefore` are moments of the clock that nobody sets, as all that the breaker plans by.
    mutating func record(_ attempt: Attempt, at now: Timestamp, notBefore: Timestamp?) {
        trend.record(CallbackTrend.Outcome(attempt))
        if attempt.outcome.isSuccess {
            breaker.succeeded()
        } else if attempt.outcome.status == 410 {
            breaker.gone("The callback answered 410 Gone; change its URL or resume it.")
        } else {
            breaker.failed(attempt.outcome.errorText ?? "failed", at: now, notBefore: notBefore)
        }
    }

    /// What a person should read; `retrying` counts the deliveries that wait for their next attempt.
    func state(retrying: Int) -> CallbackState {
        guard route != nil else { return .none }
        switch breaker.state {
        case .held(let reason, let until): return .held(reason: reason, until: breaker.isReleasing ? nil : until)
        case .probing(let reason): return .held(reason: reason, until: nil)
        case .closed: break
        }
        guard let last = trend.shown else { return .idle }
        if case .response(let status) = last.outcome, last.outcome.isSuccess {
            return .healthy(status: status, milliseconds: last.milliseconds, at: last.at)
        }
        return .failing(reason: last.outcome.errorText ?? "failed", at: last.at, retrying: retrying)
    }
}

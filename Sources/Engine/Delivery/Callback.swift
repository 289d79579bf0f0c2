package import Domain
import Primitives

/// Where an instance's notifications go, as its configuration says now.
package struct CallbackRoute: Sendable, Hashable {
    package var url: String
    package var signatureKey: Secret
    /// Signs as well until its moment.
    package var formerKey: FormerSecret?
    /// Of the instance's own; secret.
    package var headers: CallbackHeaders?
    /// There are some, and what is stored of them can't be read: without them nothing is posted.
    package var lacksHeaders = false
    /// Posts a second, and under way; nil: no limit of its own.
    package var rate: Int?
    package var concurrency: Int?

    package init(url: String, signatureKey: Secret) {
        self.url = url
        self.signatureKey = signatureKey
    }

    /// Nil where there is no callback.
    package init?(_ instance: Instance) {
        let configuration = instance.configuration
        guard !configuration.callbackURL.isEmpty else { return nil }
        self.init(url: configuration.callbackURL, signatureKey: configuration.signatureKey)
        formerKey = instance.formerSignatureKey
        do throws(CallbackHeaders.Fault) {
            headers = try CallbackHeaders(parsing: configuration.callbackHeaders.exposed)
        } catch { lacksHeaders = true }
        rate = configuration.callbackRate
        concurrency = configuration.callbackConcurrency
    }

    /// The same for a post to another address: it is signed alike, and what opens the own host goes to that alone.
    func leading(to url: String) -> CallbackRoute {
        var other = self
        other.url = url
        if HTTPAddress.origin(of: url) != HTTPAddress.origin(of: self.url) {
            other.headers = nil
            other.lacksHeaders = false
        }
        return other
    }

    /// What signs at a moment of the clock that nobody sets: the key, and the one before while it counts.
    func formerKey(at due: Timestamp) -> Secret? { formerKey.flatMap { due < $0.expires ? $0.secret : nil } }

    /// What shares the limit of attempts under way.
    var host: String { (HTTPAddress.authority(of: url) ?? url).lowercased() }
}

/// One instance's callback: its route, its breaker and how it does.
struct Callback: Sendable, Hashable {
    var route: CallbackRoute?
    var breaker: Breaker
    var trend = CallbackTrend()
    var pace = CallbackPace()

    /// Tells a pause that is kept from a hold, too: no breaker says just that.
    static let pauseReason = "answered 429 and asked for a pause"

    /// What to keep of its breaker, or of a pause, for after a restart; its end is of the clock that nobody sets.
    var hold: CallbackHold? { route.flatMap { breaker.hold(of: $0.url) ?? pace.hold(of: $0.url) } }

    /// Nil while deliveries go out.
    var held: CallbackHolds.Held? {
        guard route != nil, let reason = breaker.reason else { return nil }
        return CallbackHolds.Held(reason: reason, until: breaker.until)
    }

    /// What others hear of where it changes; a copy of it copies no outcomes.
    struct Standing {
        let url: String?
        let state: Breaker.State
        let isReleasing: Bool
        let isHeld: Bool
        /// The earliest that a probe may go.
        let probeAt: Timestamp?
        let pausedUntil: Timestamp
        let shown: AttemptOutcome?
    }

    var standing: Standing {
        Standing(
            url: route?.url,
            state: breaker.state,
            isReleasing: breaker.isReleasing,
            isHeld: breaker.isHeld,
            probeAt: breaker.freshProbeAt,
            pausedUntil: pace.pausedUntil,
            shown: trend.shown?.outcome
        )
    }

    func mayProbe(at now: Timestamp) -> Bool { breaker.probeAt.map { $0 <= now } ?? false }

    /// `at` and `notBefore` are moments of the clock that nobody sets, as all that the breaker plans by.
    /// Returns whether the callback only asks for a pause: it says nothing of the delivery.
    mutating func record(_ attempt: Attempt, at now: Timestamp, notBefore: Timestamp?) -> Bool {
        trend.record(CallbackTrend.Outcome(attempt))
        if attempt.outcome.isSuccess {
            pace.succeeded()
            pace.forgetPause(at: now)
            breaker.succeeded()
        } else if !attempt.isReplay, pace.pauses(for: attempt.outcome, at: now, notBefore: notBefore) {
            // Bulk replays rest by holds alone.
            breaker.answered()
            return true
        } else if attempt.outcome.status == 410 {
            breaker.gone("The callback answered 410 Gone; change its URL or resume it.")
        } else if attempt.outcome.refusesRecord {
            breaker.answered()
        } else {
            let reason = attempt.outcome.errorText ?? "failed"
            breaker.failed(
                reason,
                of: attempt.notificationID,
                isAnswered: attempt.outcome.status != nil,
                at: now,
                notBefore: notBefore
            )
        }
        return false
    }

    /// What a person should read at a moment of the clock that nobody sets; `retrying` counts the deliveries that wait for
    /// their next attempt.
    func state(retrying: Int, at now: Timestamp) -> CallbackState {
        guard route != nil else { return .none }
        if let held { return .held(reason: held.reason, until: held.until) }
        guard let last = trend.shown else { return .idle }
        // Whatever was answered last: what was under way when the pause began says nothing of it.
        if pace.pausedUntil > now {
            return .failing(reason: Self.pauseReason, at: last.at, retrying: retrying, until: pace.pausedUntil)
        }
        if case .response(let status) = last.outcome, last.outcome.isSuccess {
            return .healthy(status: status, milliseconds: last.milliseconds, at: last.at)
        }
        return .failing(reason: last.outcome.errorText ?? "failed", at: last.at, retrying: retrying)
    }
}

package import Domain
package import EngineAPI
package import Primitives
package import Salesforce

/// Authorizations that wait for a person in a browser: from the authorize address to the code's exchange.
///
/// Each is known by its `state`, 256 random bits, lives a quarter of an hour and is used once. Nothing of it is stored.
package final class BrowserAuthorizations: Sendable {
    /// What the exchange of a code needs.
    package struct Grant: Sendable, Hashable, SecretBearing {
        let state: String
        let code: Secret
        let codeVerifier: Secret
        let redirectURL: String
    }

    private struct Slot: SecretBearing {
        let authorization: BrowserAuthorization
        let codeVerifier: Secret
        /// The app that the code belongs to: it is shown to no other endpoint.
        let baseURL: String
        let apiKey: Secret
        /// When it is over, by the clock that nobody sets; `authorization.expires` is for people.
        let end: Timestamp
        var outcome: AuthorizationReply.Outcome?
        /// A person pasted it: it may be mistyped, and gives way to another until it is used.
        var isPasted = false
        /// An exchange of its code is under way.
        var isBeingRedeemed = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private struct State {
        var slots: [String: Slot] = [:]
        var ownRedirect: String?
        var lastWaiter = 0
    }

    /// Seconds that one lives; Salesforce's codes live as long.
    package static let lifetime: Int64 = 900
    /// More at a time make the oldest go.
    private static let capacity = 64

    private let clock: any EngineClock
    private let state = Locked(State())
    private let mark = Locked("")

    package init(clock: any EngineClock) { self.clock = clock }

    /// Ends each `state` from now on, so that other nodes know by it whose it is.
    package func sign(as mark: String) { self.mark.withLock { $0 = mark } }

    /// Where redirects reach this process: the default of `oauth.callback.url`.
    package func acceptRedirects(at address: String) { state.withLock { $0.ownRedirect = address } }

    /// Opens a new one; `authorizeURL` makes the address from the settings, a state and a challenge.
    package func begin(
        _ configuration: InstanceConfiguration,
        authorizeURL: (InstanceConfiguration, String, String) -> String
    ) throws(ClientError) -> BrowserAuthorization {
        var configuration = configuration
        if configuration.oauthCallbackURL.isEmpty {
            guard let own = state.withLock({ $0.ownRedirect }) else {
                throw ClientError(
                    .unavailable,
                    "Signalbox is not listening for the browser yet; try again, or set oauth.callback.url."
                )
            }
            configuration.oauthCallbackURL = own
        }
        let pkce = PKCE.random()
        let name = PKCE.randomText() + mark.withLock { $0 }
        let authorization = BrowserAuthorization(
            state: name,
            url: authorizeURL(configuration, name, pkce.challenge),
            redirectURL: configuration.oauthCallbackURL,
            expires: clock.now.advanced(bySeconds: Self.lifetime)
        )
        let slot = Slot(
            authorization: authorization,
            codeVerifier: pkce.verifier,
            baseURL: configuration.baseURL,
            apiKey: configuration.apiKey,
            end: clock.due.advanced(bySeconds: Self.lifetime)
        )
        let dropped = state.withLock { state -> [Slot] in
            var dropped = Self.dropExpired(&state, at: clock.due)
            if state.slots.count >= Self.capacity,
                let oldest = state.slots.values.min(by: { $0.end < $1.end }),
                let slot = state.slots.removeValue(forKey: oldest.authorization.state)
            {
                dropped.append(slot)
            }
            state.slots[name] = slot
            return dropped
        }
        dropped.forEach(Self.wake)
        return authorization
    }

    /// How one stands, after so many milliseconds at the latest where nobody has answered.
    package func progress(of name: String, waiting milliseconds: Int64) async throws(ClientError)
        -> AuthorizationProgress
    {
        let (first, over) = try lookUp(name)
        guard first == .waiting, milliseconds > 0 else { return first }
        let end = min(clock.due.advanced(byMilliseconds: milliseconds), over)
        let clock = clock
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.change(of: name) }
            group.addTask { try? await clock.sleep(until: end) }
            await group.next()
            group.cancelAll()
        }
        return try lookUp(name).progress
    }

    /// Accepts what the browser brought; false, and nothing changes, if no such authorization waits.
    package func accept(_ reply: AuthorizationReply) -> Bool {
        guard let name = reply.state else { return false }
        return accept(reply.outcome, for: name, isPasted: false)
    }

    private func accept(_ outcome: AuthorizationReply.Outcome, for name: String, isPasted: Bool) -> Bool {
        let now = clock.due
        let woken = state.withLock { state -> Slot? in
            guard var slot = state.slots[name], slot.end > now, !slot.isBeingRedeemed,
                slot.outcome == nil || slot.isPasted
            else { return nil }
            let before = slot
            slot.outcome = outcome
            slot.isPasted = isPasted
            slot.waiters = [:]
            state.slots[name] = slot
            return before
        }
        guard let woken else { return false }
        Self.wake(woken)
        return true
    }

    /// Accepts what a person pasted: the code of this authorization, or the address that its browser ended on. The last one
    /// pasted counts, as the org alone knows which is mistyped; what the browser itself brought stays.
    package func accept(pasted text: String, for name: String) throws -> AuthorizationProgress {
        let (progress, _) = try lookUp(name)
        let (isPasted, isBeingRedeemed) = state.withLock { state in
            (state.slots[name]?.isPasted == true, state.slots[name]?.isBeingRedeemed == true)
        }
        guard !isBeingRedeemed else {
            throw ClientError(.conflict, "This authorization is being used already; wait for what comes of it.")
        }
        guard progress == .waiting || isPasted else { return progress }
        let reply: AuthorizationReply
        do { reply = try AuthorizationReply(parsing: text) } catch { throw ClientError(.invalid, error.message) }
        guard reply.isBare || reply.state == name else {
            throw ClientError(
                .invalid,
                "That address belongs to another attempt to connect; open the address of this one, "
                    + "and paste the one that the browser then ends on."
            )
        }
        // A redirect may have come meanwhile; it counts.
        _ = accept(reply.outcome, for: name, isPasted: true)
        return try lookUp(name).progress
    }

    /// Cancels one; whoever waits for it is woken.
    package func cancel(_ name: String) {
        if let slot = state.withLock({ $0.slots.removeValue(forKey: name) }) { Self.wake(slot) }
    }

    /// What is needed to exchange a granted one's code with these settings; `finish` or `release` it afterwards.
    func redeem(_ name: String, with configuration: InstanceConfiguration) throws(ClientError) -> Grant {
        let progress: AuthorizationProgress
        // Here the state is a part of what is asked, not what is asked for.
        do { progress = try lookUp(name).progress } catch { throw ClientError(.invalid, error.message) }
        if case .refused(let reason) = progress { throw ClientError(.invalid, reason) }
        let found = state.withLock { state -> Result<Grant, ClientError> in
            guard let slot = state.slots[name], case .code(let code)? = slot.outcome else {
                return .failure(
                    ClientError(
                        .conflict,
                        "Nobody has allowed access yet; open the authorization's address in a browser first."
                    )
                )
            }
            guard slot.baseURL == configuration.baseURL, slot.apiKey == configuration.apiKey else {
                return .failure(
                    ClientError(
                        .invalid,
                        "The authorization was begun for another endpoint address or consumer key; begin a new one."
                    )
                )
            }
            guard !slot.isBeingRedeemed else {
                return .failure(ClientError(.conflict, "This authorization is being used already."))
            }
            state.slots[name]?.isBeingRedeemed = true
            return .success(
                Grant(
                    state: name,
                    code: Secret(code),
                    codeVerifier: slot.codeVerifier,
                    redirectURL: slot.authorization.redirectURL
                )
            )
        }
        return try found.get()
    }

    /// Ends one whose code was spent.
    func finish(_ grant: Grant) { cancel(grant.state) }

    /// Ends one whose code the org refused. A pasted code may have been mistyped, so that one waits for another.
    func refuse(_ grant: Grant) {
        let waits = state.withLock { state -> Bool in
            guard var slot = state.slots[grant.state], slot.isPasted else { return false }
            slot.outcome = nil
            slot.isPasted = false
            slot.isBeingRedeemed = false
            state.slots[grant.state] = slot
            return true
        }
        if !waits { cancel(grant.state) }
    }

    /// Keeps one whose code the org has not seen, or whose connection is kept, for another try.
    func release(_ grant: Grant) { state.withLock { $0.slots[grant.state]?.isBeingRedeemed = false } }

    /// Wakes everyone who waits: the engine stops.
    func close() {
        let slots = state.withLock { state in
            defer { state.slots = [:] }
            return state.slots.values
        }
        slots.forEach(Self.wake)
    }

    // MARK: Parts

    private func lookUp(_ name: String) throws(ClientError) -> (progress: AuthorizationProgress, end: Timestamp) {
        let now = clock.due
        let (slot, dropped) = state.withLock { state in
            let dropped = Self.dropExpired(&state, at: now)
            return (state.slots[name], dropped)
        }
        dropped.forEach(Self.wake)
        guard let slot else {
            throw ClientError(
                .notFound,
                "There is no such authorization: it was used, given up or older than 15 minutes; begin a new one."
            )
        }
        let progress: AuthorizationProgress =
            switch slot.outcome {
            case nil: .waiting
            case .code: .granted
            case .refused(let error): .refused(reason: error.message)
            }
        return (progress, slot.end)
    }

    /// Returns when an authorization is answered or gone, or when the task is cancelled.
    private func change(of name: String) async {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard state.slots[name]?.outcome == nil, state.slots[name] != nil, !Task.isCancelled else {
                        return false
                    }
                    state.slots[name]?.waiters[number] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.slots[name]?.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    private static func dropExpired(_ state: inout State, at now: Timestamp) -> [Slot] {
        let expired = state.slots.values.filter { $0.end <= now }
        for slot in expired { state.slots[slot.authorization.state] = nil }
        return expired
    }

    private static func wake(_ slot: Slot) { slot.waiters.values.forEach { $0.resume() } }
}

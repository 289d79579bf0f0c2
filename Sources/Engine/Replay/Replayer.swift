import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// Sends one more attempt of an event's notification.
struct Replayer: Sendable {
    static let longestEditedBody = 10 * 1024 * 1024
    /// What a replay says to nobody's callback: a bulk one waits for the instance to have one again.
    static let lacksCallback =
        "There is no callback to replay to; set the Event Notification Callback URL or name a callbackUrl."

    let store: any EventReader
    let directory: InstanceDirectory
    let events: EventHistory
    let dispatcher: Dispatcher
    let courier: Courier
    let state: RunState
    let metrics: EngineMetrics

    /// Of a bulk replay the failures count for the breaker, too: a person may try a callback as often as they like.
    func replay(eventID: String, options replay: ReplayOptions, isBulk: Bool = false) async throws -> Attempt {
        try await directory.load()
        guard state.isRunning else { throw ClientError(.unavailable, "Signalbox is not running; nothing was sent.") }
        let detail = try await events.event(id: eventID)
        guard let delivery = detail.delivery else {
            throw ClientError(.conflict, "This event has no notification that could be sent.")
        }
        let current = directory.registry.entry(delivery.instanceID)?.instance
        let own = current.flatMap { CallbackRoute($0) }
        let target = try route(replay, own: own, of: current)
        if let body = replay.notification, body.count > Self.longestEditedBody {
            throw ClientError(.invalid, "The edited notification is larger than 10 MiB.")
        }
        try await dispatcher.claim(delivery.notificationID, of: delivery.instanceID)
        do {
            let attempt = try await send(
                eventID,
                to: target,
                body: replay.notification,
                isOwn: target == own,
                isBulk: isBulk
            )
            await dispatcher.release(delivery.notificationID)
            return attempt
        } catch {
            await dispatcher.release(delivery.notificationID)
            throw error
        }
    }

    /// The request of the next attempt to the event's own callback, for a person to send.
    func signedRequest(eventID: String) async throws -> SignedRequest {
        try await directory.load()
        let detail = try await events.event(id: eventID)
        guard let delivery = detail.delivery else {
            throw ClientError(.conflict, "This event has no notification that could be sent.")
        }
        let instance = directory.registry.entry(delivery.instanceID)?.instance
        let route = try route(ReplayOptions(), own: instance.flatMap { CallbackRoute($0) }, of: instance)
        if route.lacksHeaders { throw ClientError(.conflict, CallbackFailure.unreadableHeaders) }
        let request = try await request(to: route, detail, delivery, body: nil)
        let now = courier.clock.now
        return SignedRequest(
            url: request.url,
            headers: request.shownHeaders(at: now, userAgent: courier.userAgent).map {
                .init(name: $0.name, value: $0.value)
            },
            body: request.body,
            signedAt: now
        )
    }

    private func request(
        to route: CallbackRoute,
        _ detail: EventDetail,
        _ delivery: Delivery,
        body edited: [UInt8]?
    ) async throws -> CallbackRequest {
        let last = detail.attempts.map(\.number).max() ?? 0
        return CallbackRequest(
            url: route.url,
            signatureKey: route.signatureKey,
            formerKey: route.formerKey(at: courier.clock.due),
            ownHeaders: route.headers,
            lacksHeaders: route.lacksHeaders,
            notificationID: delivery.notificationID,
            eventID: try await firstEventID(detail, delivery),
            attempt: max(last, delivery.attempts) + 1,
            isReplay: true,
            body: edited ?? detail.body
        )
    }

    /// As whose the notification is known to its receiver: that of the first of its events, whichever of them is asked for.
    private func firstEventID(_ detail: EventDetail, _ delivery: Delivery) async throws -> String {
        guard detail.event.sequence != delivery.notificationID else { return detail.event.eventID }
        let first = try await store.event(sequence: delivery.notificationID)
        return first?.event.eventID ?? String(delivery.notificationID)
    }

    private func route(_ replay: ReplayOptions, own: CallbackRoute?, of instance: Instance?) throws -> CallbackRoute {
        if let url = replay.callbackURL, !url.isEmpty {
            if let fault = HTTPAddress.callbackFault(in: url) { throw ClientError(.invalid, "callbackUrl \(fault).") }
            return own?.leading(to: url)
                ?? CallbackRoute(url: url, signatureKey: instance?.configuration.signatureKey ?? "")
        }
        guard let own else {
            throw ClientError(
                .conflict,
                instance == nil
                    ? "The instance of this event was deleted, and its callback with it; name a callbackUrl."
                    : Self.lacksCallback
            )
        }
        return own
    }

    private func send(_ eventID: String, to route: CallbackRoute, body edited: [UInt8]?, isOwn: Bool, isBulk: Bool)
        async throws
        -> Attempt
    {
        // Read again: an attempt that was under way may have ended meanwhile.
        let detail = try await events.event(id: eventID)
        guard let delivery = detail.delivery else {
            throw ClientError(.conflict, "This event has no notification that could be sent.")
        }
        let request = try await request(to: route, detail, delivery, body: edited)
        let reply = await courier.post(request)
        var attempt = reply.attempt(request)
        attempt.isEdited = edited != nil
        let isOriginal = isOwn && edited == nil
        var result = DeliveryVerdict.replay(attempt, delivery: delivery, isOriginal: isOriginal)
        result.isElsewhere = !isOriginal
        do {
            let isHeard = isOriginal && !reply.isTorn && (isBulk || attempt.outcome.isSuccess)
            try await dispatcher.recordReplay(
                result,
                of: delivery.instanceID,
                route: isHeard ? route : nil,
                notBefore: reply.notBefore
            )
            metrics.instance(delivery.instanceID).ended(result, of: delivery)
            courier.logger.debug("Replay ended", metadata: AttemptLog.metadata(attempt, request, delivery.instanceID))
            // A bulk replay goes on with it after the next start.
            if reply.isTorn, let words = attempt.outcome.errorText { throw ClientError(.unavailable, words) }
            // As it is stored, with its id; it stays the answer should its event be gone by now.
            let stored = try await store.attempts(notificationID: delivery.notificationID)
            return stored.last { $0.isReplay && $0.number == attempt.number } ?? attempt
        } catch let error as ClientError {
            throw error
        } catch {
            let outcome = attempt.outcome.status.map { "answered \($0)" } ?? "failed"
            throw ClientError(
                .unavailable,
                "The replay was sent and \(outcome), but it could not be stored: \(ErrorSentence.text(error))"
            )
        }
    }
}

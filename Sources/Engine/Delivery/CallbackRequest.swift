import Callbacks
import Domain
import EngineAPI
import Primitives

/// One POST to a callback, before it is signed.
struct CallbackRequest: Sendable, SecretBearing {
    var url: String
    var signatureKey: Secret
    /// Signs beside it while the key is being changed.
    var formerKey: Secret?
    /// Of the instance's own.
    var ownHeaders: CallbackHeaders?
    /// It has some that can't be read.
    var lacksHeaders = false
    /// The delivery's number, `Elements-Webhook-Id`.
    var notificationID: Int64
    /// The first event's id: the same for every attempt, so that a receiver can drop repeats.
    var eventID: String
    var attempt: Int
    var isReplay: Bool
    var body: [UInt8]

    /// Everything beside `Host` and `Content-Length`; signed for this moment, as a retry needs a fresh timestamp.
    func headers(at now: Timestamp, userAgent: String) -> [(name: String, value: String)] {
        var headers = Attempt.headers(notificationID: notificationID, number: attempt, isReplay: isReplay)
            .map { (name: $0.name, value: $0.value) }
        headers.append((name: "User-Agent", value: userAgent))
        for header in ownHeaders?.fields ?? [] { headers.append((name: header.name, value: header.value)) }
        guard !signatureKey.isEmpty else { return headers }
        let keys = [signatureKey] + [formerKey].compactMap { $0 }
        for (name, key) in zip([CallbackSignature.headerName, CallbackSignature.formerHeaderName], keys) {
            headers.append((name: name, value: CallbackSignature.header(body: body, key: key.exposed)))
        }
        let signatures = keys.filter { $0.exposed.hasPrefix("whsec_") }
            .compactMap { StandardWebhooks(secret: $0) }
            .map { $0.signature(id: eventID, timestamp: now.seconds, body: body) }
        if !signatures.isEmpty {
            headers.append((name: ReceivedWebhook.idHeader, value: eventID))
            headers.append((name: ReceivedWebhook.timestampHeader, value: String(now.seconds)))
            headers.append((name: ReceivedWebhook.signatureHeader, value: signatures.joined(separator: " ")))
        }
        return headers
    }

    /// The same for a person to see: what is secret of the instance's own headers is masked.
    func shownHeaders(at now: Timestamp, userAgent: String) -> [(name: String, value: String)] {
        let own = Set((ownHeaders?.fields ?? []).map(\.name))
        return headers(at: now, userAgent: userAgent).map { header in
            (name: header.name, value: own.contains(header.name) ? secretMask : header.value)
        }
    }
}

/// What came back, or why nothing did.
struct CallbackReply: Sendable {
    var startedAt: Timestamp
    var phases: CallbackPhases
    var outcome: AttemptOutcome
    var headers: [Attempt.Header] = []
    var body: [UInt8] = []
    /// What `Retry-After` asks for, on failures.
    var notBefore: Timestamp?

    /// Torn by the end of the program.
    var isTorn: Bool { outcome == .unknown }

    func attempt(_ request: CallbackRequest) -> Attempt {
        Attempt(
            notificationID: request.notificationID,
            number: request.attempt,
            isReplay: request.isReplay,
            startedAt: startedAt,
            milliseconds: phases.total,
            firstByteMilliseconds: phases.firstByte,
            phases: AttemptPhases(
                resolve: phases.resolve,
                connect: phases.connect,
                tls: phases.tls,
                isReused: phases.isReused
            ),
            url: request.url,
            outcome: outcome,
            responseHeaders: headers,
            responseBody: body
        )
    }
}

import Callbacks
import Domain
import EngineAPI
import Primitives

/// One POST to a callback, before it is signed.
struct CallbackRequest: Sendable, SecretBearing {
    var url: String
    var signatureKey: Secret
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
        guard !signatureKey.isEmpty else { return headers }
        headers.append(
            (name: CallbackSignature.headerName, value: CallbackSignature.header(body: body, key: signatureKey.exposed))
        )
        if signatureKey.exposed.hasPrefix("whsec_"), let standard = StandardWebhooks(secret: signatureKey) {
            let signature = standard.signature(id: eventID, timestamp: now.seconds, body: body)
            headers.append((name: ReceivedWebhook.idHeader, value: eventID))
            headers.append((name: ReceivedWebhook.timestampHeader, value: String(now.seconds)))
            headers.append((name: ReceivedWebhook.signatureHeader, value: signature))
        }
        return headers
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

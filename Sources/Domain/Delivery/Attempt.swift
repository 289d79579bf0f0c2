package import Primitives

/// One POST of a delivery, or of a replay.
package struct Attempt: Sendable, Hashable {
    package var id: Int64
    package let notificationID: Int64
    /// 1, 2, 3 …; replays count on.
    package let number: Int
    package let isReplay: Bool
    /// A replay whose body a person had changed: what it says of the callback it doesn't say of the notification.
    package var isEdited = false
    package let startedAt: Timestamp
    /// Until the end of the answer, or until it was given up.
    package let milliseconds: Int
    /// Until the first byte of the answer, connecting included; nil where none came or it was not measured.
    package let firstByteMilliseconds: Int?
    /// What connecting was made of; nil where it was not measured.
    package let phases: AttemptPhases?
    package let url: String
    package let outcome: AttemptOutcome
    /// Headers of the response, at most 64.
    package let responseHeaders: [Header]
    /// The first `keptBody` bytes of the response.
    package let responseBody: [UInt8]

    /// What of a response's body is stored at most.
    package static let keptBody = 16 * 1024

    package struct Header: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        id: Int64 = 0,
        notificationID: Int64,
        number: Int,
        isReplay: Bool,
        startedAt: Timestamp,
        milliseconds: Int,
        firstByteMilliseconds: Int? = nil,
        phases: AttemptPhases? = nil,
        url: String,
        outcome: AttemptOutcome,
        responseHeaders: [Header] = [],
        responseBody: [UInt8] = []
    ) {
        self.id = id
        self.notificationID = notificationID
        self.number = number
        self.isReplay = isReplay
        self.startedAt = startedAt
        self.milliseconds = milliseconds
        self.firstByteMilliseconds = firstByteMilliseconds
        self.phases = phases
        self.url = url
        self.outcome = outcome
        self.responseHeaders = responseHeaders
        self.responseBody = responseBody
    }
}

extension Attempt {
    /// The headers that each attempt sends whatever its key, in their order; `Host`, `Content-Length`, `User-Agent` and
    /// signatures come beside them.
    package static func headers(notificationID: Int64, number: Int, isReplay: Bool) -> [Header] {
        var headers = [
            Header(name: "Content-Type", value: "application/json; charset=utf-8"),
            Header(name: "Accept", value: "*/*"),
            Header(name: "Elements-Webhook-Id", value: String(notificationID)),
            Header(name: "Signalbox-Attempt", value: String(number)),
        ]
        if isReplay { headers.append(Header(name: "Signalbox-Replay", value: "true")) }
        return headers
    }

    package var endedAt: Timestamp { startedAt.advanced(byMilliseconds: Int64(milliseconds)) }

    /// What this one sent of them.
    package var sentHeaders: [Header] {
        Self.headers(notificationID: notificationID, number: number, isReplay: isReplay)
    }
}

/// How an attempt ended.
package enum AttemptOutcome: Sendable, Hashable {
    /// The callback answered.
    case response(status: Int)
    /// No answer came; one sentence says why (refused, timed out, TLS, DNS).
    case failure(String)

    /// Nobody knows what the callback made of it: the program ended before it answered.
    package static let unknown = AttemptOutcome.failure(
        "Signalbox stopped before the callback answered; whether it took this is unknown."
    )

    /// 2xx and nothing else.
    package var isSuccess: Bool { if case .response(200..<300) = self { true } else { false } }

    package var status: Int? { if case .response(let status) = self { status } else { nil } }

    /// Nil for success; otherwise what a person should read.
    package var errorText: String? {
        switch self {
        case .response(200..<300): nil
        case .response(let status) where (300..<400).contains(status): "answered \(status): redirects are not followed"
        case .response(let status): "answered \(status)"
        case .failure(let text): text
        }
    }
}

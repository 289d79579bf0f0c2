package import Domain
import Primitives

extension Delivery: WireObject {
    package static var wireName: String { "Delivery" }
    package static var members: [WireMember<Delivery>] {
        [
            .init("notificationId", \.notificationID), .init("instanceId", \.instanceID), .init("state", \.state),
            .init("attempts", \.attempts), .init("nextAttempt", \.nextAttempt), .init("createdAt", \.createdAt),
            .init("lastStatus", \.lastStatus), .init("lastMilliseconds", \.lastMilliseconds),
            .init("lastError", \.lastError), .init("lastReplay", \.lastReplay),
            .init("sendingSince", \.sendingSince),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            notificationID: try members("notificationId"),
            instanceID: try members("instanceId"),
            state: try members("state"),
            attempts: try members("attempts"),
            nextAttempt: try members("nextAttempt"),
            createdAt: try members("createdAt"),
            lastStatus: try members("lastStatus"),
            lastMilliseconds: try members("lastMilliseconds"),
            lastError: try members("lastError"),
            lastReplay: try members("lastReplay"),
            sendingSince: try members("sendingSince")
        )
    }
}

extension ReplayOutcome: WireObject {
    package static var wireName: String { "ReplayOutcome" }
    package static var members: [WireMember<ReplayOutcome>] {
        [.init("at", \.at), .init("milliseconds", \.milliseconds), .init("outcome", \.outcome)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            at: try members("at"),
            milliseconds: try members("milliseconds"),
            outcome: try members("outcome")
        )
    }
}

/// Either a status, or one sentence.
extension AttemptOutcome: WireObject {
    package static var wireName: String { "AttemptOutcome" }
    package static var members: [WireMember<AttemptOutcome>] {
        [.init("status", \.status), .init("failure", \.failure)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        if let status = try members("status", as: Int?.self) {
            self = .response(status: status)
        } else {
            self = .failure(try members("failure"))
        }
    }

    private var failure: String? { if case .failure(let sentence) = self { sentence } else { nil } }
}

extension Attempt: WireObject {
    package static var wireName: String { "Attempt" }
    package static var members: [WireMember<Attempt>] {
        [
            .init("id", \.id), .init("notificationId", \.notificationID), .init("number", \.number),
            .init("isReplay", \.isReplay), .init("startedAt", \.startedAt), .init("milliseconds", \.milliseconds),
            .init("firstByteMilliseconds", \.firstByteMilliseconds), .init("phases", \.phases),
            .init("url", \.url), .init("outcome", \.outcome),
            .init("responseHeaders", \.responseHeaders),
            .init("responseBody", \.wireBody), .init("isEdited", \.isEdited),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            id: try members("id"),
            notificationID: try members("notificationId"),
            number: try members("number"),
            isReplay: try members("isReplay"),
            startedAt: try members("startedAt"),
            milliseconds: try members("milliseconds"),
            firstByteMilliseconds: try members("firstByteMilliseconds"),
            phases: try members("phases"),
            url: try members("url"),
            outcome: try members("outcome"),
            responseHeaders: try members("responseHeaders"),
            responseBody: try members("responseBody", as: WireBytes.self).bytes
        )
        isEdited = try members("isEdited")
    }

    private var wireBody: WireBytes { WireBytes(responseBody) }
}

extension AttemptPhases: WireObject {
    package static var wireName: String { "AttemptPhases" }
    package static var members: [WireMember<AttemptPhases>] {
        [
            .init("resolve", \.resolve), .init("connect", \.connect), .init("tls", \.tls),
            .init("isReused", \.isReused),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            resolve: try members("resolve"),
            connect: try members("connect"),
            tls: try members("tls"),
            isReused: try members("isReused")
        )
    }
}

extension Attempt.Header: WireObject {
    package static var wireName: String { "Header" }
    package static var members: [WireMember<Attempt.Header>] { [.init("name", \.name), .init("value", \.value)] }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(name: try members("name"), value: try members("value"))
    }
}

extension ReplayOptions: WireObject {
    package static var wireName: String { "ReplayOptions" }
    package static var isClosed: Bool { true }
    package static var members: [WireMember<ReplayOptions>] {
        [.init("callbackUrl", \.callbackURL), .init("notification", \.wireNotification)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            callbackURL: try members("callbackUrl"),
            notification: try members("notification", as: WireBytes?.self)?.bytes
        )
    }

    private var wireNotification: WireBytes? { notification.map { WireBytes($0) } }
}

extension ReplayPreview: WireObject {
    package static var wireName: String { "ReplayPreview" }
    package static var members: [WireMember<ReplayPreview>] {
        [.init("count", \.count), .init("eventIds", \.eventIDs)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(count: try members("count"), eventIDs: try members("eventIds"))
    }
}

extension ReplayJob: WireObject {
    package static var wireName: String { "ReplayJob" }
    package static var members: [WireMember<ReplayJob>] {
        [
            .init("id", \.id), .init("instanceId", \.instanceID), .init("events", \.filter), .init("state", \.state),
            .init("rate", \.rate), .init("total", \.total), .init("succeeded", \.succeeded),
            .init("failed", \.failed), .init("position", \.position), .init("lastSequence", \.lastSequence),
            .init("waitsForCallback", \.waitsForCallback), .init("lastError", \.lastError),
            .init("createdAt", \.createdAt), .init("updatedAt", \.updatedAt),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            id: try members("id"),
            instanceID: try members("instanceId"),
            filter: try members("events"),
            state: try members("state"),
            rate: try members("rate"),
            total: try members("total"),
            succeeded: try members("succeeded"),
            failed: try members("failed"),
            position: try members("position"),
            lastSequence: try members("lastSequence"),
            waitsForCallback: try members("waitsForCallback"),
            lastError: try members("lastError"),
            createdAt: try members("createdAt"),
            updatedAt: try members("updatedAt")
        )
    }
}

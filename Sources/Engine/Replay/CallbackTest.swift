import Domain
import EngineAPI
import Primitives

/// Posts a signed test notification without storing an event.
struct CallbackTest: Sendable {
    let directory: InstanceDirectory
    let courier: Courier
    let clock: any EngineClock

    func run(url: String, signatureKey: Secret, instance id: InstanceID?) async throws -> Attempt {
        let url = PastedText.cleaned(url, unquoting: true)
        guard !url.isEmpty else {
            throw ClientError(.invalid, "Event Notification Callback URL is empty; there is nowhere to send a test to.")
        }
        if let fault = HTTPAddress.callbackFault(in: url) {
            throw ClientError(.invalid, "Event Notification Callback URL \(fault).")
        }
        var instance: Instance?
        if let id { instance = try await directory.entry(id).instance }
        let key =
            signatureKey.isMask
            ? instance?.configuration.signatureKey ?? "" : Secret(PastedText.signatureKey(signatureKey.exposed))
        let fault = PastedText.signatureKeyFault(key.exposed) ?? PastedText.signingSecretFault(key.exposed)
        if !signatureKey.isMask, let clause = fault {
            throw ClientError(.invalid, "\(ConfigurationKey.signatureKey.label) \(clause).")
        }
        let now = clock.now
        let eventID = EventID.make(
            instanceID: instance?.id ?? 0,
            object: "Account",
            recordID: Self.testRecordID,
            stamp: now,
            change: .created,
            revision: 1
        )
        let route = instance.flatMap { CallbackRoute($0) }?.leading(to: url)
        let request = CallbackRequest(
            url: url,
            signatureKey: key,
            ownHeaders: route?.headers,
            lacksHeaders: route?.lacksHeaders ?? false,
            notificationID: 0,
            eventID: eventID,
            attempt: 1,
            isReplay: false,
            body: Self.testBody(eventID: eventID, instance: instance, now: now)
        )
        return await courier.post(request).attempt(request)
    }

    private static let testRecordID = "001000000000000AAA"

    /// The envelope of a created account, with `message.test` so that no receiver takes it for a change.
    static func testBody(eventID: String, instance: Instance?, now: Timestamp) -> [UInt8] {
        let event = ChangeEvent(
            sequence: 0,
            eventID: eventID,
            instanceID: instance?.id ?? 0,
            object: "Account",
            recordID: testRecordID,
            change: .created,
            source: .synthetic,
            date: now,
            pollDate: now,
            receivedAt: now,
            record: #"{"Id":"\#(testRecordID)","Name":"Signalbox test notification"}"#,
            recordName: nil,
            notificationID: nil
        )
        let body = NotificationBody(
            notificationID: 0,
            createdAt: now,
            instanceID: instance?.id ?? 0,
            instanceName: instance?.name ?? "test",
            instanceTags: instance?.tags ?? [],
            events: [event]
        ).bytes
        let marked = String(decoding: body, as: UTF8.self)
            .replacing(#""message":{"#, with: #""message":{"test":true,"#, maxReplacements: 1)
        return Array(marked.utf8)
    }
}

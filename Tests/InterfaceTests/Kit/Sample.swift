import Domain
import EngineAPI
import Primitives

/// A small world that screens show: fixed times, believable names.
enum Sample {
    static let now = Timestamp(year: 2026, month: 11, day: 23, hour: 18, minute: 7, second: 3) ?? .distantPast

    static func overview(
        id: InstanceID = 1,
        name: String = "mySFDCInstance",
        callbackURL: String = "https://app.example/events",
        source: SourceState = .live(lastSuccess: now.advanced(bySeconds: -3)),
        callback: CallbackState = .healthy(status: 200, milliseconds: 14, at: now),
        change: (inout InstanceConfiguration) -> Void = { _ in }
    ) -> InstanceOverview {
        var settings = InstanceConfiguration()
        settings.eventsEnabled = true
        settings.callbackURL = callbackURL
        settings.objects = ["Account", "Contact", "Lead", "Opportunity"]
        settings.baseURL = "https://acme.my.salesforce.com"
        settings.apiKey = Secret(secretMask)
        settings.apiSecret = Secret(secretMask)
        settings.signatureKey = Secret(secretMask)
        settings.grantType = .clientCredentials
        change(&settings)
        var overview = InstanceOverview(
            id: id,
            name: name,
            tags: ["forDocs"],
            configuration: settings,
            isDisabled: false,
            source: source,
            callback: callback,
            pollers: settings.watchedObjects.map { PollerRecord(instanceID: id, object: $0) },
            nextPoll: now.advanced(bySeconds: 192),
            isPolling: false,
            apiUsage: APIUsage(used: 1204, allowed: 100_000),
            receiverURL: "http://127.0.0.1:8180/elements/api-v2/events/sfdc/0f3a9c",
            organizationName: "Acme",
            isConnected: true
        )
        overview.attemptLimit = 10
        return overview
    }

    static let objects: [ObjectDescription] = [
        "Account", "Asset", "Campaign", "Case", "Contact", "Contract", "Lead", "Opportunity", "Order", "Product2",
        "Task", "Invoice__c",
    ].map { name in
        ObjectDescription(
            name: name,
            label: name == "Invoice__c" ? "Invoice" : name,
            isCustom: name.hasSuffix("__c"),
            isQueryable: true,
            isReplicateable: name != "Product2",
            isTriggerable: true
        )
    }

    private static let names = ["Acme GmbH", "Ada Lovelace", "Grace Hopper", "Bürk & Söhne", "東京商事", "Renewal 2027"]
    private static let kinds = ["Account", "Contact", "Lead", "Account", "Account", "Opportunity"]

    static func replay(_ outcome: AttemptOutcome?) -> ReplayOutcome? {
        outcome.map { ReplayOutcome(at: now, milliseconds: 0, outcome: $0) }
    }

    static let refused = AttemptOutcome.failure("The callback's host refused the connection; is it running?")

    /// A created record called `Number 7`, stored at a moment.
    static func event(_ sequence: Int64, at moment: Timestamp, _ state: DeliveryState = .delivered) -> EventSummary {
        let sample = event(sequence)
        return EventSummary(
            sequence: sequence,
            eventID: sample.eventID,
            instanceID: 1,
            object: sample.object,
            recordID: sample.recordID,
            recordName: "Number \(sequence)",
            change: .created,
            isUndelete: false,
            source: .polling,
            date: moment,
            receivedAt: moment,
            changedFieldNames: [],
            delivery: delivery(sequence, state)
        )
    }

    static func event(
        _ sequence: Int64,
        state: DeliveryState? = nil,
        replay: AttemptOutcome? = nil,
        of record: Int64? = nil,
        in instance: InstanceID = 1
    ) -> EventSummary {
        let index = Int(record ?? sequence) % 6
        let change: Change = [.updated, .created, .updated, .updated, .deleted][Int(sequence) % 5]
        let moment = now.advanced(bySeconds: sequence * 7 - 2000)
        return EventSummary(
            sequence: sequence,
            eventID: "evt\(sequence)",
            instanceID: instance,
            object: kinds[index],
            recordID: "003Qy00000A\(1000 + (record ?? sequence))IAB",
            recordName: change == .deleted && index == 2 ? nil : names[index],
            change: change,
            isUndelete: sequence % 15 == 0,
            source: .polling,
            date: moment,
            receivedAt: moment,
            changedFieldNames: change == .updated
                ? Array(["Email", "Title", "Phone"].prefix(Int(sequence) % 3 + 1)) : [],
            delivery: delivery(sequence, state ?? .delivered, replay: replay),
            onlyChange: change == .updated && sequence % 3 == 0
                ? FieldChange(name: "Email", old: "\"ada@old.example\"", new: "\"ada@new.example\"") : nil
        )
    }

    /// An update that is known to have changed no field, or one of which nothing is known.
    static func update(_ sequence: Int64, isCompared: Bool) -> EventSummary {
        let sample = event(sequence)
        return EventSummary(
            sequence: sequence,
            eventID: sample.eventID,
            instanceID: 1,
            object: "Contact",
            recordID: "003Qy00000A2000IAB",
            recordName: "Ada Byron",
            change: .updated,
            isUndelete: false,
            source: .polling,
            date: sample.date,
            receivedAt: sample.receivedAt,
            changedFieldNames: [],
            isCompared: isCompared,
            delivery: delivery(sequence, .delivered)
        )
    }

    static func delivery(_ sequence: Int64, _ state: DeliveryState, replay: AttemptOutcome? = nil) -> Delivery {
        var delivery = Delivery(
            notificationID: sequence,
            instanceID: 1,
            state: state,
            attempts: state == .dead ? 10 : state == .retrying ? 2 : state == .delivered ? 1 : 0,
            nextAttempt: state == .retrying ? now.advanced(bySeconds: 340) : nil,
            createdAt: now
        )
        switch state {
        case .delivered: (delivery.lastStatus, delivery.lastMilliseconds) = (200, 8 + Int(sequence) % 40)
        case .dead:
            delivery.lastStatus = 500
            delivery.lastError = #"answered 500 “{"error":"no such queue"}”"#
        case .retrying: delivery.lastError = "connection refused"
        default: break
        }
        delivery.lastReplay = Self.replay(replay)
        return delivery
    }

    static func detail(
        _ event: EventSummary,
        replays: Int = 0,
        email: String = "ada@new.example"
    ) -> EventDetail {
        let record =
            #"{"attributes":{"type":"\#(event.object)"},"Id":"\#(event.recordID)","Email":"\#(email)","AnnualRevenue":1.50,"Active__c":true,"Fax":null,"BillingAddress":{"city":"Wien","country":"AT"},"LastModifiedDate":"2026-11-23T17:36:45.000+0000","SystemModstamp":"2026-11-23T17:36:45.000+0000"}"#
        let full = ChangeEvent(
            sequence: event.sequence,
            eventID: event.eventID,
            instanceID: event.instanceID,
            object: event.object,
            recordID: event.recordID,
            change: event.change,
            source: .polling,
            date: event.date,
            pollDate: event.date,
            receivedAt: event.receivedAt,
            record: record,
            changedFields: event.changedFieldNames.map {
                FieldChange(name: $0, old: $0 == "Title" ? nil : "\"old \($0)\"", new: "\"new \($0)\"")
            }
                + (event.changedFieldNames.isEmpty
                    ? []
                    : [
                        FieldChange(
                            name: "LastModifiedDate",
                            old: "\"2026-11-20T09:00:00.000+0000\"",
                            new: "\"2026-11-23T17:36:45.000+0000\""
                        )
                    ]),
            isCompared: event.isCompared,
            recordName: event.recordName,
            notificationID: event.sequence
        )
        let failed = event.delivery?.state == .dead
        let first = Attempt(
            id: 1,
            notificationID: event.sequence,
            number: 1,
            isReplay: false,
            startedAt: event.receivedAt,
            milliseconds: 14,
            firstByteMilliseconds: 12,
            phases: AttemptPhases(resolve: 2, connect: 3, tls: 4),
            url: "https://app.example/events",
            outcome: .response(status: failed ? 500 : 200),
            responseHeaders: [.init(name: "content-type", value: "application/json")],
            responseBody: Array((failed ? #"{"error":"no such queue"}"# : #"{"ok":true}"#).utf8)
        )
        let more = (0..<replays).map { index in
            Attempt(
                id: Int64(index) + 2,
                notificationID: event.sequence,
                number: index + 2,
                isReplay: true,
                startedAt: now,
                milliseconds: 21,
                url: "https://app.example/events",
                outcome: .response(status: 200)
            )
        }
        let body = NotificationBody(
            notificationID: event.sequence,
            createdAt: event.receivedAt,
            instanceID: 1,
            instanceName: "mySFDCInstance",
            instanceTags: ["forDocs"],
            events: [full]
        )
        return EventDetail(event: full, delivery: event.delivery, attempts: [first] + more, body: body.bytes)
    }
}

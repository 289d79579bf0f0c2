import Domain
import Primitives
import Store

extension Instance {
    /// An instance with every kind of secret.
    static func sample(_ id: InstanceID, token: Secret? = nil) -> Instance {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.callbackURL = "http://127.0.0.1:9/callback"
        configuration.signatureKey = "signature-hush"
        configuration.callbackHeaders = #"{"X-Key":"headers-hush"}"#
        configuration.apiKey = "api-key-hush"
        configuration.apiSecret = "api-secret-hush"
        configuration.refreshToken = "refresh-hush"
        configuration.password = " password-hush "
        configuration.privateKey = "-----BEGIN hush-----\nabc\n"
        configuration.objects = ["Account", "Invoice__c"]
        configuration.firstRun = .since(Timestamp(seconds: 1_700_000_000))
        configuration.grantType = .jwtBearer
        configuration.reconcileMinutes = 30
        configuration.others = ["my.client_secret": "other-hush", "color": "green"]
        var instance = Instance(
            id: id,
            name: "sample \u{201C}\(id)\u{201D}",
            tags: ["a", "b,c"],
            token: token ?? Secret("element-hush-\(id)"),
            configuration: configuration,
            receiverToken: Secret("receiver-hush-\(id)"),
            receiverSecret: "whsec_hush",
            formerReceiverSecrets: [
                FormerSecret(secret: "whsec_previous_hush", expires: Timestamp(milliseconds: 1_700_000_000_123))
            ],
            connection: OrgConnection(
                accessToken: "access-hush",
                refreshToken: "connection-refresh-hush",
                instanceURL: "https://acme.my.salesforce.com",
                organizationID: "00D000000000001AAA",
                userID: nil,
                issuedAt: Timestamp(seconds: 1_700_000_000),
                isSandbox: true,
                organizationName: "Acme"
            ),
            createdDate: Timestamp(seconds: 1_700_000_000),
            updatedDate: Timestamp(seconds: 1_700_000_001)
        )
        instance.formerSignatureKey = FormerSecret(
            secret: "former-signature-hush",
            expires: Timestamp(milliseconds: 1_700_000_000_123)
        )
        return instance
    }
}

/// A record id made of a number.
func recordKey(_ number: Int, prefix: String = "001") -> String {
    let digits = String(number)
    let body = prefix + String(repeating: "0", count: 12 - digits.count) + digits
    return SalesforceID(body)?.text ?? body
}

extension Observation {
    /// A row of a poll.
    static func row(
        _ number: Int,
        object: String = "Account",
        at seconds: Int64,
        name: String = "Acme",
        extra: [RecordFields.Field] = [],
        isDeleted: Bool = false
    ) -> Observation {
        let id = recordKey(number)
        return Observation(
            kind: .row,
            object: object,
            recordID: id,
            stamp: Timestamp(seconds: seconds),
            createdDate: Timestamp(seconds: 1000),
            isDeleted: isDeleted,
            fields: RecordFields(
                [.init(name: "Id", raw: "\"\(id)\""), .init(name: "Name", raw: JSON.string(name).text)] + extra
            )
        )
    }
}

extension Fixture {
    func batch(
        _ observations: [Observation],
        receivedAt: Int64 = 5000,
        batchSize: Int = 1,
        hasCallback: Bool = true,
        filterNulls: Bool = true,
        pollers: [PollerRecord] = []
    ) -> IntakeBatch {
        IntakeBatch(
            instanceID: instance.id,
            instanceName: instance.name,
            instanceTags: instance.tags,
            observations: observations,
            policies: [:],
            source: .polling,
            pollDate: Timestamp(seconds: receivedAt - 1),
            receivedAt: Timestamp(seconds: receivedAt),
            filterNulls: filterNulls,
            batchSize: batchSize,
            hasCallback: hasCallback,
            pollerRecords: pollers
        )
    }

    @discardableResult
    func append(_ observations: Observation...) async throws -> IntakeResult {
        try await store.append(batch(observations))
    }

    /// Records an attempt of a delivery and where it leads.
    @discardableResult
    func attempt(
        _ id: Int64,
        _ state: DeliveryState,
        status: Int? = 200,
        isReplay: Bool = false,
        isElsewhere: Bool = false,
        next: Int64? = nil,
        answer: String = "thanks"
    ) async throws -> [Int64] {
        let attempt = Attempt(
            notificationID: id,
            number: 1,
            isReplay: isReplay,
            startedAt: Timestamp(seconds: 6000),
            milliseconds: 14,
            firstByteMilliseconds: 9,
            phases: AttemptPhases(resolve: 1, tls: 3, isReused: status == nil),
            url: "http://127.0.0.1:9/callback",
            outcome: status.map { .response(status: $0) } ?? .failure("The host refused the connection."),
            responseHeaders: [.init(name: "Content-Type", value: "text/plain")],
            responseBody: Array(answer.utf8)
        )
        let result = DeliveryResult(
            attempt: attempt,
            state: state,
            nextAttempt: next.map { Timestamp(seconds: $0) },
            isElsewhere: isElsewhere
        )
        return try await store.record([result], by: owner)
    }

    func state(_ id: Int64) async throws -> DeliveryState? {
        try await store.outgoing([id]).first?.delivery.state
    }

    func due(at seconds: Int64, limit: Int = 100) async throws -> [Int64] {
        try await store.dueDeliveries(
            for: owner,
            now: Timestamp(seconds: seconds),
            limit: limit,
            excluding: [],
            heldInstances: []
        )
    }
}

import Domain
import Engine
import Primitives
import Testing

struct StandardWebhooksTests {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    static let body = Array(#"{"test": 2432232314}"#.utf8)
    static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @Test(arguments: [secret, String(secret.dropFirst(6))])
    func `the published vector comes out, with and without the prefix`(secret: String) throws {
        let key = try #require(StandardWebhooks(secret: Secret(secret)))
        #expect(key.signature(id: Self.id, timestamp: 1_614_265_330, body: Self.body) == Self.signature)
    }

    @Test(arguments: ["", "whsec_", "whsec_not base64", "MySecretEventSignatureKey!"])
    func `a secret that is not base64 is refused`(secret: String) {
        #expect(StandardWebhooks(secret: Secret(secret)) == nil)
    }

    private func verify(
        id: String? = id,
        timestamp: String? = "1614265330",
        signature: String? = signature,
        body: [UInt8] = body,
        keys: [String] = [secret],
        now: Int64 = 1_614_265_330
    ) -> StandardWebhooks.Refusal? {
        do {
            try StandardWebhooks.verify(
                id: id,
                timestamp: timestamp,
                signature: signature,
                body: body,
                keys: keys.compactMap { StandardWebhooks(secret: Secret($0)) },
                now: Timestamp(seconds: now)
            )
            return nil
        } catch { return error }
    }

    @Test func `a genuine message is accepted within five minutes, either way`() {
        #expect(verify() == nil)
        #expect(verify(now: 1_614_265_330 + 300) == nil)
        #expect(verify(now: 1_614_265_330 - 300) == nil)
        #expect(verify(now: 1_614_265_330 + 301) == .stale)
        #expect(verify(now: 1_614_265_330 - 301) == .fromTheFuture)
    }

    @Test func `any of several signatures and any of several secrets may fit`() {
        #expect(verify(signature: "v1,AAAA v1a,zzz \(Self.signature)") == nil)
        #expect(verify(keys: ["whsec_AAAA", Self.secret]) == nil)
        #expect(verify(keys: ["whsec_AAAA"]) == .noMatch)
        #expect(verify(keys: []) == .noMatch)
    }

    @Test func `what was changed or left out is refused`() {
        #expect(verify(id: nil) == .missingHeader("webhook-id"))
        #expect(verify(timestamp: nil) == .missingHeader("webhook-timestamp"))
        #expect(verify(signature: nil) == .missingHeader("webhook-signature"))
        #expect(verify(timestamp: "soon") == .malformedTimestamp)
        #expect(verify(timestamp: "99999999999999999999") == .malformedTimestamp)
        #expect(verify(id: "msg_other") == .noMatch)
        #expect(verify(signature: "v1,not-base64!") == .noMatch)
        #expect(verify(body: Array("{}".utf8)) == .noMatch)
    }
}

struct CallbackSignatureTests {
    @Test func `the documented value of Cloud Elements comes out`() {
        let body = Array("<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>".utf8)
        let header = CallbackSignature.header(body: body, key: "MySecretEventSignatureKey")
        #expect(header == "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ=")
        #expect(CallbackSignature.verify(header, body: body, key: "MySecretEventSignatureKey"))
        #expect(!CallbackSignature.verify(header, body: body, key: "another"))
        #expect(!CallbackSignature.verify(header, body: body + [10], key: "MySecretEventSignatureKey"))
        #expect(!CallbackSignature.verify("sha1=jHdb", body: body, key: "MySecretEventSignatureKey"))
    }
}

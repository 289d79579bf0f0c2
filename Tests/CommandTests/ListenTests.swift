import ArgumentParser
import Domain
import Primitives
import Testing

@testable import signalbox

struct ListenTests {
    /// Cloud Elements' documented example.
    private static let valid = "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ="
    private let moment = Timestamp(seconds: 1_614_265_340)

    @Test func `the documented signature of Cloud Elements is valid`() {
        let check = SignatureCheck(key: "MySecretEventSignatureKey")
        let body = Array("<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>".utf8)
        let header = "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ="
        #expect(check.elements(header: header, body: body) == .valid)
        #expect(check.elements(header: header, body: body + [0x20]) == .invalid)
        #expect(check.elements(header: "sha1=abc", body: body) == .invalid)
        #expect(check.elements(header: nil, body: body) == .absent)
        #expect(SignatureCheck(key: "").elements(header: header, body: body) == .unchecked)
    }

    @Test(
        arguments: [
            " ", "\u{200B}", "\"my key\"", "my\u{200B}key", "my\nkey", "whsec_not base64", "whsec_-_-_", " key",
        ]
    )
    func `a key that could never verify is refused, as no key at all is not what is meant`(_ key: String) {
        #expect {
            _ = try ListenCommand.parse(["--key", key])
        } throws: {
            ListenCommand.message(for: $0).hasPrefix("--key ")
        }
    }

    @Test(arguments: [
        "", "my key", " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ])
    func `a key is taken as it was pasted`(_ key: String) throws { _ = try ListenCommand.parse(["--key", key]) }

    @Test func `the vector of Standard Webhooks is valid for five minutes`() {
        let check = SignatureCheck(key: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let body = Array(#"{"test": 2432232314}"#.utf8)
        func verdict(_ signature: String?, at now: Timestamp) -> SignatureCheck.Verdict {
            check.standardWebhooks(
                id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
                timestamp: "1614265330",
                signature: signature,
                body: body,
                now: now
            )
        }
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        #expect(verdict(signature, at: moment) == .valid)
        #expect(verdict("v1,AAAA " + signature, at: moment) == .valid)
        #expect(verdict(signature, at: moment.advanced(bySeconds: 400)) == .stale)
        #expect(verdict("v1,AAAA", at: moment) == .invalid)
        #expect(verdict(nil, at: moment) == .invalid)
    }

    @Test(
        arguments: [
            ("MySecretEventSignatureKey", [:], "isn't signed"),
            ("MySecretEventSignatureKey", ["elements-webhook-signature": "sha256=AAAA"], "doesn't fit"),
            ("MySecretEventSignatureKey", ["elements-webhook-signature": ListenTests.valid], nil),
            ("MySecretEventSignatureKey", ["elements-webhook-signature-previous": ListenTests.valid], nil),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ["webhook-id": "a"], "doesn't fit"),
            ("", [:], nil), ("", ["elements-webhook-signature": "sha256=AAAA"], nil),
        ] as [(String, [String: String], String?)]
    )
    func `with a key, only what is properly signed is accepted`(
        _ key: String,
        _ headers: [String: String],
        _ reason: String?
    ) {
        let notification = ReceivedNotification(
            receivedAt: moment,
            method: "POST",
            path: "/",
            headers: headers.map { (name: $0.key, value: $0.value) },
            body: Array("<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>".utf8)
        )
        let refusal = SignatureCheck(key: Secret(key)).refusal(of: notification)
        #expect((refusal == nil) == (reason == nil))
        if let reason { #expect(refusal?.contains(reason) == true) }
    }

    @Test func `a refused notification's line and answer say why`() throws {
        let notification = ReceivedNotification(receivedAt: moment, method: "POST", path: "/", headers: [], body: [])
        let answer = ListenerAnswer(status: 401, refusal: "The notification isn't signed.")
        let line = try JSON(parsing: notification.report(check: SignatureCheck(key: "k"), answer: answer).line)
        #expect(line["status"] == 401)
        #expect(line["refusal"] == "The notification isn't signed.")
        #expect(answer.body.text == #"{"message":"The notification isn't signed."}"#)
        #expect(ListenerAnswer(status: 200).body.text == "{}")
    }

    @Test func `a line tells of the event, its signatures and its body`() throws {
        let body =
            #"{"message":{"eventId":"E1","raw":{"n":1.50},"events":[{"eventType":"UPDATED","objectType":"Account","objectId":"001"}]}}"#
        let notification = ReceivedNotification(
            receivedAt: moment,
            method: "POST",
            path: "/hook",
            headers: [("signalbox-attempt", "3"), ("signalbox-replay", "true")],
            body: Array(body.utf8)
        )
        let line = try JSON(
            parsing: notification.report(check: SignatureCheck(key: "k"), answer: ListenerAnswer(status: 200)).line
        )
        #expect(line["eventId"] == "E1")
        #expect(line["objectId"] == "001")
        #expect(line["eventType"] == "UPDATED")
        #expect(line["attempt"] == 3)
        #expect(line["replay"] == true)
        #expect(line["signature"]?["elements"] == "absent")
        #expect(line["body"]?.text.contains("1.50") == true)
    }

    @Test func `what a terminal might obey is written as an escape`() throws {
        let hostile = JSON.string("a\u{9B}31m\u{202E}b\u{7F}\u{1B}[2J")
        #expect(hostile.line == #""a\u009b31m\u202eb\u007f\u001b[2J""#)
        #expect(try JSON(parsing: hostile.line) == hostile)
        for hidden in ["\u{61C}", "\u{AD}", "\u{180E}", "\u{115F}", "\u{3164}", "\u{FFF9}", "\u{FFFB}", "\u{E0041}"] {
            let line = JSON.string("a\(hidden)b").line
            #expect(line.utf8.allSatisfy { $0 < 0x80 }, "\(line)")
            #expect(try JSON(parsing: line) == JSON.string("a\(hidden)b"))
        }
        #expect(JSON.string("Äda 東 e\u{301}").line == "\"Äda 東 e\u{301}\"")
    }
}

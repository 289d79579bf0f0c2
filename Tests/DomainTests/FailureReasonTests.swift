import Domain
import Primitives
import TestSupport
import Testing

/// What tells two failures apart, and what doesn't.
struct FailureReasonTests {
    private static func reason(_ answer: String, status: Int = 500) -> String? {
        FailureReason.text(.response(status: status), answer: answer.utf8)
    }

    private static let cases: [(answer: String, start: String)] = [
        (#"{"error":"no such queue"}"#, #"{"error":"no such queue"}"#), ("Order 4711 is locked", "order # is locked"),
        ("a\u{1B}[31m\r\n\t b\u{0}c\u{202E}d", "a [# b c d"), ("“a” and ”b“", "\"a\" and \"b\""),
        (#"{"id":"3f2a8b1c-9d0e-4abc-beef-0123456789ab"}"#, ##"{"id":"#"}"##),
        ("at 2026-11-27T10:00:00.123+01:00 from 10.0.0.1:8080", "at # from #"),
        ("record 0015g00000AbCdEAAV of case-sensitive feed-back", "record # of case-sensitive feed-back"),
        ("[1,2,3] and [1]", "[#] and [#]"), ("Größe 東京", "größe 東京"),
        (String(repeating: "x", count: 64), String(repeating: "x", count: 64)),
        (String(repeating: "x", count: 65), String(repeating: "x", count: 64) + "…"),
        // What lies behind the first bytes is not looked at.
        (String(repeating: " ", count: 1022) + "é!", "é"),
    ]

    @Test func `the start of an answer stands in one line, without what two requests differ in`() {
        for (answer, start) in Self.cases { #expect(Self.reason(answer) == "answered 500 “\(start)”", "\(answer)") }
        for empty in ["", " \r\n", "\u{0}\u{200B}"] { #expect(Self.reason(empty) == "answered 500") }
        #expect(Self.reason("ok", status: 204) == nil)
        #expect(FailureReason.text(.failure("It timed out."), answer: "x".utf8) == "It timed out.")
        #expect(Self.reason("moved", status: 302) == "answered 302: redirects are not followed “moved”")
    }

    @Test func `a reason is shown without what is spelled for filters`() {
        for (text, bare) in [
            ("answered 500 “order # is locked”", "answered 500"), ("answered 500", "answered 500"),
            ("The host “app” is unknown.", "The host “app” is unknown."),
            ("answered 302: redirects are not followed “moved”", "answered 302: redirects are not followed"),
        ] { #expect(FailureReason.withoutAnswer(text) == bare) }
    }

    private static func attempt(_ outcome: AttemptOutcome, _ answer: String = "", isReplay: Bool = false) -> Attempt {
        Attempt(
            notificationID: 1,
            number: 1,
            isReplay: isReplay,
            startedAt: Timestamp(seconds: 0),
            milliseconds: 1,
            url: "https://app.example/events",
            outcome: outcome,
            responseBody: Array(answer.utf8)
        )
    }

    private static func delivery(_ lastError: String?) -> Delivery {
        Delivery(
            notificationID: 1,
            instanceID: 1,
            state: .dead,
            attempts: 1,
            nextAttempt: nil,
            createdAt: Timestamp(seconds: 0),
            lastError: lastError
        )
    }

    @Test func `a person reads what was answered, not what groups failures`() {
        let failed = Self.attempt(.response(status: 500), "Order 4711 is\n locked")
        let replay = Self.attempt(.response(status: 503), "Try later", isReplay: true)
        let kept = Self.delivery(failed.failureReason)
        #expect(kept.lastError == "answered 500 “order # is locked”")
        #expect(kept.failure([failed, replay]) == "answered 500 Order 4711 is locked")
        #expect(kept.failure([]) == "answered 500", "its attempts are gone")
        // It ended otherwise than by its last attempt.
        #expect(Self.delivery("The instance was deleted.").failure([failed]) == "The instance was deleted.")
        let refused = Self.attempt(.failure("The host refused the connection."))
        #expect(Self.delivery(refused.failureReason).failure([refused]) == "The host refused the connection.")
        #expect(Self.delivery(nil).failure([Self.attempt(.response(status: 200), "ok")]) == nil)
    }

    @Test func `whatever was answered, its reason is short, and the filter that names it is read back`() async throws {
        await Fuzz.run("failure reasons", rounds: 2000) { hostile, note in
            let text = hostile.words(
                of: [
                    "{", "\"", "\\", "“", "”", "…", "#", "\u{0}", "\u{1B}[2J", "👩‍👩‍👧", "\u{301}", "7", "-", "a", " ",
                    "\r\n",
                ],
                atMost: 60
            )
            note(text)
            guard let reason = Self.reason(text) else { return #expect(Bool(false), "no reason") }
            #expect(reason.count <= FailureReason.longestAnswer + 16)
            #expect(reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
            let expression = EventExpression.term(.error([reason]))
            #expect((try? EventExpression(parsing: expression.description, now: Timestamp(seconds: 0))) == expression)
        }
    }
}

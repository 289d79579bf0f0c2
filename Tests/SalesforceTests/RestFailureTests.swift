import Domain
import Primitives
import Testing

@testable import Salesforce

struct RestFailureTests {
    @Test("Whoever answers was reached, and is said to be, wherever it isn't Salesforce that does")
    func strangers() throws {
        let page = HTTPAnswer(status: 200, headers: [:], body: Array("<html>".utf8))
        let redirect = HTTPAnswer(status: 302, headers: ["location": "https://b.example/x"], body: [])
        let nowhere = HTTPAnswer(status: 302, headers: [:], body: [])
        let absent = HTTPAnswer(status: 404, headers: [:], body: [])
        var errors = [RestFailure.error(nowhere)]
        for answer in [page, redirect, nowhere, absent] {
            for isLoginHost in [true, false] {
                errors.append(RestFailure.elsewhere(answer, host: "a.example", isLoginHost: isLoginHost))
            }
            errors.append(OAuthFailure.error(answer))
        }
        do throws(SalesforceError) { _ = try TokenAnswer(page) } catch { errors.append(error) }
        do throws(SalesforceError) { _ = try APIVersion.choose(page.body) } catch { errors.append(error) }
        #expect(errors.count == 15)
        for error in errors {
            #expect(error.kind == .elsewhere, "\(error)")
            #expect(error.message.contains("was reached, but "), "\(error)")
            #expect(!error.message.contains("can't be reached"))
        }
    }

    @Test(arguments: [
        (
            401, #"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#,
            SalesforceError.Kind.authorization
        ),
        (403, #"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#, .dailyLimit),
        (
            403,
            #"[{"message":"ConcurrentRequests (Concurrent API Requests) Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#,
            .transient
        ),
        (
            403, #"[{"message":"ConcurrentPerOrgLongTxn Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#,
            .transient
        ),
        (403, #"[{"message":"The REST API is not enabled","errorCode":"API_DISABLED_FOR_ORG"}]"#, .authorization),
        (400, #"[{"message":"unexpected token: 'x'","errorCode":"MALFORMED_QUERY"}]"#, .refused),
        (400, #"[{"message":"unable to obtain exclusive access","errorCode":"UNABLE_TO_LOCK_ROW"}]"#, .transient),
        (404, #"[{"message":"The requested resource does not exist","errorCode":"NOT_FOUND"}]"#, .refused),
        (420, "<html><body>We are setting things up</body></html>", .transient),
        (500, #"[{"message":"An unexpected error occurred.","errorCode":"UNKNOWN_EXCEPTION"}]"#, .transient),
        (503, "<html>Server too busy</html>", .transient),
        (503, "", .transient),
        (414, "", .refused),
        (302, "", .elsewhere),
    ])
    func `Each refusal is told apart`(status: Int, body: String, kind: SalesforceError.Kind) {
        let error = RestFailure.error(HTTPAnswer(status: status, body: Array(body.utf8)))
        #expect(error.kind == kind)
        #expect(error.message.last == ".")
    }

    @Test(arguments: [
        ("api-usage=18/5000", 18, 5000), ("api-usage=1/2; per-app-api-usage=17/250(appName=x)", 1, 2),
        ("per-app-api-usage=17/250(appName=x), api-usage=3/4", 3, 4),
    ])
    func `The allowance is read from its header`(header: String, used: Int, allowed: Int) {
        #expect(APIUsage(limitInfo: header) == APIUsage(used: used, allowed: allowed))
    }

    @Test func `Other headers say nothing of the allowance`() {
        #expect(APIUsage(limitInfo: "per-app-api-usage=17/250(appName=x)") == nil)
        #expect(APIUsage(limitInfo: "") == nil)
        #expect(APIUsage(limitInfo: "api-usage=x/y") == nil)
    }

    @Test func `The newest version that both speak is taken`() throws {
        let list = #"[{"version":"49.0"},{"version":"66.0"},{"version":"67.0"},{"version":"68.0"}]"#
        #expect(try APIVersion.choose(Array(list.utf8)) == "v67.0")
        #expect(throws: SalesforceError.self) { try APIVersion.choose(Array(#"[{"version":"49.0"}]"#.utf8)) }
        #expect(throws: SalesforceError.self) { try APIVersion.choose(Array("<html>".utf8)) }
    }

    @Test func `The server's date is read`() {
        for text in [
            "Mon, 23 Nov 2026 18:07:00 GMT", "Monday, 23-Nov-26 18:07:00 GMT", "Mon Nov 23 18:07:00 2026",
        ] {
            #expect(HTTPDate.parse(text) == Timestamp(parsing: "2026-11-23T18:07:00Z"), "\(text)")
        }
        #expect(HTTPDate.parse("Sun Nov  6 08:49:37 1994") == Timestamp(parsing: "1994-11-06T08:49:37Z"))
        #expect(HTTPDate.parse("yesterday") == nil)
    }

    @Test(
        arguments: [
            "", " ", "Monday, 23-Nov-26 18:07:00", "Mon Nov 23 18:07:00 026", "Mon, 23 Nov 2026 18:07:00 +0000",
            "Monday, 23-Nov--6 18:07:00 GMT", "Monday, 23-Nov 18:07:00 GMT", "Mon Nov 23 18:07:00 GMT 2026",
            "Mon, 23 Nov 2026 18:07 GMT", "Mon, 23 Nov 2026 18:07:00: GMT", "Mon, 23 Nov 2026 18:07:00:xx GMT",
            "Mon, 23 Nov 2026 18:x:07:00 GMT", "Mon, 31 Feb 2026 18:07:00 GMT", "Mon, 23 Nov 99999 18:07:00 GMT",
            "Mon, 23 Nov 99999999999999999999 18:07:00 GMT", "Mon, -3 Nov 2026 18:07:00 GMT",
            "Mon, 23 Nov 2026 18:07:00 GMT,Mon, 23 Nov 2026 18:07:00 GMT", "1795457220", "2026-11-23T18:07:00Z",
        ]
    )
    func `A date in any other form is none`(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}

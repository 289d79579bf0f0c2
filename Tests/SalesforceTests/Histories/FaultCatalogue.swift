import SimulatedOrg

/// What orgs, proxies and networks do to a poller, as users of this and other clients reported it. That a query is too
/// complicated is no passing fault: an org finds it so each time, and `HistoryRun.Limits` draws it.
enum FaultCatalogue {
    struct Kind: Sendable {
        let name: String
        let effects: [FaultRule.Effect]
        /// Where it strikes; nil: anywhere.
        var paths: [String?] = [
            nil, "/query", "/composite", "/deleted", "/updated", "/describe", "/composite/sobjects",
        ]
        /// Whether parts of a composite call can meet it, too.
        var mayAimAtParts = false

        /// Whether an answer can be lost after the org did what it was asked.
        var losesAnswers: Bool {
            effects.contains { effect in
                switch effect {
                case .reset(let isAfter): isAfter
                case .truncated, .cut: true
                default: false
                }
            }
        }
    }

    static let kinds: [Kind] = [
        // Answers of the REST API.
        refusal("session lost", 401, "INVALID_SESSION_ID", "Session expired or invalid"),
        Kind(name: "daily limit", effects: [.dailyLimit]),
        Kind(name: "concurrent limit", effects: [.concurrentLimit]),
        Kind(name: "server error", effects: [.serverError], mayAimAtParts: true),
        refusal("query timeout", 400, "QUERY_TIMEOUT", "Your query request was running for too long."),
        refusal(
            "operation too large",
            400,
            "OPERATION_TOO_LARGE",
            "exceeded 100000 distinct who/what's"
        ),
        refusal("too many ids", 400, "EXCEEDED_ID_LIMIT", "too many ids"),
        refusal("no such field", 400, "INVALID_FIELD", "No such column 'Rating' on entity 'Account'."),
        refusal("dead locator", 400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
        refusal("no such type", 400, "INVALID_TYPE", "sObject type 'Account' is not supported."),
        refusal(
            "locked row",
            400,
            "UNABLE_TO_LOCK_ROW",
            "unable to obtain exclusive access to this record"
        ),
        refusal("address too long", 414, "URI_TOO_LONG", "URI too long"),
        // What stands before the org.
        Kind(
            name: "busy page",
            effects: [.edge, .unavailable]
                + [500, 502, 504].map { page($0, "<html><body>Busy</body></html>") }
        ),
        Kind(
            name: "foreign page",
            effects: [
                page(200, "<!DOCTYPE html><html><body>Sign in to the guest network</body></html>"),
                page(404, "<html><head><title>URL No Longer Exists</title></head></html>"),
                page(403, "<html><body>Access denied by policy</body></html>"), page(410, ""),
                page(404, ""),
                .answer(status: 301, headers: ["Location": "https://other.example/"], body: ""),
                .answer(status: 302, headers: ["Location": "/maintenance"], body: "<html></html>"),
            ]
        ),
        // Broken on the way, or made wrongly.
        Kind(name: "cut connection", effects: [.reset(afterEffect: true), .reset(afterEffect: false)]),
        Kind(
            name: "cut body",
            effects: [0, 1, 30, 200].flatMap { [.truncated(after: $0), .cut(after: $0)] }
        ),
        Kind(
            name: "odd JSON",
            effects: oddBodies.map { .answer(status: 200, headers: json, body: $0) }
        ),
        // What reads well and is about something else, or says nothing of what was asked.
        Kind(
            name: "wrong answer",
            effects: [
                .edited(from: "\"Id\":\"001", to: "\"Id\":\"00Q"),
                .edited(from: "\"id\":\"001", to: "\"id\":\"00Q"),
                .edited(from: "\"IsDeleted\":", to: "\"IsDeleted\":null,\"WasDeleted\":"),
                .edited(from: "\"CreatedDate\":\"", to: "\"CreatedDate\":\"x"),
                .edited(from: "\"name\":\"Id\"", to: "\"name\":\"Key\""),
                .edited(from: "\"name\":\"Account\",", to: "\"name\":\"Lead\","),
                .edited(from: "\"filterable\":true", to: "\"filterable\":false"),
            ],
            paths: [nil, "/query", "/composite", "/deleted", "/describe", "/composite/sobjects"],
            mayAimAtParts: true
        ),
        // The login's.
        Kind(
            name: "refused token",
            effects: [
                .login(error: "unknown_error", description: "retry your request"),
                .login(error: "server_error", description: "unexpected error"),
                .login(error: "unavailable", description: "login is busy"),
                .login(error: "invalid_grant", description: "ip restricted"),
                .login(error: "invalid_grant", description: "expired access/refresh token"),
                .login(error: "rate_limit_exceeded", description: "login rate exceeded"), .edge,
                .unavailable,
                .reset(afterEffect: true), .cut(after: 20),
                page(200, "<html><body>Maintenance</body></html>"),
            ],
            paths: ["/oauth2/token"]
        ),
    ]

    private static let json = ["Content-Type": "application/json;charset=UTF-8"]

    /// Well-formed or nearly, and nothing that such a question is answered with.
    private static let oddBodies = [
        "", "null", "[]", "{}", "\"\"", "0", "[null]", "{\"records\":null}", "{\"records\":{}}",
        "{\"records\":[1]}",
        "{\"records\":[{}],\"done\":true,\"totalSize\":1}",
        "{\"records\":[{\"Id\":7}],\"done\":true,\"totalSize\":1}",
        "{\"deletedRecords\":[{}]}", "{\"deletedRecords\":7}", "{\"ids\":{}}",
        "{\"compositeResponse\":[]}",
        "{\"compositeResponse\":[{\"httpStatusCode\":200,\"body\":null}]}", "{\"fields\":[]}",
        "{\"name\":\"Account\",\"fields\":[]}",
        "{\"a\":1}}",
        "{\"records\":[],\"done\":tru", "\u{FEFF}{}", String(repeating: "[", count: 20_000),
        "{\"message\":\"Session expired\",\"errorCode\":\"INVALID_SESSION_ID\"}", "\u{0}",
    ]

    private static func page(_ status: Int, _ body: String) -> FaultRule.Effect {
        .answer(status: status, headers: ["Content-Type": "text/html;charset=UTF-8"], body: body)
    }

    private static func refusal(_ name: String, _ status: Int, _ code: String, _ message: String)
        -> Kind
    {
        Kind(
            name: name,
            effects: [.error(status: status, code: code, message: message)],
            mayAimAtParts: true
        )
    }
}

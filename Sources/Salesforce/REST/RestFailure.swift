import Domain
import Primitives

/// Turns what REST answers into `SalesforceError`: arrays, objects, HTML pages and nothing at all.
package enum RestFailure {
    /// Bodies of 401 after which a new token would not help: a refresh would only begin a loop.
    private static let hopeless = [
        "Connected app is not attached to Agent", "This session is not valid for use with the REST API",
    ]

    /// An answer that is not 2xx.
    package static func error(_ answer: HTTPAnswer) -> SalesforceError {
        error(status: answer.status, body: answer.body)
    }

    package static func error(status: Int, body: [UInt8]) -> SalesforceError {
        let json = try? JSON(parsing: body.prefix(1 << 20))
        let first = json?.array?.first ?? json
        let code = first?["errorCode"]?.string ?? first?["error"]?.string ?? first?["exceptionCode"]?.string
        let words = first?["message"]?.string ?? first?["error_description"]?.string
        return error(status: status, code: code, words: words)
    }

    static func error(status: Int, code: String?, words: String?) -> SalesforceError {
        func made(_ kind: SalesforceError.Kind, _ sentence: String) -> SalesforceError {
            SalesforceError(kind, sentence, code: code, providerMessage: words.map { String($0.prefix(2000)) })
        }
        let lower = (words ?? "").lowercased()
        switch code {
        case "REQUEST_LIMIT_EXCEEDED":
            if lower.contains("concurrent") {
                return made(.transient, "The org handles too many long requests at once; it is asked again soon.")
            }
            return made(
                .dailyLimit,
                "The org's API calls of the last 24 hours are used up; polling rests and goes on when some are free again."
            )
        case "INVALID_SESSION_ID":
            return made(.authorization, "The org does not accept the session any more; connect again.")
        case "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED":
            return made(
                .authorization,
                "The API is switched off for this org or user; allow \u{201C}API Enabled\u{201D}."
            )
        case "TXN_SECURITY_METERING_ERROR", "TXN_SECURITY_NO_ACCESS":
            return made(
                .refused,
                "A transaction security policy of the org blocks this request; ask its administrator."
            )
        case "INVALID_FIELD":
            return made(
                .refused,
                "A field was removed or is hidden from the connected user; the field list is read anew."
            )
        case "INVALID_TYPE", "INVALID_TYPE_FOR_OPERATION":
            return made(
                .refused,
                "The org knows no such object for the connected user, or does not let it be queried; "
                    + "check its API name and the user's permissions."
            )
        case "MALFORMED_QUERY", "MALFORMED_ID":
            return made(.refused, "The org refuses the query for this object; it can't be polled like others.")
        case "QUERY_TOO_COMPLICATED":
            return made(
                .refused,
                "The org finds the query too complicated, as objects with many formula fields are; "
                    + "it is asked for fewer fields at a time."
            )
        case "OPERATION_TOO_LARGE":
            return made(.refused, "The org's query reaches too many rows; it is asked for shorter spans.")
        case "QUERY_TIMEOUT":
            return made(.refused, "The org's query ran too long; it is asked for shorter spans.")
        case "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION":
            return made(.transient, "Salesforce could not answer just now; it is asked again soon.")
        case "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            "FUNCTIONALITY_NOT_ENABLED", "FUNCTIONALITY_TEMPORARILY_UNAVAILABLE":
            return made(.refused, "The connected user may not read this; grant it in a permission set.")
        case "UNSUPPORTED_API_VERSION":
            return made(.refused, "The org no longer speaks this API version; update Signalbox.")
        default: break
        }
        switch status {
        case 401: return made(.authorization, "The org does not accept the session; connect again.")
        case 420, 429, 500...:
            return made(.transient, "Salesforce is busy or under maintenance (HTTP \(status)); it is asked again soon.")
        case 413, 414, 431:
            return SalesforceError(
                .refused,
                "The request's address is too long for the org (HTTP \(status)).",
                code: longAddressCode,
                providerMessage: words.map { String($0.prefix(2000)) }
            )
        case 300...303, 305..<400:
            return made(
                .elsewhere,
                "The org's address was reached, but redirects elsewhere (HTTP \(status)); it is asked again soon."
            )
        case 403: return made(.refused, "The org refuses this to the connected user; check its permissions.")
        case 404: return made(.refused, "The org has nothing at that address; check the object's name and permissions.")
        default:
            let said = code.map { " (\($0.prefix(60)))" } ?? ""
            return made(.refused, "The org refuses the request with HTTP \(status)\(said).")
        }
    }

    /// No answer at all.
    package static func error(_ fault: HTTPFault, host: String) -> SalesforceError {
        switch fault {
        case .unreachable(let words):
            SalesforceError(
                .unreachable,
                "\(host) can't be reached: \(words)."
            )
        case .interrupted(let words):
            SalesforceError(.transient, "\(host) was reached, but \(words); it is tried again soon.")
        case .broken(let words), .malformed(let words):
            SalesforceError(.refused, "\(host) can't be talked to: \(words).", code: brokenCode)
        case .exceeded(let limit):
            SalesforceError(
                .transient,
                "\(host) was reached, but \(limit.clause); it is asked again by the schedule.",
                code: limitCode
            )
        case .tooLarge(let limit):
            SalesforceError(
                .refused,
                "The answer of \(host) is larger than \(limit / 1_048_576) MiB.",
                code: tooLargeCode
            )
        }
    }

    /// Ours: the host answers, but no org speaks like that.
    package static let brokenCode = "CONNECTION_BROKEN"

    /// Ours: a wait had its end. Not repeated at once, as each try would cost as much time again.
    static let limitCode = "LIMIT_EXCEEDED"

    /// Ours: asks the caller for smaller pages.
    static let tooLargeCode = "ANSWER_TOO_LARGE"

    /// Ours: the org is not at this address (any more).
    static let movedCode = "ORG_MOVED"

    /// Ours: a new session was refused at once, and so may what it was asked be.
    static let freshSessionCode = "FRESH_SESSION_REFUSED"

    /// Ours: it was answered, and not what was asked for.
    static let unusableCode = "ANSWER_UNUSABLE"

    /// Ours: asks the caller for fewer fields.
    static let longAddressCode = "ADDRESS_TOO_LONG"

    /// Whether a 401 is worth a new token.
    package static func callsForNewToken(_ answer: HTTPAnswer) -> Bool {
        guard answer.status == 401 else { return false }
        return callsForNewToken(answer.body)
    }

    /// Whether a part of a composite call was refused for want of a session.
    static func callsForNewToken(_ part: CompositeCall.Part) -> Bool {
        part.status == 401 && callsForNewToken(part.body)
    }

    private static func callsForNewToken(_ body: [UInt8]) -> Bool {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        return !hopeless.contains { text.contains($0) }
    }
}

extension SalesforceError {
    /// Whether it is the org's own answer, which says that nothing of what it was asked was done. What nobody understood, or
    /// what came in place of an answer, says nothing about that.
    package var isRefusedByOrg: Bool {
        switch kind {
        case .authorization, .dailyLimit, .refused: code != RestFailure.brokenCode && code != RestFailure.tooLargeCode
        case .transient, .unreachable, .elsewhere: false
        }
    }
}

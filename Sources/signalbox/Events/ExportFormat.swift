import ArgumentParser
import Domain
import Drawing
import Primitives

/// What an export is written as.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// One event with its payload on each line, as the API gives it.
    case ndjson
    /// One event on each line, for spreadsheets; no payloads.
    case csv
    /// The attempts to deliver, as an HTTP archive 1.2.
    case har

    var needsPayloads: Bool { self != .csv }
    var needsAttempts: Bool { self == .har }
}

/// Turns events, one after another, into the text of an export.
struct ExportText: Sendable {
    let format: ExportFormat
    /// Program and version that an archive names.
    var creator = ("signalbox", "1")
    /// Whether a terminal shows it: then nothing of a cell may steer that. The other formats escape it in any case.
    var isShown = false
    private var isFirst = true
    private var lastNotification: Int64?

    init(_ format: ExportFormat) { self.format = format }

    /// What stands before all events.
    var head: String {
        switch format {
        case .ndjson: ""
        case .csv: CSVLine.text(CSVLine.columns)
        case .har:
            #"{"log":{"version":"1.2","creator":{"name":"\#(creator.0)","version":"\#(creator.1)"},"entries":["#
        }
    }

    /// What stands behind them.
    var tail: String { format == .har ? "\n]}}\n" : "" }

    /// Whether the event's attempts are those of the event before: a notification of several events went out as one.
    func isRepeated(_ event: JSON) -> Bool {
        let notification = event["delivery"]?["notificationId"]?.integer
        return notification != nil && notification == lastNotification
    }

    mutating func text(_ event: JSON, attempts: [JSON]) -> String {
        defer { lastNotification = event["delivery"]?["notificationId"]?.integer }
        switch format {
        case .ndjson: return event.line + "\n"
        case .csv:
            let values = CSVLine.values(event)
            return CSVLine.text(isShown ? values.map { DisplayText($0).string } : values)
        case .har:
            let body = event["eventElementInstances"]?.array?.first?["notifiedData"]?.string ?? ""
            return attempts.map { attempt in
                defer { isFirst = false }
                return (isFirst ? "\n" : ",\n") + HAREntry.json(attempt, body: body).line
            }.joined()
        }
    }
}

/// Events as rows of comma-separated values (RFC 4180).
enum CSVLine {
    static let columns = [
        "id", "sequence", "stored", "instance", "source", "change", "object", "record", "name", "date", "changedFields",
        "state", "attempts", "lastStatus", "lastMilliseconds", "lastError", "replay",
    ]

    static func values(_ event: JSON) -> [String] {
        func cell(_ value: JSON?) -> String {
            switch value {
            case nil, .null: ""
            case .string(let text): text
            case .array(let parts): parts.map { $0.string ?? $0.text }.joined(separator: " ")
            case let value?: value.text
            }
        }
        let delivery = event["delivery"]
        return [
            "id", "sequence", "eventDate", "instanceId", "source", "eventType", "objectType", "objectId", "objectName",
        ]
        .map { cell(event[$0]) } + [cell(event["date"]), cell(event["changedFields"])]
            + ["state", "attempts", "lastStatus", "lastMilliseconds", "lastError"].map { cell(delivery?[$0]) }
            + [cell(delivery?["lastReplay"]?["verdict"])]
    }

    static func text(_ values: [String]) -> String { values.map(quoted).joined(separator: ",") + "\r\n" }

    /// What may begin a formula, as OWASP lists it: some programs take the wide signs for the others.
    private static let formulaSigns = "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars

    /// A record's name may be a formula to a spreadsheet: an apostrophe keeps it a text.
    private static func quoted(_ value: String) -> String {
        let isFormula = value.unicodeScalars.first.map { formulaSigns.contains($0) } ?? false
        let text = isFormula ? "'" + value : value
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

/// An attempt as an entry of an HTTP archive. Of what was sent the headers are not kept, so that no signature leaves the
/// store; of what was answered the first 16 KiB are.
enum HAREntry {
    static func json(_ attempt: JSON, body: String) -> JSON {
        let milliseconds = attempt["milliseconds"] ?? 0
        let status = attempt["status"]?.integer
        let error = attempt["error"]?.string
        let answer = attempt["responseBody"]?.string ?? ""
        let headers = attempt["responseHeaders"] ?? []
        let type = headers.array?.first { $0["name"]?.string?.asciiLowercased == "content-type" }?["value"]?.string
        var entry: [JSON.Member] = [
            .init("startedDateTime", attempt["startedDate"] ?? ""), .init("time", milliseconds),
            .init(
                "request",
                [
                    "method": "POST", "url": attempt["url"] ?? "", "httpVersion": "HTTP/1.1", "cookies": [],
                    "headers": [["name": "Content-Type", "value": "application/json; charset=utf-8"]],
                    "queryString": query(of: attempt["url"]?.string ?? ""),
                    "postData": ["mimeType": "application/json; charset=utf-8", "params": [], "text": .string(body)],
                    "headersSize": -1, "bodySize": .integer(body.utf8.count),
                ]
            ),
            .init(
                "response",
                [
                    "status": .integer(status ?? 0), "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
                    "headers": headers,
                    "content": [
                        "size": .integer(answer.utf8.count), "mimeType": .string(type ?? "application/octet-stream"),
                        "text": .string(answer),
                    ],
                    "redirectURL": "", "headersSize": -1, "bodySize": -1,
                ]
            ), .init("cache", [:]), .init("timings", ["send": 0, "wait": milliseconds, "receive": 0]),
        ]
        let number = attempt["number"]?.integer.map { "attempt \($0)" } ?? "attempt"
        let kind = attempt["replay"] == true ? "replay" : number
        entry.append(.init("comment", .string(error.map { "\(kind): \($0)" } ?? kind)))
        return .object(entry)
    }

    private static func query(of url: String) -> JSON {
        guard let mark = url.firstIndex(of: "?") else { return [] }
        let text = url[url.index(after: mark)...].prefix { $0 != "#" }
        return .array(
            text.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return ["name": .string(String(parts[0])), "value": .string(parts.count > 1 ? String(parts[1]) : "")]
            }
        )
    }
}

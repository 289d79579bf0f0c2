import Primitives

/// Headers of one's own that each post to a callback carries, above all its credentials. They are given as a JSON object of
/// names and values, and are secret as a whole.
///
/// ```swift
/// let text = #"{"Authorization": "Basic YWRhOmh1c2g="}"#
/// let headers = try CallbackHeaders(parsing: text)
/// headers.fields  // [Authorization: Basic …]
/// ```
package struct CallbackHeaders: Sendable, Hashable, SecretBearing {
    package static let most = 20
    private static let longestName = 256
    private static let longestValue = 4096

    package private(set) var fields: [Attempt.Header] = []

    /// Why a text holds none, as a clause that goes on behind the setting's name.
    package struct Fault: Error, Sendable, Hashable {
        package let clause: String
    }

    /// An empty text holds no headers.
    package init(parsing text: String) throws(Fault) {
        guard !text.trimmed.isEmpty else { return }
        guard text.utf8.count <= 64 << 10 else { throw Fault(clause: "is longer than 64 KiB") }
        guard text.trimmed.first == "{" else {
            throw Fault(clause: #"is a JSON object like {"Authorization": "Bearer TOKEN"}; this does not begin with {"#)
        }
        let json: JSON
        do { json = try JSON(parsing: text) } catch {
            throw Fault(
                clause: #"is a JSON object like {"Authorization": "Bearer TOKEN"}; this is \#(error.description)"#
            )
        }
        guard let members = json.members else {
            throw Fault(clause: #"is a JSON object of names and values, like {"Authorization": "Bearer TOKEN"}"#)
        }
        guard members.count <= Self.most else { throw Fault(clause: "holds more than \(Self.most) headers") }
        var seen: Set<String> = []
        for member in members {
            let name = member.name.trimmed
            if let clause = Self.fault(ofName: name) { throw Fault(clause: clause) }
            guard seen.insert(name.lowercased()).inserted else { throw Fault(clause: "has \(name) twice") }
            guard let value = member.value.string else {
                throw Fault(clause: "has a value for \(name) that is no text in quotation marks")
            }
            guard Self.isValue(value.utf8) else {
                throw Fault(
                    clause: "has a value for \(name) that no header can have; it takes up to \(Self.longestValue) "
                        + "letters, digits, signs and blanks of ASCII, not at its ends"
                )
            }
            fields.append(Attempt.Header(name: name, value: value))
        }
    }

    /// The headers as they are kept: one spelling, whatever came between them.
    package var text: String {
        fields.isEmpty ? "" : JSON.object(fields.map { JSON.Member($0.name, .string($0.value)) }).text
    }

    private static func fault(ofName name: String) -> String? {
        guard !name.isEmpty, name.utf8.count <= longestName, name.utf8.allSatisfy(isToken) else {
            return "has a name that no header can have: \u{201C}\(name.prefix(60))\u{201D}"
        }
        let lower = name.lowercased()
        if ownPrefixes.contains(where: { lower.hasPrefix($0) }) || own.contains(lower) {
            return "can't set \(name), which Signalbox sends itself"
        }
        if wirePrefixes.contains(where: { lower.hasPrefix($0) }) || wire.contains(lower) {
            return "can't set \(name), which belongs to HTTP"
        }
        return nil
    }

    private static let ownPrefixes = ["elements-", "signalbox-", "webhook-"]
    private static let own: Set<String> = ["content-type", "accept", "user-agent"]
    /// They say how a message is framed and by which way it goes (RFC 9110, 7.6 and 8; RFC 9112, 6).
    private static let wirePrefixes = ["proxy-", "sec-", ":"]
    private static let wire: Set<String> = [
        "host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect", "keep-alive",
        "content-encoding", "accept-encoding", "date", "via", "range", "http2-settings", "alt-used", "max-forwards",
    ]

    /// RFC 9110, 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// RFC 9110, 5.5, without the bytes beyond ASCII, which mean different things to different servers.
    private static func isValue(_ bytes: String.UTF8View) -> Bool {
        guard bytes.count <= longestValue, bytes.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) }) else {
            return false
        }
        let blanks: [UInt8?] = [0x09, 0x20]
        return !blanks.contains(bytes.first) && !blanks.contains(bytes.last)
    }
}

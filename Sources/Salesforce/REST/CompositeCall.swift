import Domain
import Primitives

/// Several reads in one call of the allowance: at most 25, of which five are queries.
package enum CompositeCall {
    package static let maximumParts = 25
    package static let maximumQueries = 5

    /// One part's answer, as if it had been asked alone.
    package struct Part: Sendable, Hashable {
        package var status: Int
        package var body: [UInt8]
    }

    /// The body that asks for these paths, in this order.
    package static func body(_ paths: [String]) -> [UInt8] {
        let parts = paths.enumerated().map { index, path -> JSON in
            ["method": "GET", "url": .string(path), "referenceId": .string("part\(index)")]
        }
        let json: JSON = ["allOrNone": false, "compositeRequest": .array(parts)]
        return json.bytes
    }

    /// The parts' answers in the order of the question; nil if this is no answer of the composite resource.
    package static func parts(_ bytes: [UInt8], count: Int) -> [Part]? {
        var parts: [Part?] = Array(repeating: nil, count: count)
        var scanner = JSONScanner(bytes)
        scanner.skipWhitespace()
        do {
            try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
                guard scanner.unescaped(name) == "compositeResponse", scanner.peek() == 0x5B else {
                    _ = try scanner.value()
                    return
                }
                try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
                    var status = 0
                    var body: Range<Int> = 0..<0
                    var reference = ""
                    try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
                        // A page of rows is among them, of which one value may be too deep.
                        let value = try scanner.anyValue().place
                        switch scanner.unescaped(name) {
                        case "httpStatusCode": status = Int(scanner.text(value)) ?? 0
                        case "body": body = value
                        case "referenceId": reference = scanner.text(value)
                        default: break
                        }
                    }
                    let digits = reference.filter(\.isNumber)
                    if let index = Int(digits), parts.indices.contains(index) {
                        parts[index] = Part(status: status, body: Array(bytes[body]))
                    }
                }
            }
        } catch {
            return nil
        }
        let whole = parts.compactMap(\.self)
        return whole.count == count ? whole : nil
    }
}

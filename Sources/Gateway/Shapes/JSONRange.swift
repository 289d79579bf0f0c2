import Domain
import Primitives

/// Finds a member's value in JSON bytes, as the sender spelled it.
enum JSONRange {
    /// The bytes at a path of member names; nil where there are none, or the bytes are no JSON object.
    static func raw(of path: [String], in bytes: [UInt8]) -> [UInt8]? {
        var bytes = bytes
        for name in path {
            guard let found = try? member(name, of: bytes) else { return nil }
            bytes = found
        }
        return bytes
    }

    private static func member(_ wanted: String, of bytes: [UInt8]) throws(JSONError) -> [UInt8]? {
        var scanner = JSONScanner(bytes)
        var found: Range<Int>?
        scanner.skipWhitespace()
        try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
            let value = try scanner.value(depth: 1)
            if scanner.unescaped(name) == wanted { found = value }
        }
        return found.map { Array(bytes[$0]) }
    }
}

/// Why bytes are not the JSON that was expected.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// Byte offset of the fault, 0-based.
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "not valid JSON at byte \(offset): \(reason)" }

    /// Where the fault stands in the bytes, as people find it in a text that they wrote: `line 5, column 12`, both from 1.
    package func position(in bytes: some Collection<UInt8>) -> String {
        let lines = bytes.prefix(offset).split(separator: 0x0A, omittingEmptySubsequences: false)
        let before = lines.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        return "line \(max(1, lines.count)), column \(before.count + 1)"
    }
}

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
}

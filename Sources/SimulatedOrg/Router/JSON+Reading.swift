package import Primitives

extension JSON {
    /// The element at this index, or nil when this is no array or is shorter.
    package subscript(index: Int) -> JSON? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    package var int: Int? { integer.flatMap { Int(exactly: $0) } }

    var double: Double? {
        guard case .number(let spelling) = self else { return nil }
        return Double(spelling)
    }
}

extension JSONError {
    /// Line and column of the fault in the text, from 1, as the REST API says them.
    func place(in bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes.prefix(offset)
        return (before.count { $0 == 0x0A } + 1, offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1)
    }
}

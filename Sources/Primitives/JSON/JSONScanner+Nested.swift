extension JSONScanner {
    /// Skips one value, which may be nested deeper than is read, and says whether it is.
    package mutating func anyValue(depth: Int = 0) throws(JSONError) -> (place: Range<Int>, isTooDeep: Bool) {
        let start = position
        do throws(JSONError) {
            return (try value(depth: depth), false)
        } catch {
            position = start
            // What is no JSON fails here as well, and the first word says where.
            guard (try? skipNested()) != nil else { throw error }
            return (start..<position, true)
        }
    }

    /// Without recursion, as the sender says how deep it goes.
    private mutating func skipNested() throws(JSONError) {
        var ends: [UInt8] = []
        repeat {
            skipWhitespace()
            switch peek() {
            case 0x7B:
                _ = consume(0x7B)
                ends.append(0x7D)
                skipWhitespace()
                if peek() != 0x7D {
                    try memberName()
                    continue
                }
            case 0x5B:
                _ = consume(0x5B)
                ends.append(0x5D)
                skipWhitespace()
                if peek() != 0x5D { continue }
            default: _ = try value()
            }
            try endValue(&ends)
        } while !ends.isEmpty
    }

    /// Goes to where the next value begins, or to the end of all.
    private mutating func endValue(_ ends: inout [UInt8]) throws(JSONError) {
        while let end = ends.last {
            skipWhitespace()
            if consume(end) {
                ends.removeLast()
                continue
            }
            try expect(0x2C, "',' or the end of what is nested")
            if end == 0x7D { try memberName() }
            return
        }
    }

    private mutating func memberName() throws(JSONError) {
        skipWhitespace()
        _ = try stringRange()
        skipWhitespace()
        try expect(0x3A, "':'")
    }
}

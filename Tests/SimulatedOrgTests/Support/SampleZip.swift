/// A zip made by hand, each of whose numbers can be made wrong.
struct SampleZip {
    struct Entry {
        var name: String
        var content: [UInt8]
        /// What stands in the archive; the content itself unless it is deflated.
        var packed: [UInt8]
        var method = 0
        var flags = 0
        var checksum: UInt32
        var size: Int
        /// Where the directory says that it begins; nil: where it does.
        var start: Int?

        init(_ name: String, _ content: [UInt8], deflated packed: [UInt8]? = nil) {
            self.name = name
            self.content = content
            self.packed = packed ?? content
            method = packed == nil ? 0 : 8
            checksum = crc32(content)
            size = content.count
        }
    }

    var entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries }

    /// A zip whose entries aren't compressed.
    init(stored files: [(String, String)]) {
        entries = files.map { Entry($0.0, Array($0.1.utf8)) }
    }

    var bytes: [UInt8] {
        func number(_ value: Int, _ length: Int) -> [UInt8] {
            (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var output: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let name = Array(entry.name.utf8)
            var common = number(20, 2) + number(entry.flags, 2) + number(entry.method, 2) + number(0, 4)
            common += number(Int(entry.checksum), 4) + number(entry.packed.count, 4) + number(entry.size, 4)
            common += number(name.count, 2) + number(0, 2)
            directory += number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 10)
            directory += number(entry.start ?? output.count, 4) + name
            output += number(0x0403_4B50, 4) + common + name + entry.packed
        }
        let count = number(entries.count, 2) + number(entries.count, 2)
        let end = number(0x0605_4B50, 4) + number(0, 4) + count + number(directory.count, 4) + number(output.count, 4)
        return output + directory + end + number(0, 2)
    }
}

/// CRC-32 as zips use it, bit by bit.
func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF as UInt32) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
}

/// So many zero bytes in DEFLATE's fixed codes: one literal, then copies of 258, as small as a bomb can be.
func deflatedZeros(copies: Int) -> [UInt8] {
    var output: [UInt8] = []
    var (buffer, count) = (0, 0)
    func put(_ bit: Int) {
        buffer |= bit << count
        count += 1
        guard count == 8 else { return }
        output.append(UInt8(buffer))
        (buffer, count) = (0, 0)
    }
    /// Huffman codes begin with their highest bit.
    func code(_ value: Int, _ length: Int) {
        for bit in stride(from: length - 1, through: 0, by: -1) { put(value >> bit & 1) }
    }
    // The last block, with fixed codes.
    for bit in [1, 1, 0] { put(bit) }
    code(0b0011_0000, 8)
    for _ in 0..<copies {
        code(0b1100_0101, 8)
        code(0, 5)
    }
    code(0, 7)
    while count > 0 { put(0) }
    return output
}

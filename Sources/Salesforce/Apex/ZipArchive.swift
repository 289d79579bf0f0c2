package import Domain

/// A zip of stored (uncompressed) entries: what the Metadata API takes, and nothing more.
package enum ZipArchive {
    package static func make(_ files: [ApexFile]) -> [UInt8] {
        var out: [UInt8] = []
        var directory: [UInt8] = []
        for file in files {
            let name = Array(file.path.utf8)
            let content = Array(file.content.utf8)
            let offset = out.count
            var fields: [UInt8] = []
            // Version 2.0, UTF-8 names, method "stored", 1980-01-01 00:00 so that equal files make equal zips.
            put(20, 2, into: &fields)
            put(0x0800, 2, into: &fields)
            put(0, 2, into: &fields)
            put(0, 2, into: &fields)
            put(0x21, 2, into: &fields)
            put(UInt64(crc32(content)), 4, into: &fields)
            put(UInt64(content.count), 4, into: &fields)
            put(UInt64(content.count), 4, into: &fields)
            put(UInt64(name.count), 2, into: &fields)
            put(0, 2, into: &fields)
            put(0x0403_4B50, 4, into: &out)
            out += fields + name + content
            put(0x0201_4B50, 4, into: &directory)
            put(20, 2, into: &directory)
            directory += fields
            // No comment, first disk, no attributes.
            put(0, 2, into: &directory)
            put(0, 2, into: &directory)
            put(0, 2, into: &directory)
            put(0, 4, into: &directory)
            put(UInt64(offset), 4, into: &directory)
            directory += name
        }
        let start = out.count
        out += directory
        put(0x0605_4B50, 4, into: &out)
        put(0, 2, into: &out)
        put(0, 2, into: &out)
        put(UInt64(files.count), 2, into: &out)
        put(UInt64(files.count), 2, into: &out)
        put(UInt64(directory.count), 4, into: &out)
        put(UInt64(start), 4, into: &out)
        put(0, 2, into: &out)
        return out
    }

    private static func put(_ value: UInt64, _ width: Int, into out: inout [UInt8]) {
        for shift in 0..<width { out.append(UInt8(truncatingIfNeeded: value >> UInt64(shift * 8))) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}

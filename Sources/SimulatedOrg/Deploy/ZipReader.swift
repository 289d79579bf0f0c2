/// Reads the entries of a zip, stored or deflated.
enum ZipReader {
    static let maximumFiles = 10_000
    static let maximumSize = 400 * 1_024 * 1_024

    struct Failure: Error {
        let reason: String
    }

    /// The files by path.
    static func files(in zip: [UInt8]) throws(Failure) -> [String: [UInt8]] {
        guard let end = endOfDirectory(zip) else { throw Failure(reason: "no end of central directory") }
        let count = number(zip, end + 10, 2)
        var position = number(zip, end + 16, 4)
        guard count <= maximumFiles else { throw Failure(reason: "more than \(maximumFiles) files") }
        var files: [String: [UInt8]] = [:]
        var total = 0
        for _ in 0..<count {
            guard position + 46 <= zip.count, number(zip, position, 4) == 0x0201_4B50 else {
                throw Failure(reason: "broken central directory")
            }
            let nameLength = number(zip, position + 28, 2)
            let skip = nameLength + number(zip, position + 30, 2) + number(zip, position + 32, 2)
            guard position + 46 + nameLength <= zip.count else { throw Failure(reason: "broken entry name") }
            let name = String(decoding: zip[position + 46..<position + 46 + nameLength], as: UTF8.self)
            if !name.hasSuffix("/") {
                let content = try content(zip, entry: position, name: name)
                total += content.count
                guard total <= maximumSize else { throw Failure(reason: "unpacks to too much") }
                files[name] = content
            }
            position += 46 + skip
        }
        return files
    }

    private static func content(_ zip: [UInt8], entry: Int, name: String) throws(Failure) -> [UInt8] {
        let method = number(zip, entry + 10, 2)
        let packed = number(zip, entry + 20, 4)
        let size = number(zip, entry + 24, 4)
        let local = number(zip, entry + 42, 4)
        guard local + 30 <= zip.count else { throw Failure(reason: "broken entry \(name)") }
        let start = local + 30 + number(zip, local + 26, 2) + number(zip, local + 28, 2)
        guard size <= maximumSize, start + packed <= zip.count else { throw Failure(reason: "broken entry \(name)") }
        let data = Array(zip[start..<start + packed])
        switch method {
        case 0: return data
        case 8:
            do {
                return try Inflate.unpack(data, limit: size)
            } catch {
                throw Failure(reason: "entry \(name) doesn't unpack")
            }
        default: throw Failure(reason: "entry \(name) uses compression method \(method)")
        }
    }

    private static func endOfDirectory(_ zip: [UInt8]) -> Int? {
        guard zip.count >= 22 else { return nil }
        for position in stride(from: zip.count - 22, through: max(0, zip.count - 65_557), by: -1)
        where number(zip, position, 4) == 0x0605_4B50 {
            return position
        }
        return nil
    }

    /// A little-endian number; positions beyond the end read as zero.
    private static func number(_ bytes: [UInt8], _ position: Int, _ length: Int) -> Int {
        (0..<length).reduce(0) { value, offset in
            position + offset < bytes.count ? value | Int(bytes[position + offset]) << (8 * offset) : value
        }
    }
}

/// Reads the entries of a zip, stored or deflated.
enum ZipReader {
    static let maximumFiles = 10_000
    /// How much all entries may unpack to together, as a deployment may.
    static let maximumSize = 400 * 1_024 * 1_024
    /// How long the path of one entry may be.
    static let maximumPath = 1_024

    /// Why a zip can't be read, in a clause that names the entry.
    struct Failure: Error, Equatable {
        let reason: String
    }

    /// The files by path.
    static func files(in zip: [UInt8], maximumSize: Int = maximumSize) throws(Failure) -> [String: [UInt8]] {
        guard let end = endOfDirectory(zip) else { throw Failure(reason: "no end of central directory") }
        let count = number(zip, end + 10, 2)
        var position = number(zip, end + 16, 4)
        guard count <= maximumFiles else { throw Failure(reason: "more than \(maximumFiles) files") }
        var files: [String: [UInt8]] = [:]
        var room = maximumSize
        var packed = 0
        for _ in 0..<count {
            guard let entry = Entry(zip, at: position) else { throw Failure(reason: "broken central directory") }
            position = entry.end
            guard entry.name.utf8.count <= maximumPath else {
                throw Failure(reason: "a path is longer than \(maximumPath) bytes")
            }
            if entry.name.hasSuffix("/") { continue }
            packed += entry.packedSize
            // Entries that share their data could make a small zip endless work.
            guard packed <= zip.count else { throw Failure(reason: "entry \(entry.name) overlaps another") }
            let content = try content(zip, entry, room: room, of: maximumSize)
            guard files.updateValue(content, forKey: entry.name) == nil else {
                throw Failure(reason: "entry \(entry.name) is there twice")
            }
            room -= content.count
        }
        return files
    }

    /// One line of the central directory.
    private struct Entry {
        let name: String
        let method: Int
        let isEncrypted: Bool
        let checksum: UInt32
        let packedSize: Int
        let size: Int
        /// Where the entry itself begins.
        let start: Int
        /// Where the next line begins.
        let end: Int

        init?(_ zip: [UInt8], at position: Int) {
            guard position + 46 <= zip.count, number(zip, position, 4) == 0x0201_4B50 else { return nil }
            let nameEnd = position + 46 + number(zip, position + 28, 2)
            guard nameEnd <= zip.count else { return nil }
            name = String(decoding: zip[position + 46..<nameEnd], as: UTF8.self)
            isEncrypted = number(zip, position + 8, 2) & 1 == 1
            method = number(zip, position + 10, 2)
            checksum = UInt32(number(zip, position + 16, 4))
            packedSize = number(zip, position + 20, 4)
            size = number(zip, position + 24, 4)
            start = number(zip, position + 42, 4)
            end = nameEnd + number(zip, position + 30, 2) + number(zip, position + 32, 2)
        }
    }

    private static func content(_ zip: [UInt8], _ entry: Entry, room: Int, of maximum: Int) throws(Failure) -> [UInt8] {
        guard entry.start + 30 <= zip.count, number(zip, entry.start, 4) == 0x0403_4B50 else {
            throw Failure(reason: "entry \(entry.name) isn't where the directory says")
        }
        let start = entry.start + 30 + number(zip, entry.start + 26, 2) + number(zip, entry.start + 28, 2)
        guard start + entry.packedSize <= zip.count else { throw Failure(reason: "entry \(entry.name) is cut off") }
        guard !entry.isEncrypted else { throw Failure(reason: "entry \(entry.name) is encrypted") }
        guard entry.size <= room else { throw Failure(reason: "unpacks to more than \(maximum) bytes") }
        let data = zip[start..<start + entry.packedSize]
        let content: [UInt8]
        switch entry.method {
        case 0: content = Array(data)
        case 8:
            do {
                content = try Deflated.unpacked(data, limit: entry.size)
            } catch {
                switch error {
                case .broken: throw Failure(reason: "entry \(entry.name) doesn't unpack")
                case .tooLarge: throw Failure(reason: "entry \(entry.name) unpacks to more than it says")
                case .trailing(let count):
                    throw Failure(reason: "entry \(entry.name) has \(count) bytes behind its data")
                }
            }
        default: throw Failure(reason: "entry \(entry.name) uses compression method \(entry.method)")
        }
        guard content.count == entry.size else {
            throw Failure(reason: "entry \(entry.name) has another size than it says")
        }
        guard Deflated.checksum(content) == entry.checksum else {
            throw Failure(reason: "entry \(entry.name) has a wrong checksum")
        }
        return content
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

import Domain
import FoundationEssentials
import Glibc
import Primitives

/// JSON objects from files and from standard input.
enum JSONFile {
    private static let maximumBytes = 4 << 20

    /// - Throws: `UsageError` that names the option and the file.
    static func read(_ path: String, option: String) throws(UsageError) -> JSON {
        let bytes: [UInt8]
        if path == "-" {
            bytes = standardInput()
        } else if let data = FileManager.default.contents(atPath: path) {
            bytes = Array(data)
        } else {
            throw UsageError("\(option) names \(path), which can't be read; give a JSON file, or - for standard input.")
        }
        guard bytes.count <= maximumBytes else { throw UsageError("\(option): \(path) is larger than 4 MiB.") }
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw UsageError("\(option): \(path) is \(error).")
        }
        guard json.members != nil else {
            throw UsageError("\(option): \(path) must hold a JSON object, like {\"name\": …}.")
        }
        return json
    }

    private static func standardInput() -> [UInt8] {
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while out.count <= maximumBytes {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            out += buffer[..<count]
        }
        return out
    }
}

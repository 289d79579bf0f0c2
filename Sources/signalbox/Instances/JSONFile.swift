import Domain
import Glibc
import Primitives

/// JSON objects from files and from standard input.
enum JSONFile {
    private static let maximumBytes = 4 << 20

    /// - Throws: `UsageError` that names the option and the file.
    static func read(_ path: String, option: String) throws(UsageError) -> JSON {
        guard !path.trimmed.isEmpty else { throw UsageError("\(option) names a file, or - for standard input.") }
        let bytes: [UInt8]
        do throws(BoundedFile.Fault) {
            bytes =
                if path == "-" {
                    try BoundedFile.read(STDIN_FILENO, atMost: maximumBytes)
                } else {
                    try BoundedFile.read(path, atMost: maximumBytes)
                }
        } catch {
            throw UsageError(
                error == .tooLarge
                    ? "\(option): \(path) is larger than 4 MiB."
                    : "\(option) names \(path), which \(error.clause); give a JSON file, or - for standard input."
            )
        }
        let json: JSON
        let text = ByteOrderMark.removed(from: bytes)
        do throws(JSONError) {
            json = try JSON(parsing: text)
        } catch {
            throw UsageError("\(option): \(path) is not valid JSON at \(error.position(in: text)): \(error.reason).")
        }
        guard json.members != nil else {
            throw UsageError("\(option): \(path) must hold a JSON object, like {\"name\": …}.")
        }
        if let name = json.repeatedMember {
            throw UsageError("\(option): \(path) names “\(name.prefix(60))” twice in one object; leave one of them.")
        }
        return json
    }
}

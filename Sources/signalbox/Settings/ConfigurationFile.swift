import Domain
import FoundationEssentials
import Primitives
import Yams

/// The settings of a YAML file: a mapping of setting names to values, and of `keys` to those of actions.
struct ConfigurationFile: Sendable, Hashable {
    private static let maximumBytes = 1 << 20

    let path: String
    /// Whether there is one.
    private(set) var isThere = true
    private(set) var values: [SettingKey: SettingText] = [:]
    /// Keys of actions in place of their own.
    private(set) var keys = KeySection()
    /// Filters with names.
    private(set) var filters = FilterSection()
    /// Columns of the event list.
    private(set) var columns = ColumnSection()

    /// Reads the file; a missing one is empty unless it was asked for by name.
    ///
    /// - Throws: `UsageError` that names file and key.
    init(path: String, isRequired: Bool) throws(UsageError) {
        switch FilePresence(of: path) {
        case .there: break
        // In the home directory of somebody else, whose program this user runs, nobody meant this one.
        case .missing where !isRequired, .unknown where !isRequired:
            try self.init(path: path, yaml: "")
            isThere = false
            return
        case .missing: throw UsageError("There is no configuration file \(path); create it, or leave out --config.")
        case .unknown: throw UsageError("The configuration file \(path) can't be read; check its permissions.")
        }
        var isDirectory = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        guard !isDirectory else {
            throw UsageError("The configuration file \(path) is a directory; name a YAML file with --config.")
        }
        let bytes: [UInt8]
        do throws(BoundedFile.Fault) { bytes = try BoundedFile.read(path, atMost: Self.maximumBytes) } catch {
            throw UsageError(
                error == .tooLarge
                    ? "The configuration file \(path) is larger than 1 MiB; it should hold a few lines."
                    : "The configuration file \(path) can't be read; check its permissions."
            )
        }
        try self.init(path: path, yaml: String(decoding: bytes, as: UTF8.self))
    }

    init(path: String, yaml: String) throws(UsageError) {
        self.path = path
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw UsageError("The configuration file \(path) is not YAML: \(Self.sentence(error)).")
        }
        guard let root, root.null == nil else { return }
        guard case .mapping(let mapping) = root else {
            throw UsageError("The configuration file \(path) must hold lines like “theme: daylight”, nothing else.")
        }
        for (name, value) in mapping { try parse(name, value) }
    }

    private mutating func parse(_ name: Node, _ value: Node) throws(UsageError) {
        let spelled = name.scalar?.string ?? "?"
        let line = name.mark?.line ?? 1
        if spelled == KeySection.name {
            keys = try KeySection(value, line: line, path: path)
            return
        }
        if spelled == FilterSection.name {
            filters = try FilterSection(value, line: line, path: path)
            return
        }
        if spelled == ColumnSection.name {
            columns = try ColumnSection(value, line: line, path: path)
            return
        }
        guard let key = SettingKey(rawValue: spelled) else {
            let known = SettingKey.allCases.map(\.rawValue) + [KeySection.name, FilterSection.name, ColumnSection.name]
            let hint =
                NearWord.find(spelled, among: known, for: .hint).map { "did you mean \($0)?" }
                ?? "known are \(known.joined(separator: ", "))."
            throw UsageError("Unknown setting “\(spelled.prefix(60))” in line \(line) of \(path); \(hint)")
        }
        let place = SettingText.Place.file(path: path, line: line)
        switch value {
        case .scalar(let scalar): values[key] = SettingText(text: scalar.string, place: place)
        case .sequence(let parts) where key == .retrySchedule && parts.allSatisfy { $0.scalar != nil }:
            let text = parts.compactMap { $0.scalar?.string }.joined(separator: ",")
            values[key] = SettingText(text: text, place: place)
        default:
            throw UsageError(
                "\(key.rawValue) in line \(line) of \(path) takes one value; write “\(key.rawValue): VALUE”."
            )
        }
    }

    /// What is wrong and where, without Yams' copy of the file.
    private static func sentence(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            "look at line \(mark.line) and the one before; check indentation, colons and quotes"
        case .duplicatedKeysInMapping(let duplicates, _):
            "\(duplicates.joined(separator: ", ")) stands there twice"
        case .reader: "it holds bytes that are no text in UTF-8"
        default: "it can't be parsed"
        }
    }
}

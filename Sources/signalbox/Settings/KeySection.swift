import Domain
import Drawing
import Interface
import Yams

/// `keys:` of the configuration file: names of actions with lists of keys, each with its line.
///
/// ```yaml
/// keys:
///   replay: [ctrl-r]
///   help: [f1]
///   quit: []
/// ```
struct KeySection: Sendable, Hashable {
    static let name = "keys"

    private let path: String
    private var bindings: [KeyBinding] = []
    /// The line of each binding.
    private var lines: [Int] = []

    /// No keys of one's own.
    init() { path = "" }

    /// - Throws: `UsageError` that names file and line.
    init(_ node: Node, line: Int, path: String) throws(UsageError) {
        self.path = path
        if node.null != nil { return }
        guard let mapping = node.mapping else {
            throw UsageError(
                "keys in line \(line) of \(path) maps names of actions to lists of keys; write “replay: [ctrl-r]” in a line "
                    + "of its own below it."
            )
        }
        for (name, value) in mapping {
            let line = name.mark?.line ?? line
            let action = name.scalar?.string ?? "?"
            bindings.append(KeyBinding(action: action, keys: try Self.keys(value, of: action, line: line, path: path)))
            lines.append(line)
        }
    }

    private static func keys(
        _ node: Node,
        of action: String,
        line: Int,
        path: String
    ) throws(UsageError) -> [Key] {
        let nodes: [Node]
        switch node {
        case .sequence(let sequence): nodes = Array(sequence)
        case .scalar where node.null == nil: nodes = [node]
        default:
            throw UsageError(
                "\(action.prefix(60)) in line \(line) of \(path) takes a list of keys, like [R, ctrl-r]; [] unbinds it."
            )
        }
        var keys: [Key] = []
        for node in nodes {
            let name = node.scalar?.string ?? "?"
            guard let key = Key(name: name) else {
                throw UsageError(
                    "Unknown key “\(name.prefix(40))” in line \(node.mark?.line ?? line) of \(path); write a letter, or a "
                        + "name like enter, esc, space, tab, up, pageup, home, delete or f1, with ctrl-, alt- or shift- before it."
                )
            }
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }

    /// The table with these keys.
    ///
    /// - Throws: `UsageError` that names file and line, and the way out.
    func applied(to table: ActionTable) throws(UsageError) -> ActionTable {
        do { return try table.rebound(bindings) } catch { throw UsageError(sentence(error, table)) }
    }

    private func sentence(_ fault: KeyBinding.Fault, _ table: ActionTable) -> String {
        let line = zip(bindings, lines).first { $0.0 == fault.binding }?.1 ?? 1
        let place = "in line \(line) of \(path)"
        switch fault {
        case .unknownAction(let binding):
            let names = table.actions.map(\.id.name)
            let hint = NearWord.find(binding.action, among: names, for: .hint).map { "did you mean \($0)?" }
            return "Unknown action “\(binding.action.prefix(60))” \(place); "
                + (hint ?? "“signalbox keys” lists them all.")
        case .repeated(let binding): return "\(binding.action) stands twice \(place) and before; keep one of them."
        case .clash(let binding, let key, let other, let context):
            return "The key \(key.name) of \(binding.action) \(place) means \(other.name) already (\(context.title)); "
                + "choose another key, or give \(other.name) other keys below “keys:” as well."
        }
    }
}

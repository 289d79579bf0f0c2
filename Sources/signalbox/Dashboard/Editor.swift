import Terminal

/// The person's own editor, as `VISUAL` or `EDITOR` names it.
struct Editor: Sendable {
    /// More than what may be sent, as it is laid out in lines.
    private static let longest = 40 * 1024 * 1024

    /// A command of the shell; nil where none is named.
    private let command: String?

    init(environment: [String: String]) {
        command = ["VISUAL", "EDITOR"].lazy.compactMap { environment[$0] }.first { !$0.allSatisfy(\.isWhitespace) }
    }

    var isKnown: Bool { command != nil }

    /// Has a text edited in a file of the folder; what the person left there.
    func edit(
        _ text: String,
        named name: String,
        in folder: String,
        _ session: inout TerminalSession
    ) throws(CommandFailure) -> String {
        guard let command else { throw CommandFailure("No editor is known; set EDITOR.") }
        let file = PrivateFile(path: "\(folder)/\(name)")
        try file.write(text)
        defer { file.remove() }
        // What the variable holds may have arguments and quotes, so a shell reads it; the path is none of its words.
        guard let status = session.lend(to: ["/bin/sh", "-c", command + " \"$1\"", "sh", file.path]) else {
            throw CommandFailure("The editor “\(command)” did not run to its end.")
        }
        guard status == 0 else { throw CommandFailure("The editor “\(command)” ended with \(status).") }
        return try file.read(atMost: Self.longest)
    }
}

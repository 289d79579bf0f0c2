import Glibc
import Terminal

/// The person's own editor, as `VISUAL` or `EDITOR` names it, else the one that the system has.
struct Editor: Sendable {
    /// More than what may be sent, as it is laid out in lines.
    private static let longest = 40 * 1024 * 1024

    /// Where none is named: what Debian's administrators chose, then what POSIX has.
    private static let usual = ["editor", "vi", "nano"]

    /// A command of the shell; nil where none is named or found.
    let command: String?

    /// `isExecutable` says whether a program is there, by its path.
    init(environment: [String: String], isExecutable: (String) -> Bool = { unsafe access($0, X_OK) == 0 }) {
        let named = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.allSatisfy(\.isWhitespace) }
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        command =
            named ?? Self.usual.first { name in folders.contains { isExecutable("\($0)/\(name)") } }
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

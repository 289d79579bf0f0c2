import Interface
import Terminal

/// Where a copied text goes when it is not for the terminal: to tmux, which drops what programs in it say of the clipboard
/// unless it was told otherwise, or into a file.
struct CopyFallback: Sendable {
    /// Milliseconds.
    private static let patience: Int64 = 2000

    let folder: String
    private let isInTmux: Bool

    init(folder: String, environment: [String: String]) {
        self.folder = folder
        isInTmux = environment["TMUX"]?.isEmpty == false
    }

    private var file: PrivateFile { PrivateFile(path: folder + "/copied.txt") }

    /// Hands a text to tmux, which gives it to the terminal; false where there is none, or it refuses.
    func giveToTmux(_ text: String) -> Bool {
        guard isInTmux, (try? file.write(text)) != nil else { return false }
        defer { file.remove() }
        return OtherProgram.run(["tmux", "load-buffer", "-w", file.path], milliseconds: Self.patience)
            == .ended(status: 0)
    }

    func write(_ text: String) throws(CommandFailure) -> CopyTarget {
        try file.write(text)
        return .file(file.path)
    }
}

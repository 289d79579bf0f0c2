import Dispatch
import Domain
import Terminal

/// Opens addresses in the person's browser, where there is a display to open it on.
struct BrowserLauncher: Sendable {
    /// Program and arguments, without the address; nil where no browser could be seen.
    private let command: [String]?
    /// Milliseconds.
    private let patience: Int64

    /// `$BROWSER` as the desktop knows it: commands parted by colons, with `%s` where the address goes.
    init(environment: [String: String], patience: Int64 = Limit.browser.milliseconds) {
        self.patience = patience
        let named = environment["BROWSER"]?.split(separator: ":").first?.split(separator: " ").map(String.init) ?? []
        let hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        command = named.isEmpty ? (hasDisplay ? ["xdg-open"] : nil) : named
    }

    var isAvailable: Bool { command != nil }

    /// Starts the browser; no shell sees the address. One that is still there after `Limit.browser` was opened.
    ///
    /// - Throws: `CommandFailure` if it could not be started.
    func open(_ address: String) async throws(CommandFailure) {
        guard let command, let program = command.first else {
            throw CommandFailure("There is no display to open a browser on; copy the address with y.")
        }
        var words = command.map { $0.replacing("%s", with: address) }
        if words == command { words.append(address) }
        let arguments = words
        let patience = patience
        let outcome = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                // Some stay until their window is closed: to end them then would close it.
                continuation.resume(returning: OtherProgram.run(arguments, milliseconds: patience))
            }
        }
        let how: String
        switch outcome {
        case .running, .ended(status: 0): return
        case .notStarted: how = "could not be started"
        case .ended(let status): how = "ended with \(status)"
        }
        throw CommandFailure("\(program) \(how); copy the address with y and open it yourself.")
    }
}

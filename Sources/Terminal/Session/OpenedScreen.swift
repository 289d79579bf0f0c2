import CNcurses
import CTerminal
import Drawing
import Glibc

/// What opening the screen gives; the session owns it from then on.
struct OpenedScreen {
    let capabilities: Capabilities
    let colors: ColorNumbers
    let notice: DisplayText?

    /// Opens ncurses on standard input and output with the best description there is.
    static func open(_ options: TerminalOptions) throws(TerminalError) -> OpenedScreen {
        let isUTF8 = cterminal_prepare_locale() == 1
        let requested = options.environment["TERM"] ?? ""
        let wantsDirect = options.colorChoice.wantsDirectColors(environment: options.environment)
        var started: (term: String, hasDirectColors: Bool)?
        for term in [requested, fallback] where started == nil {
            if wantsDirect, let direct = DirectColor(term: term, cacheFolder: options.cacheFolder), direct.prepare(),
                start(direct.name, folder: direct.folder)
            {
                started = (term, true)
            } else if start(term) {
                started = (term, false)
            }
        }
        guard let (term, hasDirectColors) = started else { throw .unknownTerminal(requested) }
        let notice: DisplayText? =
            term == requested
            ? nil : "The terminal “\(requested)” is unknown here; using \(term). The package ncurses-term may know it."
        let hasColors = has_colors() && start_color() == OK
        if hasColors { use_default_colors() }
        let count = hasColors ? Int(cn_colors()) : 0
        let depth = options.colorChoice.depth(
            environment: options.environment,
            colors: hasDirectColors ? 256 : count,
            hasDirectColors: hasDirectColors || count > 256
        )
        return OpenedScreen(
            capabilities: Capabilities(term: term, depth: hasColors ? depth : .mono, isUTF8: isUTF8),
            colors: ColorNumbers(count: count, hasDirectColors: hasDirectColors),
            notice: notice
        )
    }

    /// What nearly every terminal understands.
    private static let fallback = "xterm-256color"

    /// Never `initscr`: that ends the process when the terminal is unknown.
    private static func start(_ term: String, folder: String? = nil) -> Bool {
        guard !term.isEmpty else { return false }
        let key = "TERMINFO_DIRS"
        let before = unsafe getenv(key).map { unsafe String(cString: $0) }
        if let folder { unsafe setenv(key, "\(folder):\(before ?? "")", 1) }
        defer {
            if folder != nil {
                if let before { unsafe setenv(key, before, 1) } else { unsafe unsetenv(key) }
            }
        }
        return unsafe cn_newterm(term) != nil
    }
}

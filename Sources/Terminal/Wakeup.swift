import CTerminal
import Glibc

/// Ends the wait of the thread that draws, from any thread; an eventfd.
package final class Wakeup: Sendable {
    let descriptor: Int32

    /// Fails only if the process may open no more files.
    package init() throws(TerminalError) {
        descriptor = cterminal_wakeup_open()
        if descriptor < 0 { throw .noWakeup }
    }

    deinit { close(descriptor) }

    /// Ends the current wait or, if there is none, the next one.
    package func signal() { cterminal_wakeup_signal(descriptor) }

    /// Forgets all signals so far; whoever waits does this before looking at what there is to do.
    func drain() { cterminal_wakeup_drain(descriptor) }
}

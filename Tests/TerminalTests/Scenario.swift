import Drawing
import Foundation
import Glibc

@testable import Terminal

/// What the other process does: it takes the pseudoterminal over and runs a session on it.
enum Scenario {
    static let styles = StyleSheet(depth: .truecolor) { role in
        role == .accent ? RolePaint(foreground: .rgb(red: 51, green: 102, blue: 153)) : RolePaint()
    }

    /// Makes the terminal at `path` this process's own, as a login does.
    static func open(
        _ path: String,
        term: String = "xterm-256color",
        more: [String: String] = [:]
    ) throws -> TerminalSession {
        setsid()
        let file = unsafe Glibc.open(path, O_RDWR)
        dup2(file, 0)
        dup2(file, 1)
        unsafe setenv("TERM", term, 1)
        let environment = ["TERM": term, "HOME": NSTemporaryDirectory()].merging(more) { _, new in new }
        return try TerminalSession(TerminalOptions(environment: environment), wakeup: Wakeup())
    }

    /// Whether the thread that draws, the process's first, sleeps in the kernel.
    static var isAsleep: Bool {
        let line = (try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8)) ?? ""
        // The program's name, in parentheses, may have some of its own.
        return line.split(separator: ")").last?.hasPrefix(" S") == true
    }

    static func frame(
        _ session: borrowing TerminalSession,
        _ words: DisplayText,
        title: DisplayText = "Signalbox"
    ) -> Frame {
        var canvas = Canvas(size: session.size)
        canvas.draw(words, at: .zero, style: .accent)
        return Frame(canvas: canvas, cursor: Point(x: 2, y: 0), title: title)
    }

    /// What the terminal is sent once `echo` has answered so. Of the screen only what changed is sent, which may be any
    /// part of the words, or letters that stood there before; the title is always sent whole.
    static func answer(_ words: String) -> String { "\u{1B}]2;got \(words)\u{07}" }

    /// Draws `words` and then what comes in, until `q`.
    static func echo(_ session: inout TerminalSession, _ words: DisplayText = "ready") {
        session.present(frame(session, words), styles: styles)
        var words = words
        while true {
            let activity = session.wait(timeout: .seconds(20))
            if activity.isHungUp || activity.signals.contains(.terminate) { return }
            if activity.input.isEmpty && !activity.needsRedraw { return }
            for event in activity.input {
                if event == .key(.character("q")) { return }
                if event == .key(.ctrl("z")) { session.suspend() }
                words = "got \(name(event))"
            }
            session.present(frame(session, words, title: words), styles: styles)
        }
    }

    /// Shows a link, then the same letters without one.
    static func link(_ session: inout TerminalSession, _ address: String) {
        var linked = frame(session, "see here")
        linked.links = [Hyperlink(Rect(x: 4, y: 0, width: 4, height: 1), address: address)].compactMap(\.self)
        session.present(linked, styles: styles)
        session.present(frame(session, "see here"), styles: styles)
    }

    private static func name(_ event: InputEvent) -> String {
        switch event {
        case .key(let key): key.name
        case .paste(let text): "paste \(text)"
        case .mouse(let mouse): "mouse \(mouse.kind) \(mouse.position.x),\(mouse.position.y)"
        case .focus(let gained): "focus \(gained)"
        case .resize(let size): "size \(size.width)x\(size.height)"
        }
    }
}

import Glibc
import Testing

extension Scenario {
    /// A backtrace would ask questions on the terminal of the crashing process.
    static func quietBacktraces() { unsafe setenv("SWIFT_BACKTRACE", "enable=no", 1) }

    /// Every mode that was switched on is off at the end, and the usual screen is back.
    static func expectRestored(_ output: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for mode in ["?1000", "?1002", "?1006", "?2004", "?1004", "?1049"] {
            let on = output.ranges(of: "\u{1B}[\(mode)h").last?.lowerBound
            let off = output.ranges(of: "\u{1B}[\(mode)l").last?.lowerBound
            #expect(on != nil, "\(mode) was never on", sourceLocation: sourceLocation)
            #expect(
                (on ?? output.endIndex) < (off ?? output.startIndex),
                "\(mode) stays on",
                sourceLocation: sourceLocation
            )
        }
        let shown =
            output.ranges(of: "\u{1B}[?25h").last?.lowerBound
            ?? output.ranges(of: "\u{1B}[?12l\u{1B}[?25h").last?.lowerBound
        let hidden = output.ranges(of: "\u{1B}[?25l").last?.lowerBound
        #expect(
            hidden == nil || (shown ?? output.startIndex) > (hidden ?? output.startIndex),
            sourceLocation: sourceLocation
        )
        #expect(output.contains("\u{1B}[22;2t") && output.contains("\u{1B}[23;2t"), sourceLocation: sourceLocation)
    }
}

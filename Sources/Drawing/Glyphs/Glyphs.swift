/// The characters of borders, marks and charts; each is one column wide.
package struct Glyphs: Hashable, Sendable {
    package var isASCII: Bool
    package var box: BoxGlyphs
    package var focusBox: BoxGlyphs
    package var ellipsis: DisplayText
    /// Stands before what has the focus.
    package var marker: DisplayText
    /// Stands for a value that differs from what is in force.
    package var changed: DisplayText
    /// Stands before what a person has marked.
    package var mark: DisplayText
    package var success: DisplayText
    package var failure: DisplayText
    package var retry: DisplayText
    /// Sent once more because a person asked for it.
    package var replay: DisplayText
    package var warning: DisplayText
    package var info: DisplayText
    /// Live, half way, degraded and stopped.
    package var live: DisplayText
    package var partial: DisplayText
    package var degraded: DisplayText
    package var stopped: DisplayText
    package var up: DisplayText
    package var down: DisplayText
    package var left: DisplayText
    package var right: DisplayText
    package var enter: DisplayText
    /// The two ends of a selector.
    package var previous: DisplayText
    package var next: DisplayText
    /// Folded and unfolded.
    package var folded: DisplayText
    package var unfolded: DisplayText
    package var check: DisplayText
    package var mask: DisplayText
    package var sliderLeft: DisplayText
    package var sliderTrack: DisplayText
    /// The part of the track before the knob.
    package var sliderFilled: DisplayText
    package var sliderKnob: DisplayText
    package var sliderRight: DisplayText
    /// Parts of a bar that a post's time is made of: name, connection, TLS, waiting, answer.
    package var phases: [DisplayText]
    package var scrollTrack: DisplayText
    package var scrollThumb: DisplayText
    package var scrollMark: DisplayText
    /// Heights of a bar in one row, from nothing to full.
    package var chartSteps: [DisplayText]
    /// Stands between facts of one line.
    package var separator: DisplayText
    package var arrow: DisplayText
}

/// The lines of a border.
package struct BoxGlyphs: Hashable, Sendable {
    package var horizontal: DisplayText
    package var vertical: DisplayText
    package var topLeft: DisplayText
    package var topRight: DisplayText
    package var bottomLeft: DisplayText
    package var bottomRight: DisplayText
    /// The left end of a line across.
    package var teeRight: DisplayText
    /// The right end of a line across.
    package var teeLeft: DisplayText
}

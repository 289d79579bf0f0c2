import Primitives

extension String {
    /// Nil where nothing of the text can be seen: blanks, and what joins or turns others.
    package var ifVisible: String? {
        unicodeScalars.contains { scalar in
            // The empty pattern of Braille is a blank that Unicode calls a symbol.
            !scalar.isInvisible && !scalar.properties.isWhitespace && scalar.value != 0x2800
        } ? self : nil
    }
}

extension EventSummary {
    /// The record's name for people; nil where it has none that can be seen, so that its id stands there.
    package var shownName: String? { recordName?.ifVisible }
}

extension ChangeEvent {
    /// The record's name for people; nil where it has none that can be seen, so that its id stands there.
    package var shownName: String? { recordName?.ifVisible }
}

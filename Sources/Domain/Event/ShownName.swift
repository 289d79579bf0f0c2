extension String {
    /// Nil where nothing of the text can be seen: blanks, and what joins or turns others.
    package var ifVisible: String? {
        unicodeScalars.contains { scalar in
            let properties = scalar.properties
            // The empty pattern of Braille is a blank that Unicode calls a symbol.
            guard !properties.isWhitespace, !properties.isDefaultIgnorableCodePoint, scalar.value != 0x2800 else {
                return false
            }
            return ![.control, .format].contains(properties.generalCategory)
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

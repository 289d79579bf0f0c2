extension Unicode.Scalar {
    /// Whether nothing of it shows, though it may hide, turn around or steer what stands beside it: controls, ends of lines,
    /// marks of direction and of no width, fillers, tags, and the anchors of notes between lines.
    ///
    /// Blanks are not among them: they show as what they are.
    package var isInvisible: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}

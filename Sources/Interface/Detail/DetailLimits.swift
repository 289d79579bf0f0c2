/// Bounds of what a callback or a record can make the screen prepare.
enum DetailLimits {
    static let attempts = 50
    /// Rows of what is laid out as a whole.
    static let lines = 4000
    /// Of one value.
    static let columns = 2000
    /// Of a text among JSON: as long as a field of an org can be, so that what is found in one can be shown.
    static let text = 1 << 17
    /// Of a name in a column of names.
    static let nameColumns = 28
    /// Bytes of a body that is laid out as JSON; of a larger one, the bytes are shown.
    static let json = 16 * 1024 * 1024
    /// Rows of a callback's answer.
    static let answerRows = 400
}

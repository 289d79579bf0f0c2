extension String {
    /// Whether both are the same bytes. `==` takes two spellings of one accented letter for the same.
    package func hasSameBytes(as other: String) -> Bool {
        let (own, others) = (utf8.span, other.utf8.span)
        guard own.count == others.count else { return false }
        for index in own.indices where own[index] != others[index] { return false }
        return true
    }
}

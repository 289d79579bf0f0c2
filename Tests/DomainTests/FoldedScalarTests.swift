import Domain
import Testing

struct FoldedScalarTests {
    private func folded(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.flatMap { FoldedScalar.scalars(of: $0) }
    }

    @Test(arguments: [("ΑΣ", "ας"), ("ΟΔΟΣ", "οδός"), ("\u{C9}T\u{C9}", "ete")])
    func `case, accents and the place in the word don't matter`(_ one: String, _ other: String) {
        #expect(folded(one) == folded(other))
    }
}

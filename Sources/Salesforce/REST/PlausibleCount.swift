/// What an org counts, calls as well as rows, comes as a number of the org's choice.
enum PlausibleCount {
    /// More than any org has of anything; beyond it a number says nothing, and its neighbours can be reckoned with.
    static let range = 0...1_000_000_000_000

    /// The number that a text spells; nil where it is none that an org can mean.
    static func parse(_ text: String) -> Int? { Int(text).flatMap { range.contains($0) ? $0 : nil } }
}

package import Domain
package import Primitives

/// A filter with a name.
package struct SavedFilter: Sendable, Hashable {
    /// Characters of a name.
    package static let longestName = 40
    /// Characters of a text that is kept.
    package static let longestText = 1000

    package let name: String
    package let text: String
    /// Stands in the configuration file, so that the dashboard can't change it.
    package let isFixed: Bool

    package init(name: String, text: String, isFixed: Bool = false) {
        self.name = name
        self.text = text
        self.isFixed = isFixed
    }

    /// Why it can't be used, in a clause or a sentence with the way out; nil if it can. What names no zone is a time of the
    /// clock.
    package func fault(at now: Timestamp, clock: LocalClock) -> String? {
        if let formFault { return formFault }
        do throws(FilterFault) {
            _ = try EventFilter(parsing: text, now: now, clock: clock)
            return nil
        } catch { return error.description }
    }

    /// The same, but for what the text says: that may be a filter at one time, on one clock, and none at another.
    var formFault: String? {
        if name.isEmpty { return "Give it a name." }
        if name.count > Self.longestName { return "A name has at most \(Self.longestName) characters." }
        if name.contains(where: { $0.isNewline || $0 == "\u{0}" }) { return "A name is one line." }
        if text.isEmpty { return "It says nothing; write terms like state:dead." }
        if text.count > Self.longestText { return "A filter has at most \(Self.longestText.grouped) characters." }
        if text.contains(where: \.isNewline) { return "A filter is one line." }
        return nil
    }
}

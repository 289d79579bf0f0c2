/// Who reads a page of events, as its token tells: each has numbers of its own, so that no one takes an answer for another's,
/// and a newer question supersedes only those of the same reader.
package enum PageReader: Sendable, Hashable, CaseIterable {
    case comparison
    case story
    case list

    /// The first of its tokens; they go up from there.
    var firstToken: Int {
        switch self {
        case .comparison: Int.min / 2
        case .story: Int.min / 4
        case .list: 0
        }
    }

    package init(token: Int) {
        self = Self.allCases.last { token >= $0.firstToken } ?? .comparison
    }
}

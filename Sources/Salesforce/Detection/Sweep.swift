import Domain
package import Primitives

/// How far a sweep has come: the ledger's live records are held against the org, in the order of their ids. It counts what
/// is missing first and reports it only when it knows how much that is.
package struct Sweep: Sendable, Hashable {
    /// The second pass: what is missing is reported as deleted.
    package var isReporting = false
    /// The last id that was looked at in this pass.
    package var after: String?
    package var checked: Int64 = 0
    /// Records that the counting pass found neither live nor deleted.
    package var missing: Int64 = 0
    package var told: Int64 = 0

    package init() {}

    package init?(_ json: JSON) {
        guard let checked = json["checked"]?.integer, let missing = json["missing"]?.integer else { return nil }
        self.checked = checked
        self.missing = missing
        isReporting = json["told"] != nil
        told = json["told"]?.integer ?? 0
        after = json["after"]?.string.flatMap { SalesforceID($0)?.text }
    }

    package var json: JSON {
        var members: [JSON.Member] = [.init("checked", .integer(checked)), .init("missing", .integer(missing))]
        if isReporting { members.append(.init("told", .integer(told))) }
        if let after { members.append(.init("after", .string(after))) }
        return .object(members)
    }

    /// So few may be missing without a question.
    static let few: Int64 = 10

    /// Whether more is missing than deletions explain: a user who lost sight of records sees the same as if they were gone.
    func isTooMuch(percent: Int) -> Bool { missing > Self.few && missing * 100 > checked * Int64(percent) }

    /// The second pass of a sweep that counted.
    var reporting: Sweep {
        var next = self
        next.isReporting = true
        next.after = nil
        next.told = 0
        return next
    }
}

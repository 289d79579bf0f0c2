package import Primitives

/// What an org is called for. A call that serves several purposes counts for the first of them in this order: what shares
/// a call costs nothing more.
package enum CallPurpose: String, Sendable, Hashable, CaseIterable {
    /// Rows that are new since the last poll, or all there are in a first run.
    case rows
    /// Rows of a long past, which are read beside the polls.
    case backlog
    /// Whether all of the overlap is known: counts, and reading once more what leaves it.
    case check
    /// What is read where counts differ.
    case narrow
    /// Deletions: the org's log of them, and what it names.
    case deletes
    /// What `--reconcile-every` asks for.
    case reconcile
    /// Lists of objects and fields.
    case describe
    /// Deploying Apex.
    case other
    /// Access tokens, which the org's allowance does not pay for.
    case tokens
}

extension CallPurpose: Comparable {
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    package static func < (one: CallPurpose, other: CallPurpose) -> Bool { one.rank < other.rank }

    /// As labels of screens have it.
    package var words: String {
        switch self {
        case .rows: "new rows"
        case .backlog: "backlog"
        case .check: "checks"
        case .narrow: "narrow reads"
        case .deletes: "deletions"
        case .reconcile: "reconciling"
        case .describe: "field lists"
        case .other: "Apex"
        case .tokens: "tokens"
        }
    }
}

/// Calls of an org by their purpose.
package struct APICalls: Sendable, Hashable {
    /// None of them is zero or less.
    private var numbers: [CallPurpose: Int] = [:]

    package init() {}

    package subscript(purpose: CallPurpose) -> Int { numbers[purpose] ?? 0 }

    /// Those that the org's allowance pays for.
    package var total: Int {
        numbers.reduce(0) { $1.key == .tokens ? $0 : $0.adding(saturating: $1.value) }
    }

    package var isEmpty: Bool { numbers.isEmpty }

    package mutating func count(_ purpose: CallPurpose, times: Int = 1) {
        if times > 0 { numbers[purpose] = self[purpose].adding(saturating: times) }
    }

    package mutating func add(_ calls: APICalls) {
        for (purpose, number) in calls.numbers { count(purpose, times: number) }
    }

    /// The same without those of a purpose.
    package func without(_ purpose: CallPurpose) -> APICalls {
        var calls = self
        calls.numbers[purpose] = nil
        return calls
    }

    /// What has been added since they were only these.
    package func since(_ earlier: APICalls) -> APICalls {
        var calls = APICalls()
        for (purpose, number) in numbers {
            calls.count(purpose, times: number.subtracting(saturating: earlier[purpose]))
        }
        return calls
    }
}

extension APICalls: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (CallPurpose, Int)...) {
        for (purpose, number) in elements { count(purpose, times: number) }
    }
}

extension APICalls {
    /// By the names of the purposes, without those that nothing was called for.
    package var named: [String: Int] {
        Dictionary(uniqueKeysWithValues: numbers.map { ($0.key.rawValue, $0.value) })
    }

    /// A purpose of a later version is `other`.
    package init(named: [String: Int]) {
        for (name, number) in named { count(CallPurpose(rawValue: name) ?? .other, times: number) }
    }

    package var json: JSON {
        .object(CallPurpose.allCases.filter { self[$0] > 0 }.map { JSON.Member($0.rawValue, .integer(self[$0])) })
    }

    package init(_ json: JSON) {
        for member in json.members ?? [] {
            guard let number = member.value.integer.flatMap({ Int(exactly: $0) }) else { continue }
            count(CallPurpose(rawValue: member.name) ?? .other, times: number)
        }
    }
}

import Domain

/// What the first read of an object makes of its rows: the ledger is filled, and only some of it is news.
extension ChangeDecisionTests {
    static let firstReadCases: [Case] = [
        Case(
            name: "the first read fills the ledger",
            seen: seen(at: 2000, created: 1500),
            known: nil,
            policy: .init(baseline: baseline, isBaselineRead: true),
            verdict: .nothing,
            revision: 0
        ),
        Case(
            name: "a first read that begins anew takes what is known as it is by now",
            seen: seen(at: 2000, name: "B"),
            known: known(at: 1),
            policy: .init(baseline: baseline, isBaselineRead: true),
            verdict: .nothing,
            revision: 4
        ),
        Case(
            name: "a first read leaves what is newer",
            seen: seen(at: 2000, name: "B"),
            known: known(at: 2001),
            policy: .init(baseline: baseline, isBaselineRead: true),
            verdict: .nothing
        ),
        Case(
            name: "a first read of everything finds a known record in the recycle bin",
            seen: seen(at: 2000, isDeleted: true),
            known: known(at: 1),
            policy: .init(baseline: nil, isBaselineRead: true, judgesKnown: true),
            verdict: deleted,
            revision: 5
        ),
        Case(
            name: "a first read of everything finds one that nobody knew in the recycle bin",
            seen: seen(at: 2000, isDeleted: true),
            known: nil,
            policy: .init(baseline: nil, isBaselineRead: true, judgesKnown: true),
            verdict: .nothing,
            revision: 0
        ),
        Case(
            name: "a first read of everything finds one that was told as deleted brought back within the second",
            seen: seen(at: 2000, name: "A"),
            known: known(at: 2000, isDeleted: true),
            policy: .init(baseline: nil, isBaselineRead: true, judgesKnown: true),
            verdict: undeleted,
            revision: 5
        ),
        Case(
            name: "a first read of everything leaves it open whether what the log names is back",
            seen: seen(.deleteLog, at: 2000, created: nil, isDeleted: true),
            known: known(at: 1),
            policy: .init(baseline: nil, isBaselineRead: true, judgesKnown: true),
            verdict: .nothing
        ),
    ]
}

import Domain
import Testing

@testable import Engine

struct ObjectNamesTests {
    private static let described = [
        description("Account"), description("Invoice__c", isTriggerable: false),
        description("AccountShare", isQueryable: false),
    ]

    private static func description(
        _ name: String,
        isQueryable: Bool = true,
        isTriggerable: Bool = true
    ) -> ObjectDescription {
        ObjectDescription(
            name: name,
            label: name,
            isCustom: name.hasSuffix("__c"),
            isQueryable: isQueryable,
            isReplicateable: true,
            isTriggerable: isTriggerable
        )
    }

    @Test(
        arguments: [
            ([], true, true), (["Account"], true, true), (["ACCOUNT", "invoice__c"], true, false),
            (["AccountShare"], false, true), (["Account", "New__c"], false, false),
        ] as [([String], Bool, Bool)]
    )
    func `a list that lacks one of the names, or has it unfit, is not complete`(
        names: [String],
        isQueryable: Bool,
        isTriggerable: Bool
    ) {
        let forQueries = ObjectNames.isComplete(Self.described, for: names)
        let forTriggers = ObjectNames.isComplete(Self.described, for: names, fit: { $0.isTriggerable })
        #expect(forQueries == isQueryable)
        #expect(forTriggers == isTriggerable)
    }
}

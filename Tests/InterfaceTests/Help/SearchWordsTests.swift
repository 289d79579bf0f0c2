import Drawing
import TestSupport
import Testing

@testable import Interface

/// Who knows what they want but not what it is called here finds it all the same.
@Suite(.cases)
struct SearchWordsTests {
    private static let context = Driver(140, 40).context

    @Test(
        arguments: [
            ("quota", ActionID.overview), ("usage", .overview), ("latency", .overview), ("busiest", .overview),
            ("interval", .focusForm), ("settings", .focusForm), ("search", .filter), ("query", .filter),
            ("errors", .failures), ("why", .failures), ("resend", .replay), ("retry", .replay), ("redeliver", .replay),
            ("pause", .holdCallback), ("hold", .holdCallback), ("stop", .holdCallback), ("suspend", .suspend),
            ("download", .export), ("csv", .export), ("clipboard", .copy), ("curl", .copy), ("history", .showStory),
            ("diff", .compare), ("yesterday", .goToTime), ("login", .newInstance), ("tail", .follow), ("exit", .quit),
            ("fetch", .pollNow), ("save", .applyDraft), ("dark", .themes), ("elsewhere", .replayElsewhere),
        ]
    )
    func `the palette and the help have it among the first three`(query: String, wanted: ActionID) throws {
        let context = Self.context
        let title = try #require(context.table[wanted]?.title)
        for items in [Palette().items(context) { _ in nil }, HelpOverlay([.events]).items(context) { _ in nil }] {
            var finder = Finder()
            var effects = Effects()
            finder.paste(query, &effects)
            let first = finder.matches(items).prefix(3).map(\.title)
            #expect(first.contains { $0.hasSuffix(title) }, "“\(query)” finds \(first)")
        }
    }

    @Test func `other words are for actions that there are, plain, and none that the title has`() {
        let context = Self.context
        for (id, words) in SearchWords.table {
            guard let action = context.table[id] else {
                Issue.record("\(id.name) is no action")
                continue
            }
            let titled = action.title.lowercased().split { !$0.isLetter }
            for word in words.split(separator: " ") {
                #expect(word.allSatisfy { $0.isLowercase }, "\(id.name): \(word)")
                #expect(!titled.contains(word), "\(id.name): its title has “\(word)”")
            }
        }
    }

    @Test func `letters here and there in other words find nothing`() {
        #expect(FuzzyMatch.score("qta", in: "Show the overview", or: "quota") == nil)
        #expect(FuzzyMatch.score("quo", in: "Show the overview", or: "limits quota") != nil)
        let titled = FuzzyMatch.score("replay", in: "Replay many", or: "") ?? .min
        #expect(titled > (FuzzyMatch.score("replay", in: "Show bulk", or: "replay") ?? .min))
    }
}

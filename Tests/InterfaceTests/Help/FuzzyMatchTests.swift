import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct FuzzyMatchTests {
    @Test(arguments: [
        ("poll", "Poll the org now", true), ("plnow", "Poll the org now", true), ("PON", "Poll the org now", true),
        ("nowpoll", "Poll the org now", false), ("", "Poll the org now", true), ("p  n", "Poll the org now", true),
        ("z", "Poll the org now", false), ("ü", "Übergabe", true), ("now poll", "Poll the org now", true),
        ("rg ol", "Poll the org now", true), ("now polls", "Poll the org now", false),
        ("buerk", "Go to Bürk & Söhne", false), ("burk sohne", "Go to Bürk & Söhne", true),
        ("SÖHNE go", "Go to Burk & Sohne", true),
    ])
    func `the letters must be there in their order or the words in any, whatever case, accents and blanks`(
        query: String,
        text: String,
        isFound: Bool
    ) {
        #expect((FuzzyMatch.score(query, in: text) != nil) == isFound)
    }

    @Test(arguments: [
        ("rep", "Replay the selected event", "Go to the previous failed delivery"),
        ("na", "New Apex", "Enable this instance again"), ("del", "Delete this instance", "Do what else"),
        ("leads lost", "Filter: lost leads", "Let all events of the list be shown, and do others"),
        ("lost", "Filter: lost leads", "List of those that failed"),
    ])
    func `a run and the start of a word are worth more than scattered letters`(
        query: String,
        better: String,
        worse: String
    ) {
        #expect((FuzzyMatch.score(query, in: better) ?? .min) > (FuzzyMatch.score(query, in: worse) ?? .min))
    }

    @Test func `every command is found by its own title, before all others`() {
        let context = Driver(140, 40).context
        let items = Palette().items(context) { _ in nil }
        for title in items.map(\.title) {
            var finder = Finder()
            var effects = Effects()
            finder.paste(title, &effects)
            #expect(finder.matches(items).first?.title == title, "\(title)")
        }
        #expect(Finder().matches(items).map(\.title) == items.map(\.title))
        let titles = context.table.commands.map { context.title(of: $0) }
        #expect(Set(items.map(\.title).prefix(titles.count)) == Set(titles))
    }
}

import Domain
import Interface
import TestSupport
import Testing

/// What README and the article *Keys* say is written from the tables.
@Suite(.cases)
struct ReadmeTests {
    @Test func `the list of keys is the table of actions`() throws {
        let document = "Sources/signalbox/Signalbox.docc/Keys.md"
        try RecordedSection.expect("keys", ActionTable.standard.markdown, in: document)
    }

    @Test func `README's list of settings is their table`() throws {
        try RecordedSection.expect("settings", Setting.markdown)
    }
}

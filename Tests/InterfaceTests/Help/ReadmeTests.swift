import Domain
import Interface
import TestSupport
import Testing

/// What README says is written from the tables. One after another, as recording writes one file.
@Suite(.cases, .serialized)
struct ReadmeTests {
    @Test func `README's list of keys is the table of actions`() throws {
        try RecordedSection.expect("keys", ActionTable.standard.markdown)
    }

    @Test func `README's list of settings is their table`() throws {
        try RecordedSection.expect("settings", Setting.markdown)
    }
}

import TestSupport
import Testing

@testable import signalbox

struct ReadmeOptionsTests {
    @Test func `README's list of options is their table`() throws {
        try ReadmeSection.expect("options", SettingKey.markdown)
    }
}

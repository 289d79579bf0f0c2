import Interface
import Testing

@testable import signalbox

/// `filters:` and `columns:` of the configuration file.
struct ListSectionTests {
    private func settings(_ yaml: String) throws -> Settings {
        let file = try ConfigurationFile(path: "/c.yaml", yaml: yaml)
        return try Settings.resolve(options: [:], environment: ["HOME": "/home/ada"], file: file)
    }

    @Test func `filters have names, and are as they stand there`() throws {
        let filters = try settings("theme: mono\nfilters:\n  lost leads: object:Lead state:dead\n  \"2\": since:2h\n")
            .filters
        #expect(
            filters == [
                SavedFilter(name: "lost leads", text: "object:Lead state:dead", isFixed: true),
                SavedFilter(name: "2", text: "since:2h", isFixed: true),
            ]
        )
        #expect(try settings("filters:\n").filters.isEmpty && settings("").filters.isEmpty)
    }

    @Test func `columns stand in their order, some with a width`() throws {
        let columns = try settings("columns: [time, record: 40, event-id]\n").columns
        #expect(columns.entries == [.init(.time), .init(.record, width: 40), .init(.eventID)])
        #expect(try settings("columns:\n- record\n- callback\n").columns.entries.map(\.column) == [.record, .callback])
        #expect(try settings("columns:\n").columns == .standard)
        let all = EventColumn.allCases.map(\.rawValue).joined(separator: ", ")
        #expect(try settings("columns: [\(all)]\n").columns.entries.count == EventColumn.allCases.count)
    }

    @Test(arguments: [
        ("filters:\n  a: state:ded\n", "The filter “a” in line 2 of /c.yaml can't be used. At character"),
        ("theme: mono\nfilters:\n  a: stat:dead\n", "in line 3 of /c.yaml can't be used."),
        ("filters:\n  a:\n", "The filter “a” in line 2 of /c.yaml is one text; write “a: state:dead”."),
        ("filters:\n  a: [x]\n", "is one text"),
        ("filters: [a]\n", "filters in line 1 of /c.yaml maps names to filters"),
        ("filters:\n  a: \"\"\n", "It says nothing"), ("filters:\n  \"\": state:dead\n", "Give it a name."),
        ("filtres:\n  a: x\n", "did you mean filters?"), ("colums: [time]\n", "did you mean columns?"),
        ("columns: [time, recrod]\n", "Unknown column “recrod” in line 1 of /c.yaml; did you mean record?"),
        ("theme: mono\ncolumns:\n- time\n- zzzzzzzz\n", "in line 4 of /c.yaml; known are time, change"),
        ("columns: [time, time]\n", "The column time stands twice in line 1 of /c.yaml"),
        ("columns: []\n", "names no column"), ("columns: time\n", "takes a list, like"),
        ("columns: [record: 3]\n", "The width of record in line 1 of /c.yaml is a number from 4 to 80."),
        ("columns: [record: wide]\n", "is a number from 4 to 80"), ("columns: [[time]]\n", "Unknown column"),
        ("columns: [{record: 9, time: 8}]\n", "Unknown column"),
    ])
    func `what can't be used is refused with file, line and the way out`(yaml: String, sentence: String) {
        #expect {
            _ = try settings(yaml)
        } throws: { "\($0)".contains(sentence) }
    }
}

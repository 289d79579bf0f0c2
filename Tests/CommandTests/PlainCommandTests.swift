import Interface
import Testing

@testable import signalbox

struct PlainCommandTests {
    @Test func `each command is read by its name, whatever stands around it`() throws {
        for name in PlainCommand.Name.allCases {
            let argument = name.argument.isEmpty ? "" : "a  b"
            let command = try PlainCommand(parsing: "  \(name.rawValue.uppercased()) \t\(argument)  \r")
            #expect(command?.name == name && command?.argument == argument, "\(name)")
        }
        #expect(try PlainCommand(parsing: " \t") == nil)
    }

    @Test(arguments: [
        ("relpay", "There is no command “relpay”; did you mean replay?"),
        ("xyzzy-plugh", "There is no command “xyzzy-plugh”; help names all of them."),
        ("quit now", "quit is given alone, without “now”."),
        ("replay-many", "replay-many needs a filter behind it."),
        ("\u{1B}[31mred", "There is no command “␛[31mred”; help names all of them."),
    ])
    func `a wrong one is refused with the way out`(_ line: String, _ sentence: String) {
        let fault = #expect(throws: UsageError.self) { _ = try PlainCommand(parsing: line) }
        #expect(fault?.description == sentence)
    }

    @Test func `commands that the dashboard has as well are called as its actions`() {
        let own: Set<PlainCommand.Name> = [.pause, .list, .holdCallback]
        let actions = Set(ActionTable.standard.actions.map(\.id.name))
        for name in PlainCommand.Name.allCases where !own.contains(name) {
            #expect(actions.contains(name.rawValue), "\(name.rawValue)")
        }
    }
}

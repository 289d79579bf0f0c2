import Glibc
import Primitives
import TestSupport
import Testing

/// Commands that are typed, or piped, into the plain output.
@Suite(.programs, .timeLimit(.minutes(20)))
struct PlainConsoleTests {
    private static let ports = ["--receiver", "127.0.0.1:0", "--management", "127.0.0.1:0"]

    private func prepared(_ surroundings: Surroundings, names: [String]) async throws -> ScratchDirectory {
        let directory = try ScratchDirectory()
        let body = surroundings.instance(objects: "Account").text
        _ = try await run(directory, ["instances", "create", "--from", "-"], input: body)
        let records = names.map { JSON.object([.init("Name", .string($0))]) }
        try await surroundings.control("create", ["object": "Account", "records": .array(records)])
        _ = try await run(directory, ["instances", "poll", "1"])
        return directory
    }

    private func run(_ directory: ScratchDirectory, _ arguments: [String], input: String) async throws -> Program.Output
    {
        try await Program.run(arguments + ["--data-dir", directory.path], input: input)
    }

    private func run(_ directory: ScratchDirectory, _ arguments: [String]) async throws -> Program.Output {
        try await run(directory, arguments, input: "")
    }

    @Test func `commands find, show and replay, and quit ends with 0`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, names: ["Ada Ltd", "Babbage Ltd", "Curie Ltd"])
        let input = """
            list name:Ada
            replay
            open-detail
            next-failure
            replay-many name:Babbage | name:Curie
            refuse
            replay-many name:Babbage
            confirm
            confirm
            switch-instance nobody
            hold-callback they migrate
            explain
            resume-callback
            poll-now
            quit
            list
            """
        let result = try await run(directory, ["--plain"] + Self.ports, input: input)
        #expect(result.status == 0, "\(result.diagnostics)")
        let said = result.output
        #expect(said.contains(/CREATED Account [\w]+ Ada Ltd, .*delivered, event [\w-]+/), "\(said)")
        #expect(said.contains(/The replay of [\w-]+ was answered 200, in [\d]+ ms\./), "\(said)")
        #expect(said.contains(/Replay at [\d:]+ to http:[^ ]+: answered 200/), "\(said)")
        #expect(said.contains("Nothing has failed."))
        #expect(said.contains("2 events of mySFDCInstance would be sent again, 10 a second; confirm sends them"))
        #expect(said.contains("Left as it is."))
        #expect(said.contains(/Bulk replay 1 is [a-z]+: [01] of 1 sent/), "\(said)")
        #expect(said.contains("Nothing is sent to the callback of mySFDCInstance until resume-callback."))
        #expect(said.contains("holds its callback: they migrate"), "\(said)")
        #expect(said.contains(/The poll of mySFDCInstance found nothing new/), "\(said)")
        #expect(result.diagnostics.contains("Nothing was asked about; replay-many asks."))
        #expect(result.diagnostics.contains("There is no instance “nobody”; switch-instance alone names them."))
        let replayed = surroundings.received.filter { $0["replay"] == true }
        #expect((1...2).contains(replayed.count), "Ada's, and Babbage's if it was fast")
        #expect(!said.contains("Curie"), "nothing after quit, and nothing that was refused")
    }

    @Test func `the end of the input ends no more than the commands`() async throws {
        let surroundings = try await Surroundings.start()
        let directory = try await prepared(surroundings, names: ["Ada Ltd"])
        let child = try Child(
            ["--plain", "--data-dir", directory.path] + Self.ports,
            input: "filter name:Curie\nfilter nonsense:\n"
        )
        try await waitUntil("the filter", seen: { child.output + child.diagnostics }) {
            child.output.contains("Only events that name:Curie finds are reported.")
                && child.diagnostics.contains("nonsense")
        }
        let records = ["Babbage Ltd", "Curie Ltd"].map { JSON.object([.init("Name", .string($0))]) }
        try await surroundings.control("create", ["object": "Account", "records": .array(records)])
        _ = try await run(directory, ["instances", "poll", "1"])
        try await waitUntil("the event", seen: { child.output }) { child.output.contains("Curie Ltd") }
        #expect(!child.output.contains("Babbage Ltd"))
        child.signal(SIGTERM)
        #expect(try await child.exitStatus() == 0)
    }
}

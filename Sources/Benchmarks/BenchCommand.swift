import ArgumentParser

@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signalbox-bench",
        abstract: "Measures Signalbox beside its limits, each measured in the same run.",
        discussion: "Ratios travel between machines, absolute figures don't: quote those with the machine."
    )

    func run() async throws {
        print(Report().table)
    }
}

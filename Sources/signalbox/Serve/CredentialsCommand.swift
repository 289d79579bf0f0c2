import ArgumentParser
import Domain
import Gateway
import Primitives

/// `signalbox credentials`.
struct CredentialsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credentials",
        abstract: "Shows the secrets of the management API, as JSON.",
        discussion: """
            Made at the first start, in credentials.json of the data directory. Send them as
              Authorization: User USER, Organization ORGANIZATION
            or, shorter, as
              Authorization: Bearer USER
            """
    )

    @Flag(help: "Print the value of the Authorization header instead.")
    var header = false

    @OptionGroup var common: CommonArguments

    func run() throws {
        let settings = try common.settings()
        let credentials = try Credentials.load(dataDirectory: settings.dataDirectory)
        if header {
            try StandardStreams.printLine(
                "User \(credentials.user.exposed), Organization \(credentials.organization.exposed)"
            )
        } else {
            let json: JSON = [
                "user": .string(credentials.user.exposed), "organization": .string(credentials.organization.exposed),
            ]
            try StandardStreams.printLine(json.line)
        }
    }
}

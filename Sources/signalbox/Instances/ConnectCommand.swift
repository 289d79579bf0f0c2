import ArgumentParser
import Domain
import Primitives

/// `signalbox instances connect`.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Connects an org in the browser: a new instance with --from, or an existing one again by its number.",
        discussion: """
            Prints the address to open on standard error and waits up to 15 minutes for the redirect. If the browser \
            runs on another machine, paste the address that it was redirected to, or only the code, and press Enter. \
            Without oauth.callback.url the redirect goes to http://localhost and the port of --management: enter that \
            in the app, http://localhost:8181/oauth/callback by default.

            Instances with another grant (client credentials, JWT, refresh token) are connected without a browser.
            """
    )

    @Argument(help: "The instance's number, to connect it again.") var id: Int64?
    @Option(
        help: ArgumentHelp("A new instance as JSON, as for create; - reads standard input.", valueName: "file.json"),
        completion: .file(extensions: ["json"])
    )
    var from: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("One setting; may be repeated.", valueName: "key=value"))
    var settings: [String] = []
    @Flag(help: "Allow the instance to move to another org, whose records are then watched as new.")
    var otherOrganization = false
    @OptionGroup var common: CommonArguments

    func run() throws {
        let target = try target()
        let access = EngineAccess(try common.settings(), .atWorkForBrowser, makesStore: id == nil)
        let readsPastes = from != "-"
        try access.use { client in
            let instance = try await BrowserConnection(client: client, target: target).run(readsPastes: readsPastes)
            try StandardStreams.printLine(instance.line)
        }
    }

    private func target() throws(UsageError) -> BrowserConnection.Target {
        switch (id, from) {
        case (let id?, nil):
            let changes = try SettingArguments.merged(settings, into: nil)
            return .existing(id, otherOrganization ? changes.adding("allowOtherOrganization", true) : changes)
        case (nil, _?) where otherOrganization:
            throw UsageError("--other-organization is for an existing instance; a new one takes any org.")
        case (nil, let from?):
            return .new(try SettingArguments.merged(settings, into: JSONFile.read(from, option: "--from")))
        case (nil, nil):
            throw UsageError("Give the number of an instance to connect anew, or --from FILE.json for a new one.")
        case (_?, _?):
            throw UsageError("Give either the number of an instance or --from FILE.json, not both.")
        }
    }
}

import ArgumentParser
import Domain
import FoundationEssentials
import Primitives
import Store

/// `signalbox restore`.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a backup into an empty or stopped data directory.",
        discussion: """
            The backup's key must be the data directory's key file, a file named key beside the backup, SIGNALBOX_KEY, or the \
            systemd credential signalbox-key. \
            Deliveries that were open in the backup are sent again, with the same event ids. With --replace, a store that \
            is not empty is kept beside the restored one as signalbox.replaced-1.sqlite. Prints what was restored, as JSON.
            """
    )

    @Argument(help: "The backup.", completion: .file())
    var file: String

    @Flag(help: "Restore even if the store is not empty.")
    var replace = false

    @OptionGroup var common: StoreArguments

    func validate() throws {
        if file.trimmed.isEmpty { throw ValidationError("FILE names the file of the backup; “\(file)” is not that.") }
    }

    func run() throws {
        let settings = try common.settings()
        try settings.requireFiles("put a copy back", instead: "pg_restore --dbname=URL FILE")
        let key = try SealingKey.given(ProcessInfo.processInfo.environment)
        let summary = try CommandAudit.record(.restore, file, in: settings) {
            try StoreRestore(from: file, dataDirectory: settings.eventsDirectory).run(key: key, mayReplace: replace)
        }
        try StandardStreams.printLine(summary.json(file).line)
    }
}

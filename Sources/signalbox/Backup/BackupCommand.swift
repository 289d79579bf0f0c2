import ArgumentParser
import Domain
import Primitives
import Store

/// `signalbox backup`.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the store into one file, also while it is used.",
        discussion: """
            The file holds events, ledger, settings, and secrets as they are encrypted; the key is not in it. Keep the \
            data directory's key file (or SIGNALBOX_KEY) in a place of its own: without it nobody can restore the secrets. \
            The file appears when it is whole and checked, and only its owner can read it. Prints what it holds, as JSON.
            """
    )

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    @Flag(help: "Replace the file if it is there.")
    var replace = false

    @OptionGroup var common: StoreArguments

    func validate() throws {
        if file.trimmed.isEmpty { throw ValidationError("FILE names the file of the backup; “\(file)” is not that.") }
    }

    func run() throws {
        let settings = try common.settings()
        try settings.requireFiles("copy it", instead: "pg_dump --format=custom --file=FILE URL")
        let summary = try CommandAudit.record(.backUp, file, in: settings) {
            try StoreBackup.write(dataDirectory: settings.eventsDirectory, to: file, mayReplace: replace)
        }
        try StandardStreams.printLine(summary.json(file).line)
    }
}

extension BackupSummary {
    /// `{"file", "bytes", "events", "instances"[, "replaced"]}`.
    func json(_ file: String) -> JSON {
        let json: JSON = [
            "file": .string(file), "bytes": .integer(bytes), "events": .integer(events),
            "instances": .integer(instances),
        ]
        return replaced.map { json.adding("replaced", .string($0)) } ?? json
    }
}

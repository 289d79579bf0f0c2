import Domain
import FoundationEssentials
import Glibc
import Primitives

/// What a running `signalbox` writes into its data directory so that commands find its listeners.
struct RunningRecord: Sendable, Hashable {
    let processID: Int32
    let management: HostPort
    let receiver: HostPort

    private static func path(_ dataDirectory: String) -> String { dataDirectory + "/running.json" }

    /// The record in a data directory; nil if there is none or it can't be understood.
    static func read(dataDirectory: String) -> RunningRecord? {
        guard let data = FileManager.default.contents(atPath: path(dataDirectory)), data.count < 4096,
            let json = try? JSON(parsing: data), let pid = json["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
            let management = json["management"]?.string.flatMap({ try? HostPort(parsing: $0) }),
            let receiver = json["receiver"]?.string.flatMap({ try? HostPort(parsing: $0) })
        else { return nil }
        return RunningRecord(processID: pid, management: management, receiver: receiver)
    }

    /// Written beside its place and renamed, so that nobody reads half of it; holds no secret, and is its owner's all the same.
    func write(dataDirectory: String) throws(CommandFailure) {
        let json: JSON = [
            "pid": .integer(processID), "management": .string(management.description),
            "receiver": .string(receiver.description),
        ]
        let path = Self.path(dataDirectory)
        guard
            FileManager.default.createFile(
                atPath: path + ".new",
                contents: Data(json.bytes),
                attributes: [.posixPermissions: 0o600]
            ),
            unsafe rename(path + ".new", path) == 0
        else { throw CommandFailure("\(path) can't be written; check that the data directory may be written.") }
    }

    /// Removes this process's record.
    static func remove(dataDirectory: String) {
        guard read(dataDirectory: dataDirectory)?.processID == getpid() else { return }
        _ = unsafe unlink(path(dataDirectory))
    }
}

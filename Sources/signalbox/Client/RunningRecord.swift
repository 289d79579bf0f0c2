import Callbacks
import Domain
import FoundationEssentials
import Glibc
import Primitives
import Store

/// What a running `signalbox` writes into its data directory so that commands find its listeners.
struct RunningRecord: Sendable, Hashable {
    let processID: Int32
    let management: HostPort
    let receiver: HostPort
    /// Both listeners speak TLS.
    var isSecure = false
    /// Where the management API is reached by programs of this data directory; nil: where it listens.
    var socket: String?
    /// What its process drew when it got the data directory; nil in a record of an earlier version.
    var token: String?
    /// Which addresses its callbacks may have, whatever the options of another command say; nil in a record of an earlier version.
    var callbackRule: AddressRule?

    /// Bytes; a rule of many networks takes the most.
    private static let longest = 64 << 10

    /// Where the management API listens.
    var url: String { management.url(isSecure: isSecure) }

    private static func path(_ dataDirectory: String) -> String { dataDirectory + "/" + DirectoryLock.recordName }

    /// The record in a data directory; nil if there is none or it can't be understood.
    static func read(dataDirectory: String) -> RunningRecord? {
        guard let data = FileManager.default.contents(atPath: path(dataDirectory)), data.count < longest,
            let json = try? JSON(parsing: data), let pid = json["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
            let management = json["management"]?.string.flatMap({ try? HostPort(parsing: $0) }),
            let receiver = json["receiver"]?.string.flatMap({ try? HostPort(parsing: $0) })
        else { return nil }
        return RunningRecord(
            processID: pid,
            management: management,
            receiver: receiver,
            isSecure: json["tls"]?.bool ?? false,
            socket: json["socket"]?.string,
            token: json["lock"]?.string,
            callbackRule: json["callbackDeny"]?.string.flatMap { try? AddressRule(denying: $0) }
        )
    }

    /// Whether that process wrote it: in containers every one has the same id.
    private func isOf(_ holder: DirectoryLock.Holder) -> Bool {
        if let token = holder.token { return self.token == token }
        return processID == holder.processID
    }

    /// Written beside its place and renamed, so that nobody reads half of it; holds no secret, and is its owner's all the same.
    func write(dataDirectory: String) throws(CommandFailure) {
        var members: [JSON.Member] = [
            .init("pid", .integer(processID)), .init("management", .string(management.description)),
            .init("receiver", .string(receiver.description)),
        ]
        if isSecure { members.append(.init("tls", true)) }
        if let socket { members.append(.init("socket", .string(socket))) }
        if let token { members.append(.init("lock", .string(token))) }
        if let rule = callbackRule?.denied.map(\.description).joined(separator: ","), rule.utf8.count < Self.longest / 2
        {
            members.append(.init("callbackDeny", .string(rule)))
        }
        let json = JSON.object(members)
        let path = Self.path(dataDirectory)
        guard OwnedFile.replace(path, with: json.bytes) else {
            throw CommandFailure("\(path) can't be written; check that the data directory may be written.")
        }
    }

    /// Removes this process's record.
    static func remove(dataDirectory: String) {
        guard let record = read(dataDirectory: dataDirectory), record.processID == getpid(),
            let holder = DirectoryLock.holder(of: dataDirectory), record.isOf(holder)
        else { return }
        _ = unsafe unlink(path(dataDirectory))
    }

    /// The record of the process that has the data directory. Where one that has ended listened, and where the settings say,
    /// anybody may listen, and is not to hear the secrets.
    ///
    /// - Throws: `CommandFailure` where no process has it, or one that does not listen, maybe yet.
    static func ofHolder(of dataDirectory: String) throws(CommandFailure) -> RunningRecord {
        guard let holder = DirectoryLock.holder(of: dataDirectory) else {
            throw CommandFailure("No signalbox runs on \(dataDirectory) any more; try again.")
        }
        guard let record = read(dataDirectory: dataDirectory), record.isOf(holder) else {
            let who = holder.processID.map { "The process \($0)" } ?? "Another process"
            throw CommandFailure(
                "\(who) has \(dataDirectory) and does not say where it listens; it starts, or is another command: wait for its "
                    + "end."
            )
        }
        return record
    }
}

import Domain
import FoundationEssentials
import Glibc
import Primitives

/// The data directory: whose it is, who may read it, what it stands on, and how much room there is.
struct DirectoryExamination {
    /// With less than this to spare a busy hour may fill the disk.
    private static let littleSpace: Int64 = 2 << 30
    /// File systems that several machines share: SQLite's log of writes needs memory that all its readers share.
    private static let shared: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs", "glusterfs",
        "lustre",
    ]
    /// Held by their owner alone: secrets, or what an org says about its customers.
    private static let privateFiles = [
        "credentials.json", "tokens.json", "key", "key.next", "signalbox.sqlite", "signalbox.sqlite-wal",
        "signalbox.sqlite-shm", "words.sqlite", "words.sqlite-wal", "words.sqlite-shm", "running.json",
        "dashboard.json", "signalbox.log", "node", "store.json",
    ]

    /// What a directory is for, and the option that names another.
    enum Purpose: String {
        case data = "data directory"
        case store = "store directory"

        var option: SettingKey { self == .data ? .dataDirectory : .store }
    }

    private let path: String
    private let purpose: Purpose
    private let freeSpace: Int64

    /// With less than `freeSpace` bytes the node takes nothing in; 0: that never happens.
    init(_ path: String, as purpose: Purpose = .data, freeSpace: Int64) {
        self.path = path
        self.purpose = purpose
        self.freeSpace = freeSpace
    }

    var findings: [Finding] {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            guard errno == ENOENT else {
                return [
                    .failed(purpose.rawValue, "\(path) can't be looked at; check who may enter the folders above it.")
                ]
            }
            return [.sound(purpose.rawValue, "\(path) isn't there yet; the first start makes it")]
        }
        var findings: [Finding] = []
        if status.st_mode & S_IFMT != S_IFDIR {
            return [.failed(purpose.rawValue, "\(path) is no directory; name another with \(purpose.option.option).")]
        }
        if unsafe access(path, R_OK | W_OK | X_OK) != 0 {
            findings.append(
                .failed(
                    purpose.rawValue,
                    "\(path) can't be read and written by this user; run as its owner, or `chown` it."
                )
            )
        }
        if status.st_mode & 0o077 != 0 {
            findings.append(
                .warning(purpose.rawValue, "\(path) is open to other users; close it with `chmod 700 \(path)`.")
            )
        }
        findings += Self.privateFiles.compactMap { examine($0, of: status.st_uid) }
        if let name = fileSystem {
            findings.append(
                .failed(
                    purpose.rawValue,
                    "\(path) is on \(name), which SQLite can't write safely; name one on a disk of this machine with \(purpose.option.option)."
                )
            )
        }
        if findings.isEmpty { findings.append(.sound(purpose.rawValue, "\(path), its owner's alone")) }
        return findings + [space]
    }

    private func examine(_ name: String, of owner: uid_t) -> Finding? {
        var status = stat()
        let file = path + "/" + name
        guard unsafe stat(file, &status) == 0 else { return nil }
        if status.st_uid != owner {
            return .failed(
                purpose.rawValue,
                "\(file) is not its directory's owner's, who can't read it; `chown --reference=\(path) \(file)` mends that."
            )
        }
        guard status.st_mode & 0o077 != 0 else { return nil }
        return .failed(purpose.rawValue, "\(file) is open to other users; close it with `chmod 600 \(file)`.")
    }

    private var fileSystem: String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        guard let mounts = FileManager.default.contents(atPath: "/proc/self/mounts") else { return nil }
        let kind = Self.fileSystem(of: unsafe String(cString: real), in: String(decoding: mounts, as: UTF8.self))
        return kind.flatMap { Self.shared.contains($0) ? $0 : nil }
    }

    /// The kind of file system that a path is on, by the table of `/proc/mounts`: that of the longest place above it, the
    /// last one where several lie upon each other.
    static func fileSystem(of path: String, in mounts: String) -> String? {
        var found: (place: String, kind: String)?
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2 else { continue }
            // Spaces stand there in octal digits.
            let place = words[1].replacing("\\040", with: " ")
            let isAbove = path == place || path.hasPrefix(place.hasSuffix("/") ? place : place + "/")
            if isAbove, place.utf8.count >= found?.place.utf8.count ?? 0 { found = (String(place), String(words[2])) }
        }
        return found?.kind
    }

    private var space: Finding {
        guard let free = FreeSpace(at: path) else {
            return .warning("disk", "How much of it is free can't be told.")
        }
        guard free.hasInodes else {
            return .failed("disk", "No more files can be made on it (no inodes are left); remove some.")
        }
        return Self.verdict(free: free.bytes, least: freeSpace)
    }

    /// Of free bytes, where less than `least` stop the node.
    static func verdict(free: Int64, least: Int64) -> Finding {
        let text = "\(free >> 20) MiB are free beside the store"
        let option = "\(SettingKey.freeSpace.option) \(ByteSize.text(least))"
        let limit = least > 0 ? ", and below \(option) nothing is taken in" : ""
        if free < max(least, 1) { return .failed("disk", "Only \(text)\(limit); free some.") }
        if free - least < littleSpace { return .warning("disk", "Only \(text)\(limit); free some.") }
        return .sound("disk", text)
    }
}

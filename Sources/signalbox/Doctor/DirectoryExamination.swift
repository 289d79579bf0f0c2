import Domain
import FoundationEssentials
import Glibc

/// The data directory: whose it is, who may read it, what it stands on, and how much room there is.
struct DirectoryExamination {
    /// Below this a busy hour may fill the disk.
    private static let littleSpace: Int64 = 2 << 30
    private static let leastSpace: Int64 = 64 << 20
    /// File systems whose locks SQLite's log of writes can't trust, as several machines share them (statfs(2)).
    private static let shared: [Int: String] = [
        0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x0102_1997: "9p", 0x5346_414F: "AFS",
        0x00C3_6400: "Ceph",
    ]
    /// Held by their owner alone: secrets, or what an org says about its customers.
    private static let privateFiles = [
        "credentials.json", "key", "signalbox.sqlite", "signalbox.sqlite-wal", "signalbox.sqlite-shm", "running.json",
        "dashboard.json", "signalbox.log",
    ]

    private let path: String

    init(_ path: String) { self.path = path }

    var findings: [Finding] {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            guard errno == ENOENT else {
                return [
                    .failed("data directory", "\(path) can't be looked at; check who may enter the folders above it.")
                ]
            }
            return [.sound("data directory", "\(path) isn't there yet; the first start makes it")]
        }
        var findings: [Finding] = []
        if status.st_mode & S_IFMT != S_IFDIR {
            return [.failed("data directory", "\(path) is no directory; name another with --data-dir.")]
        }
        if unsafe access(path, R_OK | W_OK | X_OK) != 0 {
            findings.append(
                .failed(
                    "data directory",
                    "\(path) can't be read and written by this user; run as its owner, or `chown` it."
                )
            )
        }
        if status.st_mode & 0o077 != 0 {
            findings.append(
                .warning("data directory", "\(path) is open to other users; close it with `chmod 700 \(path)`.")
            )
        }
        findings += Self.privateFiles.compactMap(openFile)
        if let name = fileSystem {
            findings.append(
                .failed(
                    "data directory",
                    "\(path) is on \(name), which SQLite can't write safely; name one on a disk of this machine with --data-dir."
                )
            )
        }
        if findings.isEmpty { findings.append(.sound("data directory", "\(path), its owner's alone")) }
        return findings + [space]
    }

    private func openFile(_ name: String) -> Finding? {
        var status = stat()
        let file = path + "/" + name
        guard unsafe stat(file, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
        return .failed("data directory", "\(file) is open to other users; close it with `chmod 600 \(file)`.")
    }

    private var fileSystem: String? {
        var facts = statfs()
        guard unsafe statfs(path, &facts) == 0 else { return nil }
        return Self.shared[Int(facts.f_type) & 0xFFFF_FFFF]
    }

    private var space: Finding {
        var facts = statvfs()
        guard unsafe statvfs(path, &facts) == 0 else {
            return .warning("disk", "How much of it is free can't be told.")
        }
        let free = Int64(
            clamping: UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize)).partialValue
        )
        let text = "\(free >> 20) MiB are free beside the store"
        if free < Self.leastSpace { return .failed("disk", "Only \(text); nothing more is stored. Free some.") }
        if free < Self.littleSpace { return .warning("disk", "Only \(text); free some.") }
        if facts.f_files > 0, facts.f_favail == 0 {
            return .failed("disk", "No more files can be made on it (no inodes are left); remove some.")
        }
        return .sound("disk", text)
    }
}

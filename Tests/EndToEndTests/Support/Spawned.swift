import Foundation
import Glibc
import Synchronization
import TestSupport

/// A process with files for its streams: pipes would leak into children that are started meanwhile and never end.
final class Spawned: Sendable {
    let processID: pid_t
    private let directory: ScratchDirectory
    private let status = Mutex<Int32?>(nil)

    init(_ executable: String, _ arguments: [String], input: String, environment: [String: String]) throws {
        directory = try ScratchDirectory()
        let path = directory.path
        try directory.write(input, to: "in")
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, path + "/in", O_RDONLY, 0)
        let written = O_WRONLY | O_CREAT | O_APPEND
        unsafe posix_spawn_file_actions_addopen(&actions, 1, path + "/out", written, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, path + "/err", written, 0o600)
        // Sockets of other tests would stay open in it, though their test has closed them.
        for descriptor in Self.descriptors { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        // Pool threads block signals, and children inherit that: a program started so could not be told anything.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var pid: pid_t = 0
        let words = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        let code = unsafe posix_spawn(&pid, executable, &actions, &attributes, words, variables)
        guard code == 0 else { throw TimedOut(description: "\(executable) could not be started (\(code))") }
        processID = pid
    }

    /// All beyond the standard ones that may be open when the process begins; other tests open more meanwhile.
    private static var descriptors: Range<CInt> {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let last = open.compactMap { CInt($0) }.max() ?? 2
        return 3..<max(3, min(last + 64, CInt(clamping: sysconf(Int32(_SC_OPEN_MAX)))))
    }

    deinit {
        if exitStatus == nil {
            kill(processID, SIGKILL)
            _ = waitpid(processID, nil, 0)
        }
    }

    var output: String { text("out") }
    var diagnostics: String { text("err") }

    /// Nil while it runs; 128 and the signal's number where one ended it.
    var exitStatus: Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard unsafe waitpid(processID, &raw, WNOHANG) == processID else { return nil }
            status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
            return status
        }
    }

    private func text(_ name: String) -> String {
        FileManager.default.contents(atPath: directory.path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }
}

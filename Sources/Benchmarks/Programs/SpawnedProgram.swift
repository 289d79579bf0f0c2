import Foundation
import Glibc

/// A program with all of its streams at nothing, or with what it says in a file.
///
/// Started by `posix_spawn` and waited for by its number: Foundation's `Process` takes longer for that than some of what is
/// measured here.
struct SpawnedProgram {
    let processID: pid_t

    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        log: String = "/dev/null"
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        guard unsafe posix_spawn_file_actions_init(&actions) == 0, unsafe posix_spawnattr_init(&attributes) == 0 else {
            throw BenchFault("\(path) can't be started")
        }
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for stream: Int32 in 1...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, stream, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        var named = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer { unsafe (words + named).forEach { unsafe free($0) } }
        var number: pid_t = 0
        let code = unsafe posix_spawn(&number, path, &actions, &attributes, &words, &named)
        guard code == 0 else {
            throw BenchFault("\(path) can't be started: \(unsafe String(cString: strerror(code)))")
        }
        processID = number
    }

    /// Waits for the end: the status, and the milliseconds of the processor that it took.
    func wait() -> (status: Int32, processor: Double) {
        var status: Int32 = 0
        var usage = rusage()
        while unsafe wait4(processID, &status, 0, &usage) < 0, errno == EINTR {}
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        return (status, milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime))
    }

    /// Asks it to end, and waits for that.
    func stop() {
        kill(processID, SIGTERM)
        _ = wait()
    }
}

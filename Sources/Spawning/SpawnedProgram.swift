import CSpawning
import Dispatch
import Foundation
import Glibc
import Primitives

/// A program that was started, its streams at files or at nothing; nothing else that is open is passed to it.
///
/// Started by `posix_spawn`. Foundation's `Process` reads the names of all open descriptors before a start, and copies 256
/// bytes of each, also behind the end of what it read: with some 1,350 of them open that ends the whole process. It also takes
/// longer than some of what is measured.
package final class SpawnedProgram: Sendable {
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    package enum Input: Sendable {
        case nothing
        case file(String)
        /// Of this process; it stays open here.
        case descriptor(CInt)
    }

    package let processID: CInt
    private let end = End()

    /// Starts what is at a path, with all of an environment. The files of its output and diagnostics are made, or written
    /// behind their end.
    package init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        directory: String? = nil,
        input: Input = .nothing,
        output: String = "/dev/null",
        diagnostics: String = "/dev/null"
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        guard unsafe posix_spawn_file_actions_init(&actions) == 0, unsafe posix_spawnattr_init(&attributes) == 0 else {
            throw Fault(description: "\(executable) can't be started")
        }
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        switch input {
        case .nothing: unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        case .file(let path): unsafe posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0)
        case .descriptor(let descriptor): unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, 0)
        }
        let written = O_WRONLY | O_CREAT | O_APPEND
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, written, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, diagnostics, written, 0o600)
        // A socket would stay open in it, though it is closed here.
        unsafe cspawning_close_from(&actions, 3)
        if let directory { unsafe cspawning_change_directory(&actions, directory) }
        // Pool threads block signals, and children inherit that: a program started so could not be told anything.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var number: pid_t = 0
        let code = unsafe posix_spawn(&number, executable, &actions, &attributes, words, variables)
        guard code == 0 else {
            throw Fault(description: "\(executable) can't be started: \(unsafe String(cString: strerror(code)))")
        }
        let child = number
        processID = child
        // At once, whether anybody asks for it or not: what has ended and was not waited for keeps a processor busy where a
        // test waits for the end of any child.
        end.group.enter()
        Thread.detachNewThread { [end] in
            var raw: Int32 = 0
            var usage = rusage()
            while unsafe wait4(child, &raw, 0, &usage) < 0, errno == EINTR {}
            end.outcome = (
                Self.status(raw), Self.milliseconds(usage.ru_utime) + Self.milliseconds(usage.ru_stime)
            )
            end.group.leave()
        }
    }

    /// Nil while it runs; 128 and the signal's number where one ended it.
    package var exitStatus: Int32? { end.outcome?.status }

    /// Waits for the end on this thread: the status, and the milliseconds of the processor that it took.
    @discardableResult
    package func wait() -> (status: Int32, processor: Double) {
        end.group.wait()
        return end.outcome ?? (-1, 0)
    }

    /// Asks it to end, and waits for that.
    package func stop() {
        kill(processID, SIGTERM)
        wait()
    }

    private static func status(_ raw: Int32) -> Int32 { raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F }

    private static func milliseconds(_ time: timeval) -> Double {
        Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000
    }

    /// How it ended.
    private final class End: Sendable {
        let group = DispatchGroup()
        private let state = Locked<(status: Int32, processor: Double)?>(nil)

        var outcome: (status: Int32, processor: Double)? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }
}

import Foundation
import TestSupport
import Testing

/// A machine's clock that can be set while a program runs on it (Debian's `faketime`).
struct FakeClock {
    static let library: String? = {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        return folders.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    static let compiler = ["/usr/bin/cc", "/usr/bin/clang"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// What `/usr/bin/env` is given to start the program on it, before the program's own arguments.
    let command: [String]
    private let file: String

    init(_ directory: ScratchDirectory) async throws {
        file = try directory.write("+0\n", to: "clock")
        command = [
            "LD_PRELOAD=\(try await Self.timers(directory)) \(try #require(Self.library))", Program.path,
        ]
    }

    var environment: [String: String] {
        [
            // Left out, the library puts it into the environment, which moves; Swift finds a program's arguments beside it.
            "FAKETIME_SHARED": "/signalbox-none /signalbox-none",
            "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        ]
    }

    func set(bySeconds seconds: Int) throws {
        let text = seconds < 0 ? "\(seconds)\n" : "+\(seconds)\n"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// The library also moves what the program's timers are armed with, so that after a step back they would stand still for
    /// as long, which no real clock makes them do. This one, before it, gives them to the kernel as they are.
    private static func timers(_ directory: ScratchDirectory) async throws -> String {
        let source = try directory.write(
            """
            #include <sys/syscall.h>
            #include <sys/timerfd.h>
            #include <unistd.h>
            int timerfd_settime(int timer, int flags, const struct itimerspec *next, struct itimerspec *last) {
                return syscall(SYS_timerfd_settime, timer, flags, next, last);
            }
            """,
            to: "timers.c"
        )
        let library = directory.path + "/timers.so"
        let made = try await Program.run(
            ["-shared", "-fPIC", "-o", library, source],
            environment: ["PATH": "/usr/bin:/bin"],
            executable: try #require(compiler)
        )
        try #require(made.status == 0, "\(made.diagnostics)")
        return library
    }
}

import Foundation
import Glibc
package import Spawning

/// A private cluster of PostgreSQL, reached by a socket in a directory of its own. It is made here, and ends with the process,
/// however that ends.
package final class PostgresServer: Sendable {
    /// Where Debian's `postgresql` has its programs; nil where it isn't installed.
    package static let binaries: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap { Int($0) }.filter { $0 >= 13 }.max()
        return newest.map { "/usr/lib/postgresql/\($0)/bin" }
    }()

    /// What kept it from starting, or its client from an answer.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// What the server is started with.
    package struct Configuration: Sendable {
        package var connections: Int
        package var sharedMegabytes: Int
        package var logMegabytes: Int
        /// Whether what it commits is on the disk.
        package var syncs: Bool

        package init(connections: Int, sharedMegabytes: Int, logMegabytes: Int, syncs: Bool) {
            self.connections = connections
            self.sharedMegabytes = sharedMegabytes
            self.logMegabytes = logMegabytes
            self.syncs = syncs
        }

        fileprivate var arguments: [String] {
            let settings = [
                "listen_addresses=", "max_connections=\(connections)", "shared_buffers=\(sharedMegabytes)MB",
                "max_wal_size=\(logMegabytes)MB",
            ]
            return (settings + (syncs ? [] : ["fsync=off", "full_page_writes=off"])).flatMap { ["-c", $0] }
        }
    }

    /// Makes a cluster, runs it until its standard input ends, and takes everything away. A line like `INT 2` ends the server by
    /// that signal, and starts it again after so many seconds.
    private static let script = """
        set -e
        dir=$1 bin=$2
        shift 2
        "$bin/initdb" -D "$dir/data" -U signalbox --auth=trust --encoding=UTF8 --locale=C --no-sync >>"$dir/log" 2>&1
        start() {
            "$bin/postgres" -D "$dir/data" -k "$dir" "$@" >>"$dir/log" 2>&1 </dev/null &
            pid=$!
        }
        start "$@"
        while read -r signal seconds; do
            kill -$signal $pid
            wait $pid || true
            sleep $seconds
            start "$@"
        done
        kill -QUIT $pid
        wait $pid || true
        rm -rf "$dir"
        """

    package let directory: String
    private let input: FileHandle
    private let process: SpawnedProgram

    /// Returns once it answers.
    package init(_ configuration: Configuration) throws {
        guard let binaries = Self.binaries else {
            throw Fault(description: "PostgreSQL is not installed; apt-get install postgresql.")
        }
        // Short, as the path of a socket is; the server wants it to itself.
        directory = "/tmp/signalbox-postgres-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16))"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        var command = ["/bin/sh", "-c", Self.script, "sh", directory, binaries] + configuration.arguments
        // The server refuses to run as root.
        if getuid() == 0 {
            let user = unsafe getpwnam("postgres") != nil ? "postgres" : "nobody"
            guard let entry = unsafe getpwnam(user) else {
                throw Fault(description: "There is no user for PostgreSQL.")
            }
            let (owner, group) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
            _ = unsafe chown(directory, owner, group)
            command = ["/usr/bin/setpriv", "--reuid=\(owner)", "--regid=\(group)", "--clear-groups"] + command
        }
        // Closed in children: another program that is started would keep the server alive.
        guard let ends = Self.pipe() else { throw Fault(description: "No pipe can be opened.") }
        defer { close(ends.reading) }
        input = FileHandle(fileDescriptor: ends.writing, closeOnDealloc: true)
        process = try SpawnedProgram(
            command[0],
            Array(command.dropFirst()),
            directory: "/tmp",
            input: .descriptor(ends.reading)
        )
        let end = ContinuousClock.now + .seconds(120)
        while (try? ask("postgres", "SELECT 1")) == nil {
            guard ContinuousClock.now < end, process.exitStatus == nil else {
                let log = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
                throw Fault(description: "PostgreSQL did not start: \(log.suffix(2000))")
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// That of which the server and its own processes are children.
    package var processIdentifier: Int { Int(process.processID) }

    /// Where it listens.
    package var socket: String { directory + "/.s.PGSQL.5432" }

    /// An empty database, as a store is named.
    package func makeDatabase(_ name: String, from template: String = "template1") throws -> String {
        try ask("postgres", "CREATE DATABASE \(name) TEMPLATE \(template)")
        return "postgres:///\(name)?host=\(directory)&user=signalbox"
    }

    /// Runs SQL by PostgreSQL's own client; what it prints.
    @discardableResult
    package func ask(_ database: String, _ sql: String) throws -> String {
        let name = "/tmp/signalbox-psql-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
        defer { _ = unsafe unlink(name) }
        guard try client(database, ["-c", sql], output: name).wait().status == 0 else {
            throw Fault(description: "psql refused: \(sql)")
        }
        return try String(contentsOfFile: name, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// PostgreSQL's own client, begun; `output` is a file.
    package func client(_ database: String, _ arguments: [String], output: String) throws -> SpawnedProgram {
        try SpawnedProgram(
            (Self.binaries ?? "") + "/psql",
            ["-h", directory, "-U", "signalbox", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1"] + arguments,
            output: output
        )
    }

    /// The two ends of a pipe that no child has; nil where no more files can be opened.
    private static func pipe() -> (reading: CInt, writing: CInt)? {
        var ends: [CInt] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// How PostgreSQL is told to stop.
    package enum Stop: String, Sendable, CaseIterable {
        /// It ends what is under way.
        case fast = "INT"
        /// As a crash: it reads its log when it starts.
        case immediate = "QUIT"
    }

    /// Stops the server, and starts it after so many seconds; returns before it does either.
    package func restart(_ stop: Stop, afterSeconds seconds: Int) throws {
        try input.write(contentsOf: Data("\(stop.rawValue) \(seconds)\n".utf8))
    }

    /// Ends it, and takes away what it kept.
    package func stop() {
        try? input.close()
        process.wait()
    }
}

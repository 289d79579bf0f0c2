import Foundation
import Glibc
import Synchronization
import TestSupport

/// A private cluster of PostgreSQL for the tests of this process, reached by a socket in a directory of its own. It is made
/// when the first test needs it, and ends with the process, however that ends.
package final class PostgresCluster: Sendable {
    private static let binaries: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap { Int($0) }.filter { $0 >= 13 }.max()
        return newest.map { "/usr/lib/postgresql/\($0)/bin" }
    }()

    /// Whether tests run on PostgreSQL: where Debian's `postgresql` is installed, unless they are to run on SQLite alone.
    package static var isUsed: Bool { TestStore.wanted != .sqlite && binaries != nil }
    /// What a test says that is skipped for the lack of it.
    package static let missing = "postgresql is not installed, or SIGNALBOX_TEST_STORE is sqlite"

    /// Whether what takes its time on PostgreSQL runs as well: where that is asked for.
    package static var isWanted: Bool { TestStore.wanted == .postgres && binaries != nil }
    package static let unwanted = "SIGNALBOX_TEST_STORE is not postgres, or postgresql is not installed"

    private static let running = Mutex<PostgresCluster?>(nil)

    /// That of this process.
    package static func shared() throws -> PostgresCluster {
        try running.withLock { running in
            if let running { return running }
            let cluster = try PostgresCluster()
            running = cluster
            return cluster
        }
    }

    /// One that a test has for itself, to restart it.
    package static func separate() throws -> PostgresCluster { try PostgresCluster() }

    /// Makes a cluster, runs it until its standard input ends, and takes everything away. A line like `INT 2` ends the server by
    /// that signal, and starts it again after so many seconds.
    private static let script = """
        set -e
        dir=$1 bin=$2
        "$bin/initdb" -D "$dir/data" -U signalbox --auth=trust --encoding=UTF8 --locale=C --no-sync >>"$dir/log" 2>&1
        start() {
            "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c full_page_writes=off \
                -c max_connections=2000 -c shared_buffers=128MB -c max_wal_size=2GB >>"$dir/log" 2>&1 </dev/null &
            pid=$!
        }
        start
        while read -r signal seconds; do
            kill -$signal $pid
            wait $pid || true
            sleep $seconds
            start
        done
        kill -QUIT $pid
        wait $pid || true
        rm -rf "$dir"
        """

    private let directory: String
    private let input: Pipe
    private let process: Process
    private let next = Atomic(0)

    private init() throws {
        guard let binaries = Self.binaries else { throw TimedOut(description: Self.missing) }
        // Short, as the path of a socket is; the server wants it to itself.
        directory = "/tmp/signalbox-postgres-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16))"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        let process = Process()
        let command = ["/bin/sh", "-c", Self.script, "sh", directory, binaries]
        // The server refuses to run as root.
        if getuid() == 0 {
            let user = unsafe getpwnam("postgres") != nil ? "postgres" : "nobody"
            guard let entry = unsafe getpwnam(user) else { throw TimedOut(description: "no user for PostgreSQL") }
            _ = unsafe chown(directory, entry.pointee.pw_uid, entry.pointee.pw_gid)
            process.executableURL = URL(filePath: "/usr/bin/setpriv")
            process.arguments =
                ["--reuid=\(unsafe entry.pointee.pw_uid)", "--regid=\(unsafe entry.pointee.pw_gid)", "--clear-groups"]
                + command
        } else {
            process.executableURL = URL(filePath: command[0])
            process.arguments = Array(command.dropFirst())
        }
        process.currentDirectoryURL = URL(filePath: "/tmp")
        input = Pipe()
        process.standardInput = input
        self.process = process
        try process.run()
        guard threadWaits(within: 120, until: { (try? ask("postgres", "SELECT 1")) != nil }) else {
            let log = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
            throw TimedOut(description: "PostgreSQL did not start: \(log.suffix(2000))")
        }
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
        try input.fileHandleForWriting.write(contentsOf: Data("\(stop.rawValue) \(seconds)\n".utf8))
    }

    /// Where it listens.
    package var socket: String { directory + "/.s.PGSQL.5432" }

    /// An empty database, as a store is named.
    package func makeDatabase() throws -> String {
        let name = "test_\(next.add(1, ordering: .relaxed).newValue)"
        try ask("postgres", "CREATE DATABASE \(name)")
        return url(name)
    }

    /// A copy of a store's database as it is now.
    package func copyDatabase(of store: String) throws -> String {
        let name = "test_\(next.add(1, ordering: .relaxed).newValue)"
        let source = Self.database(store)
        try ask("postgres", "ALTER DATABASE \(source) ALLOW_CONNECTIONS false")
        defer { _ = try? ask("postgres", "ALTER DATABASE \(source) ALLOW_CONNECTIONS true") }
        try ask("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(source)'")
        try ask("postgres", "CREATE DATABASE \(name) TEMPLATE \(source)")
        return url(name)
    }

    package static func database(_ store: String) -> String {
        String(store.dropFirst("postgres:///".count).prefix { $0 != "?" })
    }

    private func url(_ database: String) -> String { "postgres:///\(database)?host=\(directory)&user=signalbox" }

    /// Runs SQL by PostgreSQL's own client in the database of a store; what it prints.
    @discardableResult
    package func ask(store: String, _ sql: String) throws -> String {
        try ask(Self.database(store), sql)
    }

    @discardableResult
    private func ask(_ database: String, _ sql: String) throws -> String {
        let client = Process()
        client.executableURL = URL(filePath: (Self.binaries ?? "") + "/psql")
        client.arguments = [
            "-h", directory, "-U", "signalbox", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql,
        ]
        let output = Pipe()
        client.standardInput = FileHandle.nullDevice
        client.standardOutput = output
        client.standardError = FileHandle.nullDevice
        try client.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        client.waitUntilExit()
        guard client.terminationStatus == 0 else { throw TimedOut(description: "psql refused: \(sql)") }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}

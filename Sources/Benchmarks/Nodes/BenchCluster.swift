import Domain
import Foundation
import Glibc

/// A cluster of PostgreSQL for one run, reached by a socket in a directory of its own; it syncs what it commits, and ends with
/// this process, however that ends.
final class BenchCluster: Sendable {
    private static let binaries: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap { Int($0) }.filter { $0 >= 13 }.max()
        return newest.map { "/usr/lib/postgresql/\($0)/bin" }
    }()

    /// Runs until its standard input ends.
    private static let script = """
        set -e
        dir=$1 bin=$2
        "$bin/initdb" -D "$dir/data" -U signalbox --auth=trust --encoding=UTF8 --locale=C >>"$dir/log" 2>&1
        "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c max_connections=200 -c shared_buffers=512MB \
            -c max_wal_size=4GB >>"$dir/log" 2>&1 </dev/null &
        pid=$!
        read -r line || true
        kill -INT $pid
        wait $pid || true
        rm -rf "$dir"
        """

    let directory: String
    private let input = Pipe()
    private let process = Process()

    init() throws {
        guard let binaries = Self.binaries else {
            throw BenchFault("PostgreSQL is not installed; apt-get install postgresql, or leave this part out.")
        }
        // Short, as the path of a socket is.
        directory = "/tmp/signalbox-bench-pg-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        var command = ["/bin/sh", "-c", Self.script, "sh", directory, binaries]
        // The server refuses to run as root.
        if getuid() == 0 {
            let user = unsafe getpwnam("postgres") != nil ? "postgres" : "nobody"
            guard let entry = unsafe getpwnam(user) else { throw BenchFault("no user for PostgreSQL") }
            let number = unsafe entry.pointee.pw_uid
            _ = unsafe chown(directory, number, entry.pointee.pw_gid)
            command =
                [
                    "/usr/bin/setpriv", "--reuid=\(number)", "--regid=\(unsafe entry.pointee.pw_gid)", "--clear-groups",
                ] + command
        }
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(filePath: "/tmp")
        process.standardInput = input
        try process.run()
        let end = ContinuousClock.now + .seconds(120)
        while (try? ask("postgres", "SELECT 1")) == nil {
            guard ContinuousClock.now < end, process.isRunning else {
                let log = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
                throw BenchFault("PostgreSQL did not start: \(log.suffix(1000))")
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// An empty database, as a store is named.
    func makeDatabase(_ name: String) throws -> String {
        try ask("postgres", "CREATE DATABASE \(name)")
        return "postgres:///\(name)?host=\(directory)&user=signalbox"
    }

    /// Milliseconds of the processor that all its processes used so far.
    var processorMilliseconds: Double { Measured.processorMilliseconds(ofTree: Int(process.processIdentifier)) }

    /// Runs SQL by PostgreSQL's own client; what it prints.
    @discardableResult
    func ask(_ database: String, _ sql: String) throws -> String {
        let output = Pipe()
        let client = try client(database, ["-c", sql], output)
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        client.waitUntilExit()
        guard client.terminationStatus == 0 else { throw BenchFault("psql refused: \(sql)") }
        return String(decoding: text, as: UTF8.self).trimmed
    }

    private func client(_ database: String, _ arguments: [String], _ output: Pipe) throws -> Process {
        let client = Process()
        client.executableURL = URL(filePath: (Self.binaries ?? "") + "/psql")
        client.arguments =
            ["-h", directory, "-U", "signalbox", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1"] + arguments
        client.standardInput = FileHandle.nullDevice
        client.standardOutput = output
        client.standardError = FileHandle.nullDevice
        try client.run()
        return client
    }

    /// What the nodes' writers waited for while `body` ran, as shares of the samples; ten a second.
    func waits<Value>(_ database: String, _ body: () async throws -> Value) async throws -> (Value, [String: Double]) {
        let sampler = """
            CREATE TEMP TABLE sample (wait text);
            CREATE PROCEDURE pg_temp.sample() LANGUAGE plpgsql AS $$ BEGIN LOOP
                INSERT INTO sample SELECT coalesce(wait_event_type || ' ' || wait_event, 'at work') FROM pg_stat_activity
                WHERE application_name = 'signalbox writer' AND datname = current_database();
                COMMIT; PERFORM pg_stat_clear_snapshot(), pg_sleep(0.1);
                EXIT WHEN EXISTS (SELECT FROM pg_class WHERE relname = 'sampled'); END LOOP; END $$;
            CALL pg_temp.sample();
            SELECT wait || '=' || count(*) FROM sample GROUP BY wait;
            """
        try ask(database, "DROP TABLE IF EXISTS sampled")
        let output = Pipe()
        let client = try client(database, sampler.split(separator: ";\n").flatMap { ["-c", String($0)] }, output)
        let value: Value
        do { value = try await body() } catch {
            client.terminate()
            throw error
        }
        try ask(database, "CREATE TABLE sampled ()")
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        client.waitUntilExit()
        var counts: [String: Double] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=")
            guard parts.count == 2, let count = Double(parts[1]) else { continue }
            counts[String(parts[0])] = count
        }
        let all = max(1, counts.values.reduce(0, +))
        return (value, counts.mapValues { $0 / all })
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

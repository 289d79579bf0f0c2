import Foundation
import PostgresServer
import Spawning

/// What a run measures of its cluster.
extension PostgresServer {
    /// One that syncs what it commits, as in production.
    static func ofRun() throws -> PostgresServer {
        let configuration = Configuration(connections: 200, sharedMegabytes: 512, logMegabytes: 4096, syncs: true)
        return try PostgresServer(configuration)
    }

    /// Milliseconds of the processor that all its processes used so far.
    var processorMilliseconds: Double { Measured.processorMilliseconds(ofTree: processIdentifier) }

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
        let output = NSTemporaryDirectory() + "signalbox-waits-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let commands = sampler.split(separator: ";\n").flatMap { ["-c", String($0)] }
        let client = try client(database, commands, output: output)
        let value: Value
        do { value = try await body() } catch {
            client.stop()
            throw error
        }
        try ask(database, "CREATE TABLE sampled ()")
        client.wait()
        var counts: [String: Double] = [:]
        for line in try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: "=")
            guard parts.count == 2, let count = Double(parts[1]) else { continue }
            counts[String(parts[0])] = count
        }
        let all = max(1, counts.values.reduce(0, +))
        return (value, counts.mapValues { $0 / all })
    }
}

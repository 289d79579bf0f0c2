import Domain
import EngineAPI
import FoundationEssentials
import Primitives

/// When the last dashboard left, and what came since: kept in a small file of the data directory, by node.
struct Absence: Sendable {
    private static let fileName = "absence.json"
    /// Nodes of which it is known; the oldest give way.
    private static let longest = 100
    /// Milliseconds that are not worth a word.
    private static let shortest: Int64 = 60_000

    private let path: String
    private let node: String
    /// When the last one left; nil where that is not known.
    let since: Timestamp?
    /// Those that are open: while there are others, somebody looks.
    private let open: OpenDashboards?

    /// `node`: the address that `--attach` names; nil for that of the data directory.
    init(dataDirectory: String, node: String?, open: OpenDashboards? = nil) {
        self.open = open
        path = dataDirectory + "/" + Self.fileName
        self.node = node ?? ""
        since = Self.read(path).last { $0.name == node ?? "" }?.value.integer.flatMap {
            Timestamp(epochMilliseconds: $0)
        }
    }

    /// That of a dashboard that is being opened, which counts as open for as long as this is kept.
    static func ended(dataDirectory: String, node: String?) -> Absence {
        let open = OpenDashboards(dataDirectory: dataDirectory, node: node)
        return Absence(dataDirectory: dataDirectory, node: node, open: open)
    }

    /// `While you were away (14 h): 1 204 events, 3 failed.` Nil where there is nothing to tell, or another dashboard was open.
    func words(_ engine: any EngineClient, now: Timestamp = .now()) async throws -> String? {
        try await words(now: now) { try await engine.counts($0) }
    }

    func words(now: Timestamp, _ counts: (EventFilter) async throws -> EventCounts) async throws -> String? {
        guard let since, open?.hasOthers != true, now.since(since) >= Self.shortest else { return nil }
        var filter = EventFilter()
        filter.from = since
        let counts = try await counts(filter)
        return Self.sentence(away: now.since(since), events: counts.total, failed: counts.dead)
    }

    static func sentence(away milliseconds: Int64, events: Int64, failed: Int64) -> String? {
        guard events > 0 else { return nil }
        let what = "\(events.grouped) \(events == 1 ? "event" : "events")"
        let failures = failed > 0 ? ", \(failed.grouped) failed" : ""
        return "While you were away (\(span(milliseconds))): \(what)\(failures)."
    }

    /// In the largest unit that is whole: `14 h`, `3 d`.
    private static func span(_ milliseconds: Int64) -> String {
        let minutes = milliseconds / 60_000
        switch minutes {
        case ..<60: return "\(minutes) min"
        case ..<(48 * 60): return "\(minutes / 60) h"
        default: return "\((minutes / (24 * 60)).grouped) d"
        }
    }

    /// From now on nobody looks. Where it can't be written, the next dashboard says nothing of it.
    func begin(at now: Timestamp = .now()) {
        var known = Self.read(path).filter { $0.name != node }
        known.append(JSON.Member(node, .integer(now.milliseconds)))
        _ = OwnedFile.replace(path, with: JSON.object(known.suffix(Self.longest)).bytes)
    }

    private static func read(_ path: String) -> [JSON.Member] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 65_536 else { return [] }
        return (try? JSON(parsing: data))?.members ?? []
    }

    /// The data directory, made where a dashboard on a node elsewhere is the first to need it.
    static func folder(_ settings: Settings) throws(CommandFailure) -> String {
        do {
            try FileManager.default.createDirectory(
                atPath: settings.dataDirectory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                "The data directory \(settings.dataDirectory) can't be made; choose another with --data-dir."
            )
        }
        return settings.dataDirectory
    }
}

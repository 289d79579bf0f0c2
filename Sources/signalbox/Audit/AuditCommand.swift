import ArgumentParser
import Domain
import EngineAPI
import FoundationEssentials
import Logging
import Primitives

/// `signalbox audit`.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who applied, replayed, held, rotated or deleted what: JSON lines, newest first.",
        discussion: """
            It holds what was asked for through the dashboard, the commands and the management API, done or refused, and what \
            retention removed, once an hour; entries are never changed or removed. An actor is the token that was shown, and \
            who sat at the terminal.
            """
    )

    @Option(parsing: .unconditional, help: "Entries at most, the newest; without it all.") var limit: Int?
    @OptionGroup var common: CommonArguments

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is a number above 0.") }
    }

    func run() throws {
        let settings = try common.settings()
        if settings.attach == nil { try settings.requireStore() }
        let environment = ProcessInfo.processInfo.environment
        let limit = limit ?? .max
        try waiting {
            switch try DashboardProgram.engine(
                settings,
                environment: environment,
                mayAttach: true,
                logger: .diagnostics(.error)
            ) {
            case .own(let node):
                let result = await Self.result { try await Self.print(node.engine, limit) }
                await node.close()
                try result.get()
            case .elsewhere(let attachment):
                let result = await Self.result {
                    try await attachment.check()
                    try await Self.print(attachment.engine, limit)
                }
                await attachment.close()
                try result.get()
            }
        }
    }

    private static func result(_ work: () async throws -> Void) async -> Result<Void, any Error> {
        do { return .success(try await work()) } catch { return .failure(error) }
    }

    private static func print(_ engine: any EngineClient, _ limit: Int) async throws {
        var last: Int64?
        var left = limit
        while left > 0 {
            let page = try await engine.auditEntries(before: last, limit: min(left, AuditEntry.mostOfPage))
            for entry in page { try StandardStreams.printLine(entry.line.line) }
            guard let oldest = page.last, page.count == min(left, AuditEntry.mostOfPage) else { return }
            last = oldest.id
            left -= page.count
        }
    }
}

extension AuditEntry {
    /// As one line shows it.
    var line: JSON {
        var members: [JSON.Member] = [
            .init("id", .integer(id)), .init("at", .string(at.isoMilliseconds)), .init("actor", .string(actor)),
            .init("action", .string(action.rawValue)),
        ]
        if let instance { members.append(.init("instanceId", .integer(instance))) }
        if !subject.isEmpty { members.append(.init("subject", .string(subject))) }
        if let failure { members.append(.init("failure", .string(failure))) }
        return .object(members)
    }
}

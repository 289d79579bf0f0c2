import Domain
import EngineAPI
import FoundationEssentials
import Interface

extension CommandRunner {
    /// Deploys or removes, and brings what the org said where it refused.
    func runApex(_ id: InstanceID, _ work: ApexWork, allowProduction: Bool) async -> ApexEnding {
        do {
            let status =
                switch work {
                case .deploying: try await client.deployApex(id, allowProduction: allowProduction, progress: { _ in })
                case .removing: try await client.removeApex(id, allowProduction: allowProduction, progress: { _ in })
                }
            return .done(status)
        } catch let error as ClientError where error.kind == .forbidden && !allowProduction {
            return .needsConsent
        } catch {
            let said = try? await client.apexStatus(id).last
            let sentence = (error as? ClientError).flatMap { said == nil ? nil : $0.message } ?? Failure(error).sentence
            return .failed(sentence, said)
        }
    }

    /// Writes the project as `signalbox apex export` does.
    func exportApex(_ id: InstanceID, to given: String) async throws -> ExportedProject {
        let folder = ProjectFolder(path: Self.expanded(given))
        try folder.check(force: false)
        let files = try folder.write(try await client.apexProject(id))
        let url = try await client.apexStatus(id).receiverURL
        return ExportedProject(
            folder: folder.path,
            files: files.count,
            warning: ProjectFolder.warning(receiverURL: url)
        )
    }

    /// No shell stands between the person and this, so `~` has to be understood here.
    static func absolute(_ path: String) -> String {
        let path = expanded(path)
        return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return (ProcessInfo.processInfo.environment["HOME"] ?? "~") + path.dropFirst()
    }
}

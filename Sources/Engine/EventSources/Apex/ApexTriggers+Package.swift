import Crypto
import Domain
import EngineAPI
import Primitives
import Salesforce

/// What of the Apex is there, and what would be deployed.
extension ApexTriggers {
    /// The Apex as a Salesforce DX project. Its classes hold the receiver's secret.
    func project() async throws -> [ApexFile] {
        let objects = await triggerable().with
        guard !objects.isEmpty else { throw Self.noTriggers }
        let package = try package(watched.instance, objects: objects)
        return package.project.map { file in
            ApexFile(file.path, file.content, holdsSecret: file.content.contains(package.secret.exposed))
        }
    }

    var status: ApexStatus {
        let instance = watched.instance
        var status = ApexStatus(deployed: instance.apex, receiverURL: context.options.receiverURL(instance))
        let running = progress.running
        status.running = running?.work
        status.progress = running?.progress
        status.last = progress.last
        if running == nil { status.trouble = trouble?.reason }
        if let expires = instance.formerReceiverSecrets.last?.expires, expires > context.clock.due {
            status.previousSecretExpires = context.clock.shown(expires)
        }
        return status
    }

    /// Names carry the first digits of a hash of the receiver token: they stay the same as long as the address does.
    static func suffix(_ instance: Instance) -> String { String(digest(instance.receiverToken.exposed).prefix(8)) }

    func package(_ instance: Instance, objects: [String]) throws -> ApexPackage {
        let package = ApexPackage(
            instanceName: instance.name,
            receiverURL: context.options.receiverURL(instance),
            receiverSecret: instance.receiverSecret,
            suffix: Self.suffix(instance),
            objects: objects
        )
        guard let package else {
            throw ClientError(.invalid, "The receiver secret is not a whsec_ secret; rotate it and try again.")
        }
        return package
    }

    /// The watched objects, by whether the org lets them have triggers; where it can't be asked, all of them may.
    func triggerable() async -> (with: [String], without: [String]) {
        let names = watched.instance.configuration.watchedObjects
        let described = try? await watched.describeObjects(context.watchdog) { list in
            ObjectNames.isComplete(list, for: names, fit: { $0.isTriggerable })
        }
        guard let described else { return (names, []) }
        let known = ObjectNames.byName(described)
        var (with, without): ([String], [String]) = ([], [])
        for object in names {
            guard let description = known[object.lowercased()] else {
                without.append(object)
                continue
            }
            if description.isTriggerable { with.append(description.name) } else { without.append(description.name) }
        }
        return (with, without)
    }

    static var noTriggers: ClientError {
        ClientError(
            .conflict,
            "None of the watched objects can have triggers in this org; watch others, or switch the event type to polling."
        )
    }

    /// 64 hexadecimal digits.
    static func digest(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

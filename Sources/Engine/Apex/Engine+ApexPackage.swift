import Crypto
package import Domain
package import EngineAPI
import Primitives
import Salesforce

extension Engine {
    /// The Apex of an instance as a Salesforce DX project. Its classes hold the receiver's secret.
    package func apexProject(_ id: InstanceID) async throws -> [ApexFile] {
        let entry = try await entry(id)
        let objects = await triggerable(entry).with
        guard !objects.isEmpty else { throw Self.noTriggers }
        let package = try apexPackage(entry.instance, objects: objects)
        return package.project.map { file in
            ApexFile(file.path, file.content, holdsSecret: file.content.contains(package.secret))
        }
    }

    package func apexStatus(_ id: InstanceID) async throws -> ApexStatus {
        let entry = try await entry(id)
        let instance = entry.instance
        var status = ApexStatus(deployed: instance.apex, receiverURL: receiverURL(instance))
        let running = apexDeployments.running(id)
        status.running = running?.work
        status.progress = running?.progress
        status.last = apexDeployments.last(id)
        if running == nil { status.trouble = apexTrouble(instance, heard: entry.poller.lastHeard)?.reason }
        if let expires = instance.formerReceiverSecrets.last?.expires, expires > clock.due {
            status.previousSecretExpires = clock.shown(expires)
        }
        return status
    }

    /// Names carry the first digits of a hash of the receiver token: they stay the same as long as the address does.
    static func apexSuffix(_ instance: Instance) -> String { String(digest(instance.receiverToken).prefix(8)) }

    func apexPackage(_ instance: Instance, objects: [String]) throws -> ApexPackage {
        let package = ApexPackage(
            instanceName: instance.name,
            receiverURL: receiverURL(instance),
            receiverSecret: instance.receiverSecret,
            suffix: Self.apexSuffix(instance),
            objects: objects
        )
        guard let package else {
            throw ClientError(.invalid, "The receiver secret is not a whsec_ secret; rotate it and try again.")
        }
        return package
    }

    /// The watched objects, by whether the org lets them have triggers; where it can't be asked, all of them may.
    func triggerable(_ entry: InstanceRegistry.Entry) async -> (with: [String], without: [String]) {
        let watched = entry.instance.configuration.watchedObjects
        guard let described = try? await entry.poller.describeObjects() else { return (watched, []) }
        let known = Dictionary(described.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        var (with, without): ([String], [String]) = ([], [])
        for object in watched {
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

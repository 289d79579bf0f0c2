package import Domain
package import Foundation
import Primitives

/// An instance as a row: plain columns, and one sealed text beside them with everything that is secret, so that a new kind of
/// secret needs no new column.
package struct InstanceRecord: Sendable {
    package let id: InstanceID
    package let name: String
    /// `StringList`.
    package let tags: String
    /// A JSON object of the settings that are no secrets.
    package let settings: String
    package let isDisabled: Bool
    /// Sealed by a `SecretBox` for `secretContext`.
    package let secrets: Data
    package let created: Int64
    package let updated: Int64

    package init(
        id: InstanceID,
        name: String,
        tags: String,
        settings: String,
        isDisabled: Bool,
        secrets: Data,
        created: Int64,
        updated: Int64
    ) {
        self.id = id
        self.name = name
        self.tags = tags
        self.settings = settings
        self.isDisabled = isDisabled
        self.secrets = secrets
        self.created = created
        self.updated = updated
    }

    /// What the secrets of an instance are bound to, so that they open nowhere else.
    package static func secretContext(_ id: InstanceID) -> String { "instance \(id)" }
}

extension InstanceRecord {
    package init(_ instance: Instance, _ box: SecretBox) throws {
        var plain: [JSON.Member] = []
        var hidden: [JSON.Member] = []
        for (key, value) in instance.configuration.settings {
            let member = JSON.Member(key, .string(value))
            if InstanceConfiguration.isSecret(key) { hidden.append(member) } else { plain.append(member) }
        }
        var sealed: [JSON.Member] = [
            .init("token", .string(instance.token.exposed)),
            .init("receiverToken", .string(instance.receiverToken.exposed)),
            .init("receiverSecret", .string(instance.receiverSecret.exposed)), .init("settings", .object(hidden)),
        ]
        if !instance.formerReceiverSecrets.isEmpty {
            sealed.append(
                .init("formerReceiverSecrets", .array(instance.formerReceiverSecrets.map(\.sealedJSON)))
            )
        }
        if let former = instance.formerSignatureKey {
            sealed.append(.init("formerSignatureKey", former.sealedJSON))
        }
        if let apex = instance.apex { sealed.append(.init("apex", apex.sealedJSON)) }
        if let connection = instance.connection { sealed.append(.init("connection", connection.sealedJSON)) }
        self.init(
            id: instance.id,
            name: instance.name,
            tags: StringList.text(instance.tags),
            settings: JSON.object(plain).text,
            isDisabled: instance.isDisabled,
            secrets: try box.seal(JSON.object(sealed).text, context: Self.secretContext(instance.id)),
            created: instance.createdDate.milliseconds,
            updated: instance.updatedDate.milliseconds
        )
    }

    /// - Throws: `StoreError` where the key does not open its secrets.
    package func instance(_ box: SecretBox) throws -> Instance {
        let sealed = try JSON(parsing: try box.open(secrets, context: Self.secretContext(id)))
        func secret(_ name: String) -> Secret { Secret(sealed[name]?.string ?? "") }
        var configuration = InstanceConfiguration()
        let members = (try JSON(parsing: settings)).members ?? []
        for member in members + (sealed["settings"]?.members ?? []) {
            if let key = ConfigurationKey(rawValue: member.name) {
                // What was valid when it was stored is taken; what a later version refuses falls back to its default.
                let isRefused = configuration.set(key, to: member.value) != nil
                // Not the credentials of a callback: none would go out in their place, and nobody would know.
                if isRefused, key == .callbackHeaders {
                    configuration.callbackHeaders = Secret(member.value.string ?? member.value.text)
                }
            } else {
                configuration.others[member.name] = member.value.string ?? ""
            }
        }
        var instance = Instance(
            id: id,
            name: name,
            tags: StringList.parse(tags),
            token: secret("token"),
            configuration: configuration,
            isDisabled: isDisabled,
            receiverToken: secret("receiverToken"),
            receiverSecret: secret("receiverSecret"),
            formerReceiverSecrets: (sealed["formerReceiverSecrets"]?.array ?? []).compactMap {
                FormerSecret(sealed: $0)
            },
            connection: sealed["connection"].flatMap { OrgConnection(sealed: $0) },
            createdDate: Timestamp(milliseconds: created),
            updatedDate: Timestamp(milliseconds: updated)
        )
        instance.formerSignatureKey = sealed["formerSignatureKey"].flatMap { FormerSecret(sealed: $0) }
        instance.apex = sealed["apex"].map { DeployedApex(sealed: $0) }
        return instance
    }
}

extension FormerSecret {
    fileprivate init?(sealed json: JSON) {
        guard let secret = json["secret"]?.string, let expires = json["expires"]?.integer else { return nil }
        self.init(secret: Secret(secret), expires: Timestamp(milliseconds: expires))
    }

    fileprivate var sealedJSON: JSON { ["secret": .string(secret.exposed), "expires": .integer(expires.milliseconds)] }
}

extension OrgConnection {
    fileprivate init?(sealed json: JSON) {
        guard let accessToken = json["accessToken"]?.string, let instanceURL = json["instanceURL"]?.string else {
            return nil
        }
        self.init(
            accessToken: accessToken,
            refreshToken: json["refreshToken"]?.string,
            instanceURL: instanceURL,
            organizationID: json["organizationID"]?.string,
            userID: json["userID"]?.string,
            issuedAt: Timestamp(milliseconds: json["issuedAt"]?.integer ?? 0),
            isSandbox: json["isSandbox"]?.bool,
            organizationName: json["organizationName"]?.string
        )
    }

    fileprivate var sealedJSON: JSON {
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        return [
            "accessToken": .string(accessToken.exposed), "refreshToken": text(refreshToken?.exposed),
            "instanceURL": .string(instanceURL), "organizationID": text(organizationID), "userID": text(userID),
            "issuedAt": .integer(issuedAt.milliseconds), "isSandbox": isSandbox.map { .bool($0) } ?? .null,
            "organizationName": text(organizationName),
        ]
    }
}

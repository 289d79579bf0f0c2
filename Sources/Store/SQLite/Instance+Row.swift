import Domain
import Foundation
import GRDB
import Primitives

// Secrets stand in one sealed text beside the plain columns, so that a new kind of secret needs no new column.

extension Instance {
    init(_ row: Row, secrets: SecretBox) throws {
        let id: InstanceID = row["id"]
        let sealed = try JSON(parsing: try secrets.open(row["secrets"], place: "instance \(id)"))
        func text(_ name: String) -> String { sealed[name]?.string ?? "" }
        var configuration = InstanceConfiguration()
        let settings = try JSON(parsing: row["settings"] as String)
        for member in (settings.members ?? []) + (sealed["settings"]?.members ?? []) {
            if let key = ConfigurationKey(rawValue: member.name) {
                // What was valid when it was stored is taken; what a later version refuses falls back to its default.
                _ = configuration.set(key, to: member.value)
            } else {
                configuration.others[member.name] = member.value.string ?? ""
            }
        }
        self.init(
            id: id,
            name: row["name"],
            tags: StringList.parse(row["tags"]),
            token: text("token"),
            configuration: configuration,
            isDisabled: row["disabled"],
            receiverToken: text("receiverToken"),
            receiverSecret: text("receiverSecret"),
            formerReceiverSecrets: (sealed["formerReceiverSecrets"]?.array ?? []).compactMap {
                FormerSecret(sealed: $0)
            },
            connection: sealed["connection"].flatMap { OrgConnection(sealed: $0) },
            createdDate: Timestamp(milliseconds: row["created"]),
            updatedDate: Timestamp(milliseconds: row["updated"])
        )
        apex = sealed["apex"].map { DeployedApex(sealed: $0) }
    }

    /// The columns in the table's order.
    func columns(_ secrets: SecretBox) throws -> [(any DatabaseValueConvertible)?] {
        var plain: [JSON.Member] = []
        var hidden: [JSON.Member] = []
        for (key, value) in configuration.settings {
            let member = JSON.Member(key, .string(value))
            if InstanceConfiguration.isSecret(key) { hidden.append(member) } else { plain.append(member) }
        }
        var sealed: [JSON.Member] = [
            .init("token", .string(token)), .init("receiverToken", .string(receiverToken)),
            .init("receiverSecret", .string(receiverSecret)), .init("settings", .object(hidden)),
        ]
        if !formerReceiverSecrets.isEmpty {
            sealed.append(.init("formerReceiverSecrets", .array(formerReceiverSecrets.map(\.sealedJSON))))
        }
        if let apex { sealed.append(.init("apex", apex.sealedJSON)) }
        if let connection { sealed.append(.init("connection", connection.sealedJSON)) }
        return [
            id, name, StringList.text(tags), JSON.object(plain).text, isDisabled,
            try secrets.seal(JSON.object(sealed).text, place: "instance \(id)"), createdDate.milliseconds,
            updatedDate.milliseconds,
        ]
    }
}

extension FormerSecret {
    fileprivate init?(sealed json: JSON) {
        guard let secret = json["secret"]?.string, let expires = json["expires"]?.integer else { return nil }
        self.init(secret: secret, expires: Timestamp(milliseconds: expires))
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

/// A list of texts as one column.
enum StringList {
    static func text(_ list: [String]) -> String { JSON.array(list.map { .string($0) }).text }

    static func parse(_ text: String) -> [String] {
        ((try? JSON(parsing: text))?.array ?? []).compactMap(\.string)
    }
}

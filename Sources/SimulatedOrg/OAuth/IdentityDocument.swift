import Primitives

/// What `/id/{org}/{user}` and `/services/oauth2/userinfo` say of a user.
struct IdentityDocument {
    let user: RecordRow
    let type: ObjectType
    let organizationID: String
    let instanceURL: String
    let now: Stamp

    var json: JSON {
        let base = "\(instanceURL)/services"
        let identity = JSON.string("\(instanceURL)/id/\(organizationID)/\(user.id)")
        return [
            "id": identity, "sub": identity, "asserted_user": true, "user_id": .string(user.id),
            "organization_id": .string(organizationID), "username": text("Username"),
            "preferred_username": text("Username"), "nick_name": text("FirstName"), "display_name": text("Name"),
            "name": text("Name"), "email": text("Email"), "email_verified": true,
            "first_name": text("FirstName"), "last_name": text("LastName"), "timezone": "Europe/Berlin",
            "photos": [
                "picture": .string("\(instanceURL)/profilephoto/005/F"),
                "thumbnail": .string("\(instanceURL)/profilephoto/005/T"),
            ],
            "urls": [
                "rest": .string("\(base)/data/v{version}/"),
                "sobjects": .string("\(base)/data/v{version}/sobjects/"),
                "query": .string("\(base)/data/v{version}/query/"),
                "metadata": .string("\(base)/Soap/m/{version}/\(organizationID.prefix(15))"),
                "enterprise": .string("\(base)/Soap/c/{version}/\(organizationID.prefix(15))"),
                "partner": .string("\(base)/Soap/u/{version}/\(organizationID.prefix(15))"),
            ],
            "active": true, "user_type": "STANDARD", "language": "en_US", "locale": "de_DE", "utcOffset": 3_600_000,
            "last_modified_date": .string(StampFormat.dateTime(user.modified)), "is_app_installed": true,
        ]
    }

    private func text(_ name: String) -> JSON {
        type.field(name).map { user.value(of: $0, now: now).json } ?? .null
    }
}

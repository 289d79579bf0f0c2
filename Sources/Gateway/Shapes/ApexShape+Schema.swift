import Domain

extension ApexShape {
    static let statusSchema = JSONSchema.object(
        [
            "deployed": .flag, "objects": .list(of: .text), "deployedDate": .moment.nullable, "receiverUrl": .address,
            "progress": .text.nullable.described("What runs now."), "problem": .text.nullable,
        ],
        optional: [
            "underWay": .list(of: .text).described(
                "Objects whose triggers may be in the org, too: nobody saw their deployment or removal end."
            ),
            "files": .list(
                of: .object(["path": .text, "content": .text, "holdsSecret": .flag]).named("ApexFile")
            ),
        ]
    ).named("Apex")

    static let deploymentSchema = JSONSchema.object([
        "id": .text, "status": .text.described("As Salesforce spells it."), "success": .flag,
        "components": .object(["deployed": .count, "total": .count]),
        "tests": .object(["completed": .count, "total": .count]),
        "coverage": .list(of: .object(["name": .text, "percent": .integer(0...100)])), "failures": .list(of: .text),
    ]).named("Deployment")

    static let permissionSchema = JSONSchema.object(
        [:],
        optional: ["production": JSONSchema.flag.nullable.described("Whether a production org may be changed.")],
        isClosed: true
    ).named("ApexPermission")
}

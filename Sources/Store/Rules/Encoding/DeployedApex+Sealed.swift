import Domain
import Primitives

extension DeployedApex {
    init(sealed json: JSON) {
        self.init()
        objects = json["objects"]?.array?.compactMap(\.string) ?? []
        underWay = json["underWay"]?.array?.compactMap(\.string) ?? []
        organizationID = json["organizationID"]?.string
        receiverURL = json["receiverURL"]?.string
        secretDigest = json["secretDigest"]?.string
        deployedAt = json["deployedAt"]?.integer.map { Timestamp(milliseconds: $0) }
        problem = json["problem"]?.string
        problemSince = json["problemSince"]?.integer.map { Timestamp(milliseconds: $0) }
    }

    var sealedJSON: JSON {
        func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
        func moment(_ value: Timestamp?) -> JSON { value.map { .integer($0.milliseconds) } ?? .null }
        return [
            "objects": .array(objects.map { .string($0) }), "underWay": .array(underWay.map { .string($0) }),
            "organizationID": text(organizationID), "receiverURL": text(receiverURL),
            "secretDigest": text(secretDigest), "deployedAt": moment(deployedAt),
            "problem": text(problem), "problemSince": moment(problemSince),
        ]
    }
}

import Domain
import EngineAPI
import Primitives

/// Deployments as the API shows them.
enum ApexShape {
    static func json(_ status: DeployStatus) -> JSON {
        [
            "id": .string(status.id), "status": .string(status.status), "success": .bool(status.isSuccess),
            "components": ["deployed": .integer(status.componentsDeployed), "total": .integer(status.componentsTotal)],
            "tests": ["completed": .integer(status.testsCompleted), "total": .integer(status.testsTotal)],
            "coverage": .array(
                status.coverage.map { ["name": .string($0.name), "percent": .integer($0.percent)] }
            ),
            "failures": .array(status.failures.map { .string($0) }),
        ]
    }

    static func json(_ status: ApexStatus, files: [ApexFile]?) -> JSON {
        let apex = status.deployed
        var members: [JSON.Member] = [
            .init("deployed", .bool(apex?.isDeployed ?? false)),
            .init("objects", .array((apex?.objects ?? []).map { .string($0) })),
            .init("deployedDate", InstanceShape.moment(apex?.deployedAt)),
            .init("receiverUrl", .string(status.receiverURL)),
            .init("progress", status.progress.map { .string($0) } ?? .null),
            .init("problem", apex?.problem.map { .string($0) } ?? .null),
        ]
        if let apex, !apex.underWay.isEmpty {
            members.append(.init("underWay", .array(apex.underWay.map { .string($0) })))
        }
        if let files {
            let list = files.map { file -> JSON in
                [
                    "path": .string(file.path), "content": .string(file.content),
                    "holdsSecret": .bool(file.holdsSecret),
                ]
            }
            members.append(.init("files", .array(list)))
        }
        return .object(members)
    }
}

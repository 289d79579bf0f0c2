import Domain
import Engine
import EngineAPI
import Primitives
import Salesforce

/// The stub has no org to deploy into.
extension StubEngine {
    private static let refusal = ClientError(
        .forbidden,
        "This is a production org.",
        providerMessage: "What the org said."
    )

    func rotateReceiverSecret(_ id: InstanceID) async throws -> InstanceOverview { try await instance(id) }

    func apexStatus(_ id: InstanceID) async throws -> ApexStatus {
        ApexStatus(deployed: nil, receiverURL: try await instance(id).receiverURL)
    }

    func apexProject(_ id: InstanceID) async throws -> [ApexFile] { [ApexFile("README.md", "# Read")] }

    func deployApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        guard allowProduction else { throw Self.refusal }
        return try DeployStatus(
            [
                "id": "0Af1",
                "deployResult": [
                    "status": "Succeeded", "done": true, "success": true, "numberComponentsDeployed": 5,
                    "numberComponentsTotal": 5,
                    "details": [
                        "runTestResult": [
                            "codeCoverage": [["name": "A", "numLocations": 4, "numLocationsNotCovered": 1]]
                        ]
                    ],
                ],
            ]
        )
    }

    func removeApex(
        _ id: InstanceID,
        allowProduction: Bool,
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await deployApex(id, allowProduction: allowProduction, progress: progress)
    }
}

package import Domain
import Primitives

extension ApexWork: WireWord {}

extension ApexStatus: WireObject {
    package static var wireName: String { "ApexStatus" }
    package static var members: [WireMember<ApexStatus>] {
        [
            .init("deployed", \.deployed), .init("running", \.running), .init("progress", \.progress),
            .init("receiverUrl", \.receiverURL), .init("last", \.last), .init("trouble", \.trouble),
            .init("previousSecretExpires", \.previousSecretExpires),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(deployed: try members("deployed"), receiverURL: try members("receiverUrl"))
        running = try members("running")
        progress = try members("progress")
        last = try members("last")
        trouble = try members("trouble")
        previousSecretExpires = try members("previousSecretExpires")
    }
}

/// Without the digest of the secret, which only the engine compares.
extension DeployedApex: WireObject {
    package static var wireName: String { "DeployedApex" }
    package static var members: [WireMember<DeployedApex>] {
        [
            .init("objects", \.objects), .init("underWay", \.anyUnderWay), .init("organizationId", \.organizationID),
            .init("receiverUrl", \.receiverURL), .init("deployedAt", \.deployedAt), .init("problem", \.problem),
            .init("problemSince", \.problemSince),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init()
        objects = try members("objects")
        underWay = try members.value("underWay", or: [])
        organizationID = try members("organizationId")
        receiverURL = try members("receiverUrl")
        deployedAt = try members("deployedAt")
        problem = try members("problem")
        problemSince = try members("problemSince")
    }

    /// Nil where there is nothing: what an earlier version neither sends nor reads.
    private var anyUnderWay: [String]? { underWay.isEmpty ? nil : underWay }
}

extension DeployStatus: WireObject {
    package static var wireName: String { "DeployStatus" }
    package static var members: [WireMember<DeployStatus>] {
        [
            .init("id", \.id), .init("status", \.status), .init("isDone", \.isDone), .init("isSuccess", \.isSuccess),
            .init("componentsDeployed", \.componentsDeployed), .init("componentsTotal", \.componentsTotal),
            .init("testsCompleted", \.testsCompleted), .init("testsTotal", \.testsTotal),
            .init("failures", \.failures), .init("coverage", \.coverage),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(id: try members("id"), status: try members("status"))
        isDone = try members("isDone")
        isSuccess = try members("isSuccess")
        componentsDeployed = try members("componentsDeployed")
        componentsTotal = try members("componentsTotal")
        testsCompleted = try members("testsCompleted")
        testsTotal = try members("testsTotal")
        failures = try members("failures")
        coverage = try members("coverage")
    }
}

extension DeployStatus.Coverage: WireObject {
    package static var wireName: String { "Coverage" }
    package static var members: [WireMember<DeployStatus.Coverage>] {
        [.init("name", \.name), .init("percent", \.percent)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(name: try members("name"), percent: try members("percent"))
    }
}

/// The secret that it holds is in clear: the project is of no use without.
extension ApexFile: WireObject {
    package static var wireName: String { "ApexProjectFile" }
    package static var members: [WireMember<ApexFile>] {
        [.init("path", \.path), .init("content", \.content), .init("holdsSecret", \.holdsSecret)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(try members("path"), try members("content"), holdsSecret: try members("holdsSecret"))
    }
}

package import Domain
package import Primitives

/// A call to the org's REST API with the session's token; `path` begins with `/services/data/vNN.0`'s rest (`/metadata/…`).
package protocol OrgCalling: Sendable {
    /// The parsed body of a 2xx answer; null where it was empty. Throws `SalesforceError` otherwise.
    func call(_ method: String, _ path: String, contentType: String?, body: [UInt8]?) async throws -> JSON
}

/// Deploys the Apex package to an org and removes it.
package struct ApexInstaller: Sendable {
    private let org: any OrgCalling
    private let pause: @Sendable (Int) async throws -> Void

    /// `pause` waits before the next look at a running deployment, behind so many; an error of it ends the wait for the
    /// deployment, which goes on in the org.
    package init(org: any OrgCalling, pause: @escaping @Sendable (Int) async throws -> Void) {
        self.org = org
        self.pause = pause
    }

    /// What kind of org this is, as far as deploying goes.
    package enum OrgKind: Sendable, Hashable {
        /// Sandbox, scratch, trial or Developer Edition: Apex may be made at once.
        case development
        case production
    }

    package func kind() async throws -> OrgKind {
        let query = "/query?q=SELECT+IsSandbox,OrganizationType+FROM+Organization"
        let answer = try await org.call("GET", query, contentType: nil, body: nil)
        let row = answer["records"]?.array?.first
        if row?["IsSandbox"]?.bool == true { return .development }
        return row?["OrganizationType"]?.string == "Developer Edition" ? .development : .production
    }

    /// Deploys with the package's own test. Triggers of objects that are no longer watched, and sites of addresses that
    /// are no longer posted to, go in the same deployment.
    /// Where that test alone fails, as the org's rules let it save no record of some object, a development org gets the
    /// package untested; the status says so among its failures.
    /// `beforePost` is called when nothing but the org can refuse it any more.
    ///
    /// - Throws: `SalesforceError` with the org's own words where it refuses; `ProductionOrg` unless `allowProduction`.
    package func deploy(
        _ package: ApexPackage,
        obsoleteTriggers: [String] = [],
        obsoleteSites: [String] = [],
        allowProduction: Bool,
        beforePost: () async throws -> Void = {},
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await refuseProduction(
            unless: allowProduction,
            "This is a production org, where Apex only comes by a tested deployment: export the project with "
                + "\u{201C}signalbox apex export DIR\u{201D} and follow its README, or deploy with "
                + "\u{201C}signalbox apex deploy --production\u{201D}."
        )
        let files = package.deployment(obsoleteTriggers: obsoleteTriggers, obsoleteSites: obsoleteSites)
        try await beforePost()
        let tested = try await run(DeployRequest(files: files, tests: [package.testName]), progress)
        guard tested.isFailedByTests, (try? await kind()) == .development else {
            return try Self.successful(tested, doing: "deployed")
        }
        // From the next post on the end of the former deployment says nothing of what the org has.
        await progress(DeployStatus(id: tested.id, status: "Pending"))
        var status = try await run(DeployRequest(files: files, tests: [], skipsTests: true), progress)
        if status.isSuccess {
            status.failures = ["It was deployed untested, as its test failed:"] + tested.failures + status.failures
            await progress(status)
        }
        return try Self.successful(status, doing: "deployed")
    }

    /// Removes classes, triggers and remote sites; nil: the package's own. `beforePost` as above.
    package func remove(
        _ package: ApexPackage,
        triggers: [String],
        sites: [String]? = nil,
        allowProduction: Bool,
        beforePost: () async throws -> Void = {},
        progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        try await refuseProduction(
            unless: allowProduction,
            "This is a production org, from which Apex is only removed on request: use "
                + "\u{201C}signalbox apex remove --production\u{201D}, or the Salesforce CLI as the exported README says."
        )
        let files = package.removal(triggers: triggers, sites: sites ?? [package.siteName])
        let request = DeployRequest(files: files, tests: [])
        try await beforePost()
        return try Self.successful(try await run(request, progress), doing: "removed")
    }

    private func refuseProduction(unless allowed: Bool, _ sentence: String) async throws {
        guard !allowed, try await kind() == .production else { return }
        throw ProductionOrg(description: sentence)
    }

    /// How it ended, well or not.
    private func run(
        _ request: DeployRequest,
        _ progress: @Sendable (DeployStatus) async -> Void
    ) async throws -> DeployStatus {
        let boundary = "signalbox-2b7e151628aed2a6"
        let answer = try await org.call(
            "POST",
            "/metadata/deployRequest",
            contentType: "multipart/form-data; boundary=\(boundary)",
            body: request.body(boundary: boundary)
        )
        var status = try DeployStatus(answer)
        var looks = 0
        while !status.isDone {
            await progress(status)
            try await pause(looks)
            looks += 1
            let path = "/metadata/deployRequest/\(status.id)?includeDetails=true"
            status = try DeployStatus(try await org.call("GET", path, contentType: nil, body: nil))
        }
        await progress(status)
        return status
    }

    private static func successful(_ status: DeployStatus, doing verb: String) throws -> DeployStatus {
        guard status.isSuccess else {
            let reasons = status.failures.isEmpty ? status.status : status.failures.joined(separator: "; ")
            throw SalesforceError(
                .refused,
                "The Apex package could not be \(verb): the org refused it and nothing was changed.",
                providerMessage: String(reasons.prefix(2000))
            )
        }
        return status
    }
}

/// The org is in production, where code changes only on the word of a person.
package struct ProductionOrg: SentenceError, Sendable, Hashable {
    /// One sentence with the ways to do it.
    package let description: String
}

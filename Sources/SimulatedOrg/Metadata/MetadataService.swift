import Primitives

/// Deployments of Apex and remote sites, and the code that they have put into the org.
final class MetadataService {
    /// How many looks at a deployment it takes until it is done: pending, in progress, done.
    static let deploymentLooks = 2
    private static let maximumZip = 39 * 1_024 * 1_024

    private(set) var code = DeployedCode()
    private(set) var deployments: [Deployment] = []
    /// Percent covered by tests, for classes and triggers where a test wants it otherwise than usual.
    private var coverage: [String: Int] = [:]
    private var failingTests: [String: String] = [:]
    private let settings: OrgSettings
    private let database: OrgDatabase

    init(settings: OrgSettings, database: OrgDatabase) {
        self.settings = settings
        self.database = database
    }

    /// Sets what tests cover and which fail, for deployments to come.
    func setTestOutcome(coverage: [String: Int], failing: [String: String]) {
        (self.coverage, failingTests) = (coverage, failing)
    }

    /// Changes what some tests cover and which fail.
    func mergeTestOutcome(coverage: [String: Int], failing: [String: String]) {
        self.coverage.merge(coverage) { $1 }
        failingTests.merge(failing) { $1 }
    }

    /// Answers `/metadata/deployRequest…`.
    func respond(to call: DataCall) throws(ServiceError) -> SimulatedResponse {
        let segments = call.segments
        guard segments.count >= 2, segments[1] == "deployRequest" else { throw .notFound }
        switch (call.method, segments.count) {
        case ("POST", _) where call.headers["content-type"]?.lowercased().hasPrefix("multipart/") == true:
            return try startDeployment(call)
        case ("POST", _): return try quickDeployment(call)
        case ("GET", 3):
            advanceDeployments()
            let deployment = try deployment(segments[2])
            let details = call.target["includeDetails"] == "true"
            return .json(200, answer(deployment, call.version, details: details))
        case ("PATCH", 3):
            guard try call.json()["deployResult"]?["status"]?.string == "Canceling" else {
                throw ServiceError(400, "INVALID_OPERATION", "Only the status Canceling can be set")
            }
            let deployment = try cancel(segments[2])
            return .json(202, answer(deployment, call.version, details: false))
        default: throw .methodNotAllowed(call.method, allowed: "GET,POST,PATCH")
        }
    }

    private func startDeployment(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        guard let parts = MultipartBody.parts(call.body, contentType: call.headers["content-type"] ?? ""),
            let optionsPart = parts.first(where: {
                $0.headers["content-type"]?.lowercased().hasPrefix("application/json") == true
            }),
            let zip = parts.first(where: { $0.headers["content-disposition"]?.contains("filename=") == true })
        else { throw ServiceError(400, "INVALID_MULTIPART_REQUEST", "A JSON part and a zip part are required") }
        var part = call
        part.body = optionsPart.content
        let options = try Self.options(try part.json())
        guard zip.content.count <= Self.maximumZip else {
            throw ServiceError(
                400,
                "LIMIT_EXCEEDED",
                "Maximum size of request reached. Maximum size of request is 52428800 bytes."
            )
        }
        var files: [String: String] = [:]
        do {
            for (path, content) in try ZipReader.files(in: zip.content) {
                files[path] = String(decoding: content, as: UTF8.self)
            }
        } catch {
            throw ServiceError(400, "INVALID_ZIP", "The zip file can't be read: \(error.reason)")
        }
        let deployment = enqueue(files, options)
        return .json(201, answer(deployment, call.version, details: false))
    }

    private func enqueue(_ files: [String: String], _ options: Deployment.Options) -> Deployment {
        let deployment = Deployment(
            id: RecordID.make(prefix: "0Af", number: deployments.count + 1),
            options: options,
            files: Self.rooted(files),
            remainingLooks: Self.deploymentLooks
        )
        deployments.append(deployment)
        return deployment
    }

    /// The files by their path from the manifest's folder, which everything sits in without `singlePackage`.
    private static func rooted(_ files: [String: String]) -> [String: String] {
        guard files["package.xml"] == nil, let manifest = files.keys.filter({ $0.hasSuffix("/package.xml") }).min()
        else { return files }
        let root = manifest.dropLast("package.xml".count)
        let inside = files.filter { $0.key.hasPrefix(root) }.map { (String($0.key.dropFirst(root.count)), $0.value) }
        return files.filter { !$0.key.hasPrefix(root) }.merging(inside) { $1 }
    }

    /// Deploys what an earlier check-only run has validated, within ten days and without tests.
    private func quickDeployment(_ call: DataCall) throws(ServiceError) -> SimulatedResponse {
        guard let id = try call.json()["validatedDeployRequestId"]?.string else {
            throw ServiceError(400, "INVALID_MULTIPART_REQUEST", "A JSON part and a zip part are required")
        }
        let validated = try deployment(id)
        guard validated.options.checkOnly, validated.status == .succeeded,
            let finished = validated.finished, database.now - finished <= 10 * 86_400
        else {
            throw ServiceError(400, "INVALID_ID_FIELD", "The validation \(id) can't be used for a quick deployment")
        }
        var options = validated.options
        options.checkOnly = false
        let deployment = enqueue(validated.files, options)
        return .json(201, answer(deployment, call.version, details: false))
    }

    private static func options(_ body: JSON) throws(ServiceError) -> Deployment.Options {
        let json = body["deployOptions"] ?? [:]
        var options = Deployment.Options()
        options.json = json
        options.checkOnly = json["checkOnly"]?.bool ?? false
        options.rollbackOnError = json["rollbackOnError"]?.bool ?? true
        options.runTests = (json["runTests"]?.array ?? []).compactMap(\.string)
        if let level = json["testLevel"]?.string {
            guard let known = Deployment.TestLevel(rawValue: level) else {
                throw ServiceError(400, "JSON_PARSER_ERROR", "Unknown testLevel \(level)")
            }
            options.testLevel = known
        }
        return options
    }

    private func deployment(_ id: String) throws(ServiceError) -> Deployment {
        guard let index = deploymentIndex(id) else { throw .notFound }
        return deployments[index]
    }

    private func deploymentIndex(_ id: String) -> Int? {
        RecordID.number(of: id, prefix: "0Af").flatMap { deployments.indices.contains($0 - 1) ? $0 - 1 : nil }
    }

    private func cancel(_ id: String) throws(ServiceError) -> Deployment {
        guard let index = deploymentIndex(id) else { throw .notFound }
        guard !deployments[index].status.isDone else {
            throw ServiceError(400, "INVALID_ID_FIELD", "Deployment already completed")
        }
        deployments[index].status = .canceled
        return deployments[index]
    }

    /// Only one deployment runs at a time; each look moves the first unfinished one.
    private func advanceDeployments() {
        guard let index = deployments.firstIndex(where: { !$0.status.isDone }) else { return }
        deployments[index].remainingLooks -= 1
        guard deployments[index].remainingLooks <= 0 else {
            deployments[index].status = .inProgress
            return
        }
        let deployment = deployments[index]
        var deployer = Deployer(
            isSandbox: settings.configuration.isSandbox,
            options: deployment.options,
            files: deployment.files,
            code: code,
            coverage: coverage,
            failingTests: failingTests
        )
        deployer.run()
        let isSuccess = deployer.outcome.isSuccess
        deployments[index].outcome = deployer.outcome
        deployments[index].status = isSuccess ? .succeeded : .failed
        deployments[index].finished = database.now
        if isSuccess, !deployment.options.checkOnly { code = deployer.code }
        // Only a validation that went well can be deployed again.
        if !isSuccess || !deployment.options.checkOnly { deployments[index].files = [:] }
    }

    private func answer(_ deployment: Deployment, _ version: String, details: Bool) -> JSON {
        [
            "id": .string(deployment.id),
            "url": .string("\(settings.instanceURL)/services/data/\(version)/metadata/deployRequest/\(deployment.id)"),
            "deployOptions": deployment.options.json,
            "deployResult": deployment.result(includesDetails: details),
        ]
    }
}

/// Checks the files of a deployment against the org and works out what they would change.
struct Deployer {
    let isSandbox: Bool
    let options: Deployment.Options
    let files: [String: String]
    /// Percent covered by tests, where it isn't the usual 92.
    let coverage: [String: Int]
    /// Test classes that fail, with their messages.
    let failingTests: [String: String]
    private(set) var code: DeployedCode
    private(set) var outcome = DeployOutcome()
    private var deployedApex: [(name: String, type: String)] = []

    init(
        isSandbox: Bool,
        options: Deployment.Options,
        files: [String: String],
        code: DeployedCode,
        coverage: [String: Int],
        failingTests: [String: String]
    ) {
        self.isSandbox = isSandbox
        self.options = options
        self.files = files
        self.code = code
        self.coverage = coverage
        self.failingTests = failingTests
    }

    mutating func run() {
        guard let manifest = files["package.xml"] else {
            fail("", "package.xml", type: "", "No package.xml found")
            return
        }
        remove(files["destructiveChangesPre.xml"], from: "destructiveChangesPre.xml")
        for (type, member) in Self.members(manifest) { add(type, member) }
        for path in files.keys.sorted() where !isNamed(path, in: manifest) {
            fail(path, path, type: "", "\(path) was found in the zipped directory, but is not named in package.xml")
        }
        remove(files["destructiveChanges.xml"], from: "destructiveChanges.xml")
        remove(files["destructiveChangesPost.xml"], from: "destructiveChangesPost.xml")
        checkReferences()
        outcome.total = outcome.successes.count + outcome.failures.count
        if outcome.failures.isEmpty { runTests() }
    }

    private func isNamed(_ path: String, in manifest: String) -> Bool {
        guard path.contains("/"), !path.hasSuffix("-meta.xml") else { return true }
        let name = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? ""
        return Self.members(manifest).contains { $0.member == name }
    }

    /// Type and member of every line of a manifest.
    static func members(_ manifest: String) -> [(type: String, member: String)] {
        XMLText.elements("types", in: manifest).flatMap { block in
            let type = XMLText.elements("name", in: block).first ?? ""
            return XMLText.elements("members", in: block).map { (type, $0) }
        }
    }

    private mutating func add(_ type: String, _ member: String) {
        switch type {
        case "ApexClass": addClass(member)
        case "ApexTrigger": addTrigger(member)
        case "RemoteSiteSetting": addSite(member)
        default: fail(member, "package.xml", type: type, "Unknown type name '\(type)' specified in package.xml")
        }
    }

    private mutating func addClass(_ name: String) {
        let path = "classes/\(name).cls"
        guard let body = source(path, name, type: "ApexClass") else { return }
        guard ApexSource.className(body) == name else {
            fail(name, path, type: "ApexClass", "Class name must match the file name: \(name)")
            return
        }
        guard ApexSource.isBalanced(body) else {
            fail(name, path, type: "ApexClass", "Unexpected token '<EOF>'.")
            return
        }
        succeed(name, path, type: "ApexClass", created: code.classes[name] == nil, changed: code.classes[name] != body)
        code.classes[name] = body
        if !ApexSource.isTest(body) { deployedApex.append((name, "Class")) }
    }

    private mutating func addTrigger(_ name: String) {
        let path = "triggers/\(name).trigger"
        guard let body = source(path, name, type: "ApexTrigger") else { return }
        guard let head = ApexSource.trigger(body), head.name == name, ApexSource.isBalanced(body) else {
            fail(name, path, type: "ApexTrigger", "Unexpected token in the head of trigger \(name)")
            return
        }
        guard let table = StandardObjects.index(of: head.object), StandardObjects.all[table].isBusinessObject else {
            fail(name, path, type: "ApexTrigger", "SObject type does not allow triggers: \(head.object)")
            return
        }
        if let old = code.triggers[name], old.object.lowercased() != head.object.lowercased() {
            fail(name, path, type: "ApexTrigger", "Cannot change the entity of a trigger")
            return
        }
        let trigger = DeployedCode.Trigger(object: StandardObjects.all[table].name, events: head.events, body: body)
        succeed(
            name,
            path,
            type: "ApexTrigger",
            created: code.triggers[name] == nil,
            changed: code.triggers[name] != trigger
        )
        code.triggers[name] = trigger
        deployedApex.append((name, "Trigger"))
    }

    private mutating func addSite(_ name: String) {
        let path = "remoteSiteSettings/\(name).remoteSite"
        guard let text = files[path] else {
            fail(name, path, type: "RemoteSiteSetting", Self.missing(type: "RemoteSiteSetting", name))
            return
        }
        guard name.firstMatch(of: #/^[A-Za-z](?:_?[A-Za-z0-9])*$/#) != nil else {
            fail(
                name,
                path,
                type: "RemoteSiteSetting",
                "The Remote Site Name can only contain underscores and alphanumeric characters."
            )
            return
        }
        guard let url = XMLText.elements("url", in: text).first, DeployedCode.origin(url) != nil else {
            fail(name, path, type: "RemoteSiteSetting", "Required field is missing: url")
            return
        }
        guard XMLText.elements("disableProtocolSecurity", in: text).first != nil else {
            fail(name, path, type: "RemoteSiteSetting", "Required field is missing: disableProtocolSecurity")
            return
        }
        if code.sites.contains(where: { $0.key != name && $0.value.url == url }) {
            fail(
                name,
                path,
                type: "RemoteSiteSetting",
                "DUPLICATE_VALUE: The Remote Site URL is already in use: \(url)"
            )
            return
        }
        let site = DeployedCode.Site(url: url, isActive: XMLText.elements("isActive", in: text).first == "true")
        succeed(
            name,
            path,
            type: "RemoteSiteSetting",
            created: code.sites[name] == nil,
            changed: code.sites[name] != site
        )
        code.sites[name] = site
    }

    private mutating func source(_ path: String, _ name: String, type: String) -> String? {
        guard let body = files[path] else {
            fail(name, path, type: type, Self.missing(type: type, name))
            return nil
        }
        guard files["\(path)-meta.xml"] != nil else {
            fail(name, path, type: type, "Metadata file \(path)-meta.xml is missing")
            return nil
        }
        return body
    }

    private static func missing(type: String, _ name: String) -> String {
        "An object '\(name)' of type \(type) was named in package.xml, but was not found in zipped directory"
    }

    private mutating func remove(_ manifest: String?, from file: String) {
        guard let manifest else { return }
        for (type, member) in Self.members(manifest) {
            let existed: Bool
            switch type {
            case "ApexClass": existed = code.classes.removeValue(forKey: member) != nil
            case "ApexTrigger": existed = code.triggers.removeValue(forKey: member) != nil
            case "RemoteSiteSetting": existed = code.sites.removeValue(forKey: member) != nil
            default: existed = false
            }
            outcome.successes.append(
                Self.component(
                    member,
                    file,
                    type: type,
                    flags: (created: false, changed: existed, deleted: existed),
                    problem: existed ? nil : "No \(type) named: \(member) found",
                    problemType: existed ? nil : "Warning"
                )
            )
        }
    }

    /// A trigger can't be without the class that it calls.
    private mutating func checkReferences() {
        for (name, trigger) in code.triggers.sorted(by: { $0.key < $1.key }) {
            let missing = ApexSource.calledClasses(trigger.body).subtracting(code.classes.keys)
                .subtracting(["Trigger", "System", "Database", "Limits", "JSON"])
            guard let first = missing.sorted().first else { continue }
            let path = "triggers/\(name).trigger"
            if files[path] != nil {
                fail(name, path, type: "ApexTrigger", "Variable does not exist: \(first)")
            } else {
                let text =
                    "This apex class is referenced elsewhere in your organization. Remove the usage and try again."
                fail(first, "destructiveChanges.xml", type: "ApexClass", "\(text) (Apex Trigger - \(name))")
            }
        }
    }

    private mutating func runTests() {
        let level = options.testLevel ?? (isSandbox || deployedApex.isEmpty ? .noTestRun : .local)
        if !isSandbox, !options.rollbackOnError {
            outcome.errorMessage = "INVALID_OPERATION: rollbackOnError must be true in a production org"
            return
        }
        if level == .noTestRun {
            if !isSandbox, !deployedApex.isEmpty {
                outcome.errorMessage =
                    "INVALID_OPERATION: testLevel of NoTestRun cannot be used in production organizations"
            }
            return
        }
        let tests =
            level == .specified ? options.runTests : code.classes.filter { ApexSource.isTest($0.value) }.keys.sorted()
        if level == .specified, tests.isEmpty {
            outcome.errorMessage = "INVALID_OPERATION: runTests must name at least one test class for RunSpecifiedTests"
            return
        }
        outcome.testsTotal = tests.count
        for test in tests { run(test: test) }
        measureCoverage(level, anyTest: !tests.isEmpty)
    }

    private mutating func run(test name: String) {
        let message: String
        if let body = code.classes[name], ApexSource.isTest(body) {
            guard let failure = failingTests[name] else { return }
            message = failure
        } else {
            message = "Test class \(name) does not exist"
        }
        outcome.testFailures.append([
            "name": .string(name), "methodName": "run", "message": .string(message),
            "stackTrace": .string("Class.\(name).run: line 1, column 1"), "time": 12.0,
        ])
    }

    private mutating func measureCoverage(_ level: Deployment.TestLevel, anyTest: Bool) {
        guard outcome.testFailures.isEmpty, !deployedApex.isEmpty else { return }
        var percents: [Int] = []
        for (name, type) in deployedApex {
            let percent = anyTest ? coverage[name] ?? (type == "Trigger" ? 100 : 92) : 0
            percents.append(percent)
            outcome.coverage.append([
                "name": .string(name), "type": .string(type), "numLocations": 100,
                "numLocationsNotCovered": .integer(100 - percent),
            ])
            if level == .specified, percent < 75 {
                warn(
                    name,
                    "Test coverage of selected Apex \(type) is \(percent)%, at least 75% test coverage is required."
                )
            } else if type == "Trigger", percent == 0 {
                warn(name, "Test coverage of selected Apex Trigger is 0%, at least 1% test coverage is required.")
            }
        }
        let average = percents.reduce(0, +) / percents.count
        if level != .specified, average < 75 {
            warn(
                nil,
                "Average test coverage across all Apex Classes and Triggers is \(average)%, at least 75% test coverage is "
                    + "required."
            )
        }
    }

    private mutating func warn(_ name: String?, _ message: String) {
        outcome.coverageWarnings.append(["name": name.map { .string($0) } ?? .null, "message": .string(message)])
    }

    private mutating func succeed(_ name: String, _ path: String, type: String, created: Bool, changed: Bool) {
        let flags = (created: created, changed: changed, deleted: false)
        outcome.successes.append(Self.component(name, path, type: type, flags: flags, problem: nil, problemType: nil))
    }

    private mutating func fail(_ name: String, _ path: String, type: String, _ problem: String) {
        let flags = (created: false, changed: false, deleted: false)
        outcome.failures.append(
            Self.component(name, path, type: type, flags: flags, problem: problem, problemType: "Error")
        )
    }

    private static func component(
        _ name: String,
        _ path: String,
        type: String,
        flags: (created: Bool, changed: Bool, deleted: Bool),
        problem: String?,
        problemType: String?
    ) -> JSON {
        [
            "fullName": .string(name), "componentType": .string(type), "fileName": .string(path),
            "created": .bool(flags.created), "changed": .bool(flags.changed), "deleted": .bool(flags.deleted),
            "success": .bool(problemType != "Error"), "problem": problem.map { .string($0) } ?? .null,
            "problemType": problemType.map { .string($0) } ?? .null, "lineNumber": problemType == "Error" ? 1 : .null,
            "columnNumber": problemType == "Error" ? 1 : .null,
        ]
    }
}

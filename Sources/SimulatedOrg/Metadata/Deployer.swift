import Primitives

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
    private var deployedApex: [ApexTestRun.Component] = []

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
        guard outcome.failures.isEmpty else { return }
        let tests = ApexTestRun(
            isSandbox: isSandbox,
            options: options,
            classes: code.classes,
            deployed: deployedApex,
            coverage: coverage,
            failingTests: failingTests
        )
        tests.run(into: &outcome)
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
        if !ApexSource.isTest(body) { deployedApex.append(.init(name: name, type: "Class")) }
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
        deployedApex.append(.init(name: name, type: "Trigger"))
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
                DeployOutcome.component(
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

    private mutating func succeed(_ name: String, _ path: String, type: String, created: Bool, changed: Bool) {
        let flags = (created: created, changed: changed, deleted: false)
        outcome.successes.append(
            DeployOutcome.component(name, path, type: type, flags: flags, problem: nil, problemType: nil)
        )
    }

    private mutating func fail(_ name: String, _ path: String, type: String, _ problem: String) {
        let flags = (created: false, changed: false, deleted: false)
        outcome.failures.append(
            DeployOutcome.component(name, path, type: type, flags: flags, problem: problem, problemType: "Error")
        )
    }
}

import Foundation
import TestSupport
import Testing

/// Which way modules look. What stands here is the architecture; an import that it does not have is a change of that.
struct ModuleImportsTests {
    /// What each target may import of the package's own.
    static let allowed: [String: Set<String>] = [
        "Primitives": [],
        "Domain": ["Primitives"],
        "EngineAPI": ["Primitives", "Domain"],
        "Drawing": ["Primitives", "CWidth"],
        "Themes": ["Drawing"],
        "Terminal": ["Primitives", "Drawing", "CNcurses", "CTerminal"],
        "Interface": ["Primitives", "Domain", "EngineAPI", "Drawing", "Themes"],
        "Salesforce": ["Primitives", "Domain"],
        "Store": ["Primitives", "Domain"],
        "StorePostgres": ["Primitives", "Domain", "Store", "CPostgres"],
        "Telemetry": ["Primitives"],
        "Callbacks": ["Primitives"],
        "Engine": ["Primitives", "Domain", "EngineAPI", "Telemetry", "Callbacks", "Salesforce", "Store"],
        "RemoteEngine": ["Primitives", "Domain", "EngineAPI"],
        "Gateway": ["Primitives", "Domain", "EngineAPI", "Telemetry"],
        "SimulatedOrg": ["Primitives", "CZlib"],
        "Spawning": ["Primitives", "CSpawning"],
        "PostgresServer": ["Spawning"],
        // What all tests share knows little, so that a change of a feature does not compile it anew.
        "TestSupport": ["Primitives", "Domain", "Drawing", "Spawning"],
        "EngineTestSupport": [
            "TestSupport", "Primitives", "Domain", "Salesforce", "Store", "StorePostgres", "PostgresServer",
            "SimulatedOrg",
        ],
    ]

    /// Libraries that only some targets know.
    static let owners: [String: Set<String>] = [
        "GRDB": ["Store"], "CNcurses": ["Terminal"], "CTerminal": ["Terminal"], "CWidth": ["Drawing"],
        "CZlib": ["SimulatedOrg"], "CPostgres": ["StorePostgres"], "CryptoExtras": ["SimulatedOrg", "Salesforce"],
        "Yams": ["Themes", "signalbox"],
        "Hummingbird": ["Gateway", "SimulatedOrg", "signalbox", "Benchmarks", "EngineTestSupport"],
        "AsyncHTTPClient": ["Salesforce", "RemoteEngine", "SimulatedOrg", "signalbox", "Benchmarks"],
        "CoreMetrics": ["Telemetry", "Engine", "Gateway"],
        "Tracing": ["Telemetry", "Engine", "Gateway", "signalbox"],
        "ArgumentParser": ["signalbox", "Benchmarks"],
    ]

    /// What would let I/O or a clock into targets that are pure.
    static let impure: Set<String> = ["Foundation", "Glibc", "NIOCore", "Dispatch", "Logging", "Synchronization"]

    private static func imports(of target: String) throws -> [(file: String, module: String)] {
        try SourceTree.swiftFiles(below: "Sources/" + target).flatMap { file in
            try SourceTree.text(of: file).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard let at = words.firstIndex(of: "import"), at <= 2, words.count > at + 1, !line.hasPrefix(" ")
                else {
                    return nil
                }
                // `import struct Module.Name` names the module in its last word.
                let module = words[words.count - 1].split(separator: ".").first.map(String.init) ?? ""
                return (file, module)
            }
        }
    }

    private static let programs = ["signalbox", "Benchmarks"]

    @Test func `every target stands in the table`() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appending(path: "Sources").path
        )
        let swift = try folders.filter { try !SourceTree.swiftFiles(below: "Sources/" + $0).isEmpty }
        #expect(Set(swift) == Set(Self.allowed.keys).union(Self.programs))
    }

    /// The package's own that are written in C.
    private static let inC: Set<String> = ["CNcurses", "CTerminal", "CWidth", "CZlib", "CPostgres", "CSpawning"]

    private static let ours = inC.union(allowed.keys).union(programs)

    /// Of each target that Package.swift describes, those of the package's own that it depends on.
    private static func described() throws -> [String: Set<String>] {
        let text = try SourceTree.text(of: "Package.swift").replacing(" cPostgres]", with: " \"CPostgres\"]")
        let heads = text.matches(of: /\.(?:target|executableTarget)\(\s*name: "([^"]+)"/)
        let ends = heads.dropFirst().map(\.range.lowerBound) + [text.endIndex]
        var found: [String: Set<String>] = [:]
        for (head, end) in zip(heads, ends) {
            let rest = text[head.range.upperBound..<end]
            let list = rest.firstRange(of: "dependencies: [").map { rest[$0.upperBound...].prefix { $0 != "]" } } ?? ""
            found[String(head.1)] = ours.intersection(list.matches(of: /"(\w+)"/).map { String($0.1) })
        }
        return found
    }

    @Test(arguments: allowed.keys.sorted())
    func `a target is built with what it may import and no more`(target: String) throws {
        let described = try Self.described()
        #expect(described[target] == Self.allowed[target])
    }

    @Test func `the article about the architecture has the same table`() throws {
        let text = try SourceTree.text(of: "Sources/signalbox/Signalbox.docc/Architecture.md")
        var rows: [String: Set<String>] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { cell in cell.matches(of: /`(\w+)`/).map { String($0.1) } }
            if let target = cells.first?.first { rows[target] = Set(cells.dropFirst(2).joined()) }
        }
        #expect(rows == Self.allowed.mapValues { $0.subtracting(Self.inC) })
    }

    @Test(arguments: allowed.keys.sorted())
    func `imports never run backwards`(target: String) throws {
        let ours = Self.ours
        let allowed = Self.allowed[target] ?? []
        for (file, module) in try Self.imports(of: target) where ours.contains(module) {
            #expect(allowed.contains(module), "\(file) imports \(module)")
        }
    }

    @Test func `a library is known where the table says`() throws {
        for target in Array(Self.allowed.keys) + Self.programs {
            for (file, module) in try Self.imports(of: target) {
                guard let owners = Self.owners[module] else { continue }
                #expect(owners.contains(target), "\(file) imports \(module)")
            }
        }
    }

    /// What may be gone after a power cut: logs, and what holds for one run of the program or of the machine.
    private static let passing = [
        "Sources/Terminal/RedirectedLog.swift", "Sources/Terminal/StandardErrorRedirection.swift",
        "Sources/Primitives/Files/OwnedFile.swift", "Sources/StorePostgres/Node/FormerNode.swift",
    ]

    @Test func `a file is given its name in the one place that waits until the name is on disk`() throws {
        var places: [String] = []
        for target in Array(Self.allowed.keys) + Self.programs {
            for file in try SourceTree.swiftFiles(below: "Sources/" + target) where !Self.passing.contains(file) {
                let lines = try SourceTree.text(of: file).split(separator: "\n").filter { line in
                    line.contains("unsafe ") && line.contains(/(^|[^.\w]|Glibc\.)(rename|link)(at2?)?\(/)
                }
                if !lines.isEmpty { places.append(file) }
            }
        }
        #expect(places == ["Sources/Primitives/Files/DirectoryEntry.swift"])
    }

    /// An optimised build may release a `Mutex` in the name of another thread (`Locked` has the reason); no other build shows it.
    @Test func `what threads share lies behind a lock that no suspension comes into`() throws {
        let targets = (Array(Self.allowed.keys) + Self.programs).map { "Sources/" + $0 } + ["Tests"]
        let places = try targets.flatMap { try SourceTree.swiftFiles(below: $0) }.filter { file in
            try SourceTree.text(of: file).contains(/\bMutex[<(]/)
        }
        #expect(places == ["Sources/Primitives/Concurrency/Locked.swift"])
    }

    @Test(arguments: ["Drawing", "Interface"])
    func `what draws knows no clock and does no I/O`(target: String) throws {
        for (file, module) in try Self.imports(of: target) {
            #expect(!Self.impure.contains(module), "\(file) imports \(module)")
        }
    }
}

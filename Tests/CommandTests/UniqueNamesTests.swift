import TestSupport
import Testing

/// One name, one thing: who reads or searches for it lands at one place.
struct UniqueNamesTests {
    /// The two stores are alike down to their names, and no module sees both.
    private static let twins: Set<Set<String>> = [["Store", "StorePostgres"]]

    private static func shared(_ names: [(name: String, file: String)]) -> [String: Set<String>] {
        let files = Dictionary(grouping: names, by: \.name).mapValues { Set($0.map(\.file)) }
        return files.filter { _, files in
            let modules = files.compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) }
            let areTwins = modules.count == 2 && twins.contains(Set(modules))
            return files.count > 1 && !areTwins
        }
    }

    private static func types(in file: String) throws -> [String] {
        let declaration =
            /^(?:(?:package|public|final|indirect|nonisolated) )*(?:struct|enum|class|actor|protocol|typealias) (\w+)/
        return try SourceTree.text(of: file).split(separator: "\n").compactMap { line in
            line.prefixMatch(of: declaration).map { String($0.1) }
        }
    }

    @Test func `no two modules have a type of one name`() throws {
        let files = try SourceTree.swiftFiles(below: "Sources")
        let names = try files.flatMap { file in try Self.types(in: file).map { (name: $0, file: file) } }
        #expect(names.count > 1000)
        #expect(Self.shared(names) == [:])
    }

    @Test func `no two files have one name`() throws {
        let files = try SourceTree.swiftFiles(below: "Sources")
        let names = files.map { (name: $0.split(separator: "/").last.map(String.init) ?? $0, file: $0) }
        #expect(Self.shared(names) == [:])
    }
}

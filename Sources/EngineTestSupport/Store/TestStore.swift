import Foundation
import Logging
package import Store
import TestSupport
package import Testing

/// The store that tests of the engine and the gateway run on: SQLite's, or PostgreSQL's with `SIGNALBOX_TEST_STORE=postgres` and
/// in the second run of suites with `eachStore`.
package enum TestStore {
    enum Kind: String {
        case sqlite, postgres
    }

    /// What the variable says.
    static let wanted = ProcessInfo.processInfo.environment["SIGNALBOX_TEST_STORE"].flatMap(Kind.init)
    @TaskLocal static var kind = wanted ?? .sqlite

    /// Opens the store of a directory, or makes it.
    package static func open(_ directory: String) async throws -> any EventStore {
        #if PostgreSQL
        if kind == .postgres { return try await PostgresDatabase.of(directory).opened() }
        #endif
        return try SQLiteStore(directory: directory, logger: .quiet)
    }

    /// Puts what a kill would leave now at another place, where nobody has it.
    package static func copyAsKilled(_ directory: String, to other: String) async throws {
        #if PostgreSQL
        if kind == .postgres {
            try await PostgresDatabase.of(directory).copyAsKilled(to: other)
        }
        #endif
        try FileManager.default.copyItem(atPath: directory, toPath: other)
    }
}

/// Runs each test on SQLite, and once more on PostgreSQL where that is installed.
package struct EachStore: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard testCase != nil, PostgresCluster.isUsed, TestStore.wanted == nil else { return try await function() }
        try await function()
        let named = IssueHandlingTrait.compactMapIssues { issue in
            var issue = issue
            issue.comments.append("on PostgreSQL")
            return issue
        }
        try await Turns.databases.run {
            try await TestStore.$kind.withValue(.postgres) {
                try await named.provideScope(for: test, testCase: testCase, performing: function)
            }
        }
    }
}

extension Trait where Self == EachStore {
    package static var eachStore: Self { EachStore() }
}

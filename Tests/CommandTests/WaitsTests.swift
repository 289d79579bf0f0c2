import TestSupport
import Testing

/// How tests wait: for a condition, with a deadline. A test that sleeps, spins, or waits for what may never come is slow on
/// one machine, fails on another, and hangs on a third.
struct WaitsTests {
    /// What is refused, with why, and an example.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let pattern: String
        let way: String
        let examples: [String]

        var testDescription: String { way }
        var regex: Regex<AnyRegexOutput> { get throws { try Regex(pattern) } }
    }

    private static let condition = "wait for a condition with waitUntil, or with threadWaits off the pool"
    private static let gate = "wait at a Gate, which opens by itself in the end, or for Patience.end"

    static let refusals = [
        Refusal(
            pattern: #"\b(Task|Thread)\.sleep\b|\b(usleep|nanosleep|sched_yield)\b|(^|[^.\w])sleep\("#,
            way: condition,
            examples: [
                "try await Task.sleep(for: .seconds(1))", "usleep(10)", "while !isOver { sched_yield() }", " sleep(1)",
            ]
        ),
        Refusal(
            pattern: #"\bTask\.yield\b"#,
            way: condition,
            examples: ["for _ in 0..<50 { await Task.yield() }"]
        ),
        Refusal(
            pattern: #"\bpoll\((nil|NULL)|\bselect\(0, nil"#,
            way: condition,
            examples: ["_ = poll(nil, 0, 2)"]
        ),
        Refusal(
            pattern: #"for (try )?await _ in [\w.<>]+(\(\))?(\.stream)? \{\s*\}"#,
            way: gate,
            examples: ["for await _ in AsyncStream<Void>.makeStream().stream {}", "for await _ in begun {}"]
        ),
        Refusal(
            pattern: #"\bDispatchSemaphore\b|\bNSCondition\b|\bDispatchGroup\b|\bpthread_cond_wait\b"#,
            way: gate,
            examples: ["let semaphore = DispatchSemaphore(value: 0)"]
        ),
    ]

    /// Streams that end by themselves are read to their end.
    private static let endingStreams = ["in response.body {}", "Task { for await _ in stream {} }"]
    /// The waits themselves.
    private static let kit = "Sources/TestSupport/Waiting/"

    private static var files: [String] {
        get throws {
            let all = ["Tests", "Sources/TestSupport", "Sources/EngineTestSupport"].flatMap {
                (try? SourceTree.swiftFiles(below: $0)) ?? []
            }
            return all.filter { !$0.hasPrefix(kit) && !$0.hasSuffix("/WaitsTests.swift") }
        }
    }

    @Test(arguments: refusals)
    func `no test sleeps, spins or waits without an end`(refusal: Refusal) throws {
        let (regex, files) = (try refusal.regex, try Self.files)
        #expect(files.count > 100)
        for file in files {
            for (number, line) in try SourceTree.text(of: file).split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            where line.contains(regex) && !line.contains("func sleep(")
                && !Self.endingStreams.contains(where: line.contains)
            {
                Issue.record("\(file):\(number + 1): \(refusal.way): \(line)")
            }
        }
    }

    @Test(arguments: refusals)
    func `each refusal finds its examples`(refusal: Refusal) throws {
        for example in refusal.examples { #expect(example.contains(try refusal.regex), "\(example)") }
    }

    /// A stream or a gate that fails to come ends with the suite's own limit, which says which test it was.
    @Test func `who reads a stream has a time limit`() throws {
        for file in try Self.files where file.hasSuffix("Tests.swift") {
            let text = try SourceTree.text(of: file)
            guard text.contains(/for (try )?await |AsyncStream|makeAsyncIterator|Gate\(\)/), text.contains("@Test")
            else {
                continue
            }
            #expect(text.contains(".timeLimit("), "\(file)")
        }
    }

    /// Or everybody else waits behind all cases of the dashboard.
    @Test func `the tests of the dashboard take turns`() throws {
        let files = try SourceTree.swiftFiles(below: "Tests/InterfaceTests")
        #expect(files.count > 50)
        for file in files {
            let text = try SourceTree.text(of: file)
            let suites = text.matches(of: /(?m)^(struct|enum|final class) \w+Tests\b/).count
            let withTurn = text.matches(of: /(?m)^@Suite\(\.cases\b/).count
            #expect(!text.contains("@Test") || suites == withTurn, "\(file)")
        }
    }
}

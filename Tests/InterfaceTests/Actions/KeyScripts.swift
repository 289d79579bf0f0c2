import Domain
import Drawing
import EngineAPI
import Primitives
import Testing

@testable import Interface

/// How a person comes to where the keys of a context mean something: for each context, and for the actions that have nothing to
/// do there at first.
enum KeyScripts {
    static func driver(for action: ActionID, in context: ActionContext) -> Driver? {
        (scripts["\(action.name)@\(context.name)"] ?? scripts[context.name])?()
    }

    private typealias Script = @Sendable () -> Driver

    private static let scripts: [String: Script] = [
        // Panes
        "form": { at("c tab tab") },
        "reveal-secret@form": { typing("secret", in: at("c tab tab tab tab tab tab right tab")) },
        "events": { list("k k") },
        "close-detail@events": { list("k k enter", then: "2") },
        "detail": { list("k k enter") },
        "everywhere": { list("k k") },
        "focus-events@everywhere": { at("c") },
        "message": {
            var driver = list("")
            driver.send(.report(.failure, "Something failed."))
            return driver
        },
        "always": { list("k k") },
        // Controls
        "switch": { at("c") },
        "raise@switch": { at("c left") },
        "selector": { at("c tab") },
        "fold": { at("shift+tab") },
        "lower@fold": { at("shift+tab right") },
        "slider": { at("c tab tab tab") },
        "objects": { at("c tab tab tab tab") },
        "callback-url": { at("c tab tab") },
        "filter": { filtered() },
        "later-filter@filter": { then("up", in: filtered()) },
        // Overlays
        "question": { at("c space ctrl+c") },
        "menu": { list("T") },
        "reading": { reading() },
        "messages": { list("ctrl+l") },
        "finder": { list(": down down down") },
        "palette": { list(":") },
        "help": { list("?") },
        "replay-dialog": { dialog("") },
        "press-button@replay-dialog": { dialog("tab tab tab") },
        "rate": { dialog("tab") },
        "replay-jobs": { jobs() },
        "apex": { list("a") },
        "folder": {
            var driver = Driver(140, 40, instances: [ApexTests.webhooks()])
            driver.keys("ctrl+p")
            driver.type("export the apex")
            driver.keys("enter")
            return driver
        },
        "time": { typing("yesterday 14:00", in: list("@")) },
        "overview": { OverviewTests.opened() },
        "connect": { ConnectTests.opened() },
        "address": { ConnectTests.opened(60, 16) },
        "address-up@address": { then("down", in: ConnectTests.opened(60, 16)) },
        // What others include
        "list": { list("pageup") },
        "text": { text("alt+b alt+b right right") },
    ]

    private static func at(_ keys: String) -> Driver {
        var driver = Driver(140, 40)
        driver.keys(keys)
        return driver
    }

    private static func then(_ keys: String, in driver: Driver) -> Driver {
        var driver = driver
        driver.keys(keys)
        return driver
    }

    private static func typing(_ text: String, in driver: Driver) -> Driver {
        var driver = driver
        driver.type(text)
        return driver
    }

    private static func text(_ keys: String) -> Driver {
        then(keys, in: typing("https://app.example/one/two three", in: at("c tab tab ctrl+u")))
    }

    /// Many events, one of them dead; the callback is held.
    private static func list(_ keys: String, then more: String = "") -> Driver {
        let held = Sample.overview(callback: .held(reason: "It answered 410.", until: nil))
        var driver = Driver(140, 40, instances: [held], log: (1...300).map { Sample.event($0) })
        driver.answer()
        driver.keys(keys)
        driver.answer()
        driver.keys(more)
        return driver
    }

    /// The line is open, with a name to complete and filters that were kept before.
    private static func filtered() -> Driver {
        var driver = list("")
        for text in ["state:dead", "object:Account"] {
            driver.keys("/ ctrl+u")
            driver.type(text)
            driver.answer()
            driver.keys("enter")
        }
        driver.keys("/ up ctrl+u")
        driver.type("sta")
        return driver
    }

    private static func reading() -> Driver {
        let source = SourceState.degraded(
            reason: (1...120).map { "word\($0)" }.joined(separator: " "),
            since: Sample.now,
            lastSuccess: nil
        )
        var driver = Driver(80, 12, instances: [Sample.overview(source: source)])
        driver.keys("w")
        return driver
    }

    private static func dialog(_ keys: String) -> Driver {
        var driver = Driver(140, 40, log: (1...40).map { Sample.event($0, state: $0 % 2 == 0 ? .dead : nil) })
        driver.keys("B")
        driver.pass(milliseconds: 600)
        driver.keys(keys)
        return driver
    }

    private static func jobs() -> Driver {
        var driver = list("")
        driver.jobs = [
            ReplayJob(
                id: 1,
                instanceID: 1,
                filter: EventFilter(),
                state: .running,
                rate: 10,
                total: 100,
                succeeded: 10,
                failed: 0,
                lastSequence: 500,
                lastError: nil,
                createdAt: Sample.now,
                updatedAt: Sample.now
            )
        ]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 2000)
        driver.keys("J")
        driver.pass(milliseconds: 2000)
        return driver
    }
}

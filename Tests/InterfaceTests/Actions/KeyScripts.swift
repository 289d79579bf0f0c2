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
        let own = "\(action.name)@\(context.name)"
        let name = scripts[own] == nil ? context.name : own
        if let played = played.withLock({ $0[name] }) { return played }
        let driver = scripts[name]?()
        played.withLock { $0[name] = driver }
        return driver
    }

    /// Where each script led: many keys are pressed there, and the way takes longer than the key.
    private static let played = Locked<[String: Driver]>([:])

    private typealias Script = @Sendable () -> Driver

    private static let scripts: [String: Script] = [
        // Panes
        "form": { at("c tab tab") },
        "reveal-secret@form": { typing("secret", in: at("c tab tab tab tab tab tab right tab")) },
        "events": { list("k k") },
        "mark-range@events": { list("k k V k") },
        "close-detail@events": { list("k k enter", then: "2") },
        "detail": { list("k k enter") },
        "toggle-fold@detail": { list("k k enter", then: "right right j") },
        "fold-all@detail": { list("k k enter", then: "right right") },
        "unfold-all@detail": { list("k k enter", then: "right right -") },
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
        "earlier@events": { spreadOut("left left") },
        "later@events": { spreadOut("left left") },
        "columns": { list("K down down") },
        "reset-columns@columns": { list("K space") },
        "save-filter": { typing("name", in: then("ctrl+s", in: typing("te:dead", in: filtered()))) },
        "saved-filters": { saved("ctrl+o") },
        "up@saved-filters": { saved("ctrl+o down") },
        "find": { typing("Ada", in: list("ctrl+f")) },
        "found": { then("enter", in: typing("Ada", in: list("ctrl+f"))) },
        "next-hit@events": { then("enter", in: typing("Ada", in: list("k k ctrl+f"))) },
        "previous-hit@events": { then("enter", in: typing("Ada", in: list("k k ctrl+f"))) },
        "next-hit@detail": { foundInDetail() },
        "previous-hit@detail": { foundInDetail() },
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
        "replay-filter": { typing(" sta", in: dialog("")) },
        "press-button@replay-dialog": { dialog("tab tab tab") },
        "rate": { dialog("tab") },
        "replay-jobs": { jobs() },
        "failures": { FailureListTests.opened() },
        "audit": { AuditListTests.opened() },
        "export-dialog": { list("k k X") },
        "export-format": { list("k k X tab right") },
        "copy@form": { at("c") },
        "edit-and-replay@events": { editable() },
        "edit-and-replay@detail": { editable(open: true) },
        "open-record@events": { editable() },
        "open-record@detail": { editable(open: true) },
        "replay-url": { target("") },
        "former-url@replay-url": { target("") },
        "later-url@replay-url": { target("up up") },
        "apex": { list("a") },
        "folder": {
            var driver = Driver(140, 40, instances: [ApexTests.webhooks()])
            driver.keys("ctrl+p")
            driver.type("export the apex")
            driver.keys("enter")
            return driver
        },
        "story": { list("s") },
        "compare": { compared() },
        "time": { typing("yesterday 14:00", in: list("@")) },
        "overview": { OverviewTests.opened() },
        "busy-records": { BusyListTests.opened() },
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

    /// The cursor is on the fields that are equal.
    private static func compared() -> Driver {
        var driver = Driver(140, 40, log: (1...20).map { Sample.event($0, of: 7) })
        driver.keys("k d")
        driver.answer()
        driver.keys("G")
        return driver
    }

    /// With an editor, a browser and an org whose address is known.
    private static func editable(open: Bool = false) -> Driver {
        var held = Sample.overview()
        held.organizationURL = "https://acme.my.salesforce.com"
        var driver = Driver(140, 40, instances: [held], log: (1...30).map { Sample.event($0) })
        driver.allowOpening()
        driver.allowEditing()
        driver.keys("k k")
        if open { driver.keys("enter") }
        driver.answer()
        return driver
    }

    /// With URLs that were used before.
    private static func target(_ keys: String) -> Driver {
        var driver = list("k k")
        for url in ["https://one.example", "https://two.example"] {
            driver.keys("k U")
            driver.type(url)
            driver.keys("enter")
        }
        driver.keys("k U")
        driver.type("https://three.example/a b")
        driver.keys("alt+b left")
        driver.keys(keys)
        return driver
    }

    /// Events of several hours.
    private static func spreadOut(_ keys: String) -> Driver {
        var driver = Driver(140, 40, log: HeatTests.log)
        driver.pass(milliseconds: 600)
        for key in keys.split(separator: " ") {
            driver.keys(String(key))
            driver.pass(milliseconds: 600)
        }
        return driver
    }

    private static func saved(_ keys: String) -> Driver {
        var driver = list("")
        for name in ["one", "two", "three"] {
            driver.keys("/ ctrl+u")
            driver.type("state:dead")
            driver.keys("ctrl+s")
            driver.type(name)
            driver.keys("enter esc")
        }
        driver.keys(keys)
        return driver
    }

    private static func foundInDetail() -> Driver {
        var driver = then("enter enter", in: typing("Ada", in: list("k k ctrl+f")))
        driver.answer()
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

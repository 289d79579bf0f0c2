import Domain
import Foundation
import Logging
import Primitives
import Store

/// A history as an org makes it: a month of changes whose words are rare, common or in between, and what became of them.
struct HistoryFixture {
    static let receiverToken: Secret = "bench0123456789abcdef0123456789abcdef"
    static let receiverSecret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let callbackURL = "http://127.0.0.1:9/callback"

    private static let objects = ["Account", "Contact", "Lead", "Opportunity", "Case"]
    private static let industries = [
        "Manufacturing", "Energy", "Consulting", "Retail", "Banking", "Insurance", "Media", "Biotechnology",
    ]
    private static let cities = [
        "Berlin", "New York", "Zürich", "São Paulo", "Paris", "Tokyo", "Kraków", "San Francisco", "Lyon", "York",
    ]
    private static let syllables = ["ka", "lo", "mi", "ren", "tas", "ve", "dor", "shu", "pel", "ni", "gra", "ost"]
    private static let month: Int64 = 30 * 86_400

    let events: Int
    let now: Timestamp
    private var random = SeededGenerator(seed: 20_261_128)
    /// Milliseconds of the processor that went into the index of words.
    private(set) var wordsProcessor = 0.0

    init(events: Int, now: Timestamp = .now()) {
        self.events = events
        self.now = now
    }

    /// Makes the store with all of the events, their words in the index.
    mutating func fill(_ directory: String) async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let store = try SQLiteStore(directory: directory, logger: logger)
        try await fill(store)
        try await store.close()
    }

    /// The same in an empty store, which stays open.
    mutating func fill(_ store: any EventStore) async throws {
        let now = now
        let instance = try await store.createInstance { id in
            var configuration = InstanceConfiguration()
            configuration.eventsEnabled = true
            configuration.eventType = .webhooks
            configuration.objects = Self.objects
            configuration.callbackURL = Self.callbackURL
            return Instance(
                id: id,
                name: "bench",
                tags: [],
                token: "token",
                configuration: configuration,
                receiverToken: Self.receiverToken,
                receiverSecret: Self.receiverSecret,
                createdDate: now,
                updatedDate: now
            )
        }
        // What is posted to it waits for a person, so that nothing is sent while something else is measured.
        try await store.saveCallbackHold(CallbackHold(url: Self.callbackURL, reason: "The benchmark."), of: instance.id)
        let owner = ClaimOwner(node: "bench")
        var (observed, stored) = (0, 0)
        // Some of what is observed was known before.
        while stored < events {
            let batch = try batch(observed..<(observed + min(1000, events - stored)), instance)
            observed += batch.observations.count
            let ready = try await store.append(batch).ready
            _ = try await store.record(ready.map { outcome(of: $0, at: batch.receivedAt) }, by: owner)
            let before = Measured.processorMilliseconds
            while try await !store.indexWords().isUpToDate {}
            wordsProcessor += Measured.processorMilliseconds - before
            stored = Int(try await store.counts(EventFilter()).total)
        }
    }

    private mutating func batch(_ numbers: Range<Int>, _ instance: Instance) throws -> IntakeBatch {
        let share = min(1, Double(numbers.lowerBound) / Double(max(1, events)))
        let received = now.advanced(bySeconds: Int64(share * Double(Self.month)) - Self.month)
        return IntakeBatch(
            instanceID: instance.id,
            instanceName: instance.name,
            instanceTags: [],
            observations: try numbers.map { number in
                Observation(
                    kind: .row,
                    object: Self.objects[number % Self.objects.count],
                    recordID: WebhookFixture.recordID(number % max(1, events * 3 / 4)),
                    stamp: received.advanced(byMilliseconds: Int64(number % 1000)),
                    createdDate: received,
                    isDeleted: number % 50 == 0,
                    fields: try RecordFields(parsing: record(number))
                )
            },
            policies: [:],
            source: .polling,
            pollDate: received,
            receivedAt: received,
            filterNulls: true,
            hasCallback: true
        )
    }

    private mutating func word() -> String {
        (0..<Int.random(in: 2...3, using: &random)).map { _ in
            // Some syllables are far more frequent than others, and so are the words.
            let place = Int.random(in: 0..<144, using: &random)
            return Self.syllables[Int(Double(place).squareRoot())]
        }.joined()
    }

    private mutating func record(_ number: Int) -> String {
        let words = (0..<24).map { _ in word() }.joined(separator: " ")
        let city = Self.cities[Int.random(in: 0..<Self.cities.count, using: &random)]
        // An industry of few objects: both are frequent, and never together.
        let industry = Self.industries[number % Self.objects.count]
        return #"{"Id":"\#(WebhookFixture.recordID(number))","Name":"\#(word().capitalized) GmbH \#(number)","#
            + #""Phone":"+49 30 555 \#(number)","Industry":"\#(industry)","BillingCity":"\#(city)","#
            + #""AnnualRevenue":1250000.50,"NumberOfEmployees":\#(number % 5000),"IsDeleted":false,"#
            + #""OwnerId":"005000000000\#(100 + number % 37)AAA","Email":"user\#(number)@mail\#(number % 300).example","#
            + #""CreatedDate":"2026-01-05T08:00:00.000+0000","LastModifiedDate":"2026-11-05T08:00:00.000+0000","#
            + #""Description":"\#(words)","Status":"\#(number % 7 == 0 ? "Closed Won" : "Open")"}"#
    }

    private mutating func outcome(of notification: Int64, at moment: Timestamp) -> DeliveryResult {
        let isDead = Int.random(in: 0..<500, using: &random) == 0
        return DeliveryResult(
            attempt: Attempt(
                notificationID: notification,
                number: 1,
                isReplay: false,
                startedAt: moment,
                milliseconds: Int.random(in: 5...900, using: &random),
                url: Self.callbackURL,
                outcome: .response(status: isDead ? 500 : 200)
            ),
            state: isDead ? .dead : .delivered,
            nextAttempt: nil
        )
    }

    /// Searches as people make them: rare and common words, beginnings, words that nobody wrote, several of them, phrases.
    static func words(_ events: Int) -> [String] {
        let some = (1...8).map { events * $0 / 9 }
        let rare = some.map(String.init) + some.prefix(4).map { "user\($0)" }
        let common = [
            "gmbh", "manufacturing", "energy", "open", "closed", "york", "zurich", "sao", "false", "2026", "berlin",
            "retail", "lyon", "krakow",
        ]
        let prefixes = [
            "manu*", "gm*", "user\(events / 3)*", "ostost*", "x*", "202*", "z*", "grapel*",
            "user*", "user3*", "manufac*", "1*", "gra*",
        ]
        let absent = ["nobody", "wrote", "these", "words*"]
        let several = [
            "energy berlin", "closed paris", "gmbh \(some[2])", "retail zurich won", "open -berlin", "tokyo | krakow",
        ]
        let phrases = ["\"new york\"", "\"closed won\"", "\"gmbh \(some[4])\"", "\"berlin paris\""]
        return rare + common + prefixes + absent + several + phrases
    }

    /// Words beside terms that an index answers otherwise, and words that must not stand there.
    static func wordsBesideTerms(_ events: Int) -> [String] {
        [
            "manufacturing object:Lead", "energy object:Account", "gmbh state:dead", "york change:deleted",
            "open since:2h", "name:gmbh object:Case", "berlin state:dead", "energy berlin state:dead",
            "\(events * 4 / 9) state:delivered", "ber* state:dead", "-berlin", "-gmbh", "zurich state:delivered",
        ]
    }
}

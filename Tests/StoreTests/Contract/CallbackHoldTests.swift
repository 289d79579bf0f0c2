import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct CallbackHoldTests {
    @Test("A hold is read back as it was kept, and goes with its instance", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            #expect(try await store.callbackHold(id) == nil)
            var hold = CallbackHold(url: "https://app.example/hook", reason: "answered 410")
            try await store.saveCallbackHold(hold, of: id)
            #expect(try await store.callbackHold(id) == hold)
            hold.reason = "answered 503"
            hold.until = Timestamp(seconds: 7000)
            try await store.saveCallbackHold(hold, of: id)
            #expect(try await store.callbackHold(id) == hold)
            try await store.saveCallbackHold(nil, of: id)
            #expect(try await store.callbackHold(id) == nil)
            try await store.saveCallbackHold(hold, of: id)
            try await store.deleteInstance(id)
            try await store.saveCallbackHold(hold, of: id)
            #expect(try await store.callbackHold(id) == nil)
        }
    }
}

import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct CallbackReleaseTests {
    private static let at = Sample.now
    private static let later = at.advanced(bySeconds: 1)
    private static let earlier = at.advanced(bySeconds: -1)

    @Test(arguments: [
        (CallbackState.held(reason: "gone (410)", until: nil), "held again: gone (410).", Severity.warning),
        (.failing(reason: "refused", at: later, retrying: 1), "still down: refused.", .warning),
        (.healthy(status: 200, milliseconds: 3, at: later), "takes what was held.", .success),
    ])
    func `what the callback answers after a release says whether it helped`(
        state: CallbackState,
        words: String,
        severity: Severity
    ) {
        var release = CallbackRelease(instance: 1, at: Self.at, awaitsOlder: false)
        let outcome = release.follow(state)
        #expect(outcome?.words?.hasSuffix(words) == true)
        #expect(outcome?.severity == severity)
    }

    @Test(arguments: [
        CallbackState.idle, .failing(reason: "refused", at: earlier, retrying: 1),
        .healthy(status: 200, milliseconds: 3, at: earlier),
    ])
    func `what was answered before says nothing`(state: CallbackState) {
        var release = CallbackRelease(instance: 1, at: Self.at, awaitsOlder: false)
        let outcome1 = release.follow(state)
        #expect(outcome1 == nil)
    }

    @Test func `an overview that was being read may be older than the release`() {
        var release = CallbackRelease(instance: 1, at: Self.at, awaitsOlder: true)
        let outcome2 = release.follow(.held(reason: "gone", until: nil))
        #expect(outcome2 == nil)
        let outcome3 = release.follow(.held(reason: "gone", until: nil))
        #expect(outcome3 != nil)
    }

    @Test func `without a callback or an instance there is nothing to follow`() {
        for state in [CallbackState.none, nil] {
            var release = CallbackRelease(instance: 1, at: Self.at, awaitsOlder: false)
            let outcome = release.follow(state)
            #expect(outcome != nil && outcome?.words == nil)
        }
    }
}

import Domain
import Testing

@testable import Engine

struct SourceNeedsTests {
    private let needs = SourceNeeds(
        eventTypes: [.webhooks],
        grants: [.clientCredentials, .jwtBearer],
        settings: [.callbackURL]
    )

    private func configuration(_ change: (inout InstanceConfiguration) -> Void) -> InstanceConfiguration {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.eventType = .webhooks
        configuration.grantType = .clientCredentials
        configuration.callbackURL = "https://app.example/hook"
        change(&configuration)
        return configuration
    }

    @Test func `settings that give a source what it needs can be applied`() {
        #expect(needs.issues(configuration { _ in }).isEmpty)
    }

    @Test func `a grant that a source can't use is refused, with those that it can`() {
        let issues = needs.issues(configuration { $0.grantType = .password })
        #expect(issues.map(\.key) == [.grantType])
        #expect(
            issues.first?.message
                == "Event type webhooks does not work with the OAuth grant type password; choose one of JWT bearer, "
                + "client credentials."
        )
    }

    @Test func `a setting that a source can't begin without is named`() {
        let issues = needs.issues(configuration { $0.callbackURL = "" })
        #expect(issues.map(\.key) == [.callbackURL])
        #expect(issues.first?.message.hasPrefix(ConfigurationKey.callbackURL.label) == true)
    }

    @Test func `nothing is asked of settings that don't ask for the source`() {
        #expect(
            needs.issues(
                configuration {
                    $0.eventType = .polling; $0.grantType = .password
                }
            ).isEmpty
        )
        #expect(
            needs.issues(
                configuration {
                    $0.eventsEnabled = false; $0.grantType = .password
                }
            ).isEmpty
        )
    }

    @Test func `every event type has a source, and polling and webhooks work with every grant`() {
        for type in EventType.allCases {
            #expect(InstanceSources.needs.contains { $0.eventTypes.contains(type) })
        }
        for type in [EventType.polling, .webhooks] {
            for grant in GrantType.allCases {
                let configuration = configuration {
                    $0.eventType = type
                    $0.grantType = grant
                }
                #expect(InstanceSources.needs.flatMap { $0.issues(configuration) }.isEmpty)
            }
        }
    }
}

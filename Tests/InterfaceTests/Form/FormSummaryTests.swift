import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct FormSummaryTests {
    private func line(_ width: Int, unsaved: Int = 0, _ change: (inout InstanceConfiguration) -> Void = { _ in })
        -> String
    {
        let context = Driver(100, 30).context
        return FormSummary(Sample.overview(change: change), unsaved: unsaved).line(width: width, context).text.string
    }

    @Test func `the settings in force stand in one line, as many objects as there is room for`() {
        #expect(
            line(98)
                == "▹ polling every 5 minutes · Account, Contact, Lead, Opportunity · to app.example"
        )
        #expect(line(76) == "▹ polling every 5 minutes · Account, Contact, Lead +1 · to app.example")
        #expect(line(60) == "▹ polling every 5 minutes · Account +3 · to app.example")
        #expect(
            line(98, unsaved: 2).hasSuffix("· *2 unsaved changes") || line(98, unsaved: 2).contains("2 unsaved changes")
        )
        #expect(line(98) { $0.refreshInterval = 1 }.hasPrefix("▹ polling every minute · "))
        #expect(line(98) { $0.eventType = .webhooks }.hasPrefix("▹ webhooks · "))
        #expect(line(98) { $0.eventsEnabled = false }.hasPrefix("▹ events off · "))
        #expect(line(98) { $0.callbackURL = "" }.hasSuffix("no callback"))
    }

    @Test func `whatever is in it, it fits`() {
        for width in 1...120 {
            let text = line(width, unsaved: 3) { settings in
                settings.objects = (1...90).map { "Object_Number_\($0)__c" }
                settings.callbackURL = "https://" + String(repeating: "東京", count: 60) + ".example/x\u{1B}[2J"
            }
            #expect(DisplayText(text).width <= width && !text.contains("\u{1B}"))
        }
    }

    @Test func `beside the demo it says how often is polled as the header does`() {
        var driver = Driver(140, 24)
        driver.addPolls(of: Sample.overview().tags, every: 3)
        for width in [80, 100] {
            driver.resize(width, 24)
            #expect(driver.text.contains("▹ polled every 3 s"), "\(driver.text)")
            #expect(!driver.text.contains("polling every"))
        }
    }

    @Test func `it stands where the form has no place, and leads to it`() {
        for (width, height, isShown) in [
            (100, 30, true), (80, 24, true), (80, 16, false), (60, 24, false), (140, 40, false),
        ] {
            var driver = Driver(width, height)
            #expect(driver.text.contains("▹ polling every 5 minutes") == isShown, "\(width)x\(height)")
            guard isShown else { continue }
            driver.click(20, 1)
            #expect(driver.dashboard.focus == .form && !driver.text.contains("▹ polling"))
        }
        #expect(!Driver(100, 30, instances: []).text.contains("▹ polling"))
    }
}

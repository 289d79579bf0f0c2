import Domain
import Salesforce
import SimulatedOrg

extension HistoryRun {
    /// What it went through, when it is over.
    func total() async -> Tally {
        var total = tally
        for question in await ledger.questions {
            switch question {
            case .ids: total.count("sweep pages")
            case .stamps: total.count("windows planned, compared or measured")
            case .states: total.count("narrow reads judged")
            }
        }
        for (name, times) in await org.strikes { total.count(name, times) }
        total.count("parts of backlogs read", await ledger.partsRead)
        total.count("backlogs read whole", await ledger.backlogsRead)
        total.count("rows of backlogs", Int(await ledger.backlogRows))
        return total
    }
}

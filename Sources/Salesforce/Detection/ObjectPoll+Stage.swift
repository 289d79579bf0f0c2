import Domain
import Primitives

extension ObjectPoll {
    /// What the poll is about to ask, with what it knows in that stage alone.
    enum Stage: Sendable {
        // MARK: Before the rows

        /// A first run asks for the newest row, to learn the org's time from it; for one of so many days where the org can't
        /// sort all of them.
        case anchor(days: Int?)
        /// A first run asks whether records are known from before, as of an object that was taken off the list and put back.
        case former

        // MARK: Each read, and the log of deletions along with it

        case begin
        /// Rows that may be a backlog wait until the newest row shows the org's time.
        case newest(QueryPage)
        case page(path: String)
        /// Entries of the log from before the rows that were read: the ledger knows most of them already. `rows`: of the last
        /// page, stored together with the deletions that follow them.
        case weigh(fresh: [DeleteLog.Entry], rows: [Observation])
        case deletions([DeleteLog.Entry], rows: [Observation])
        case verify(LookUp)

        // MARK: What is known

        /// What was not read again of the overlap is held against the ledger.
        case check
        case fetch(LookUp)
        case updateLog(UpdateLogReading)
        case retrieve([String], covered: Timestamp)
        /// What a sweep reported as deleted is asked for again, as it may be back in sight; first what became of it since.
        case recall
        case returned(LookUp)
        /// So many chunks were swept in this poll.
        case sweep(chunks: Int)
        case exists(SweepChunk)
        /// What is not among the live rows, and when it was written last.
        case absent([String], SweepChunk)
        case lookUp(LookUp, SweepChunk)

        // MARK: The end

        case close
        case done

        /// The records that are asked for by id, in the stages that do so page by page.
        var look: LookUp? {
            switch self {
            case .verify(let look), .fetch(let look), .returned(let look), .lookUp(let look, _): look
            default: nil
            }
        }

        /// The same stage with another place among these records.
        func looking(_ look: LookUp) -> Stage {
            switch self {
            case .verify: .verify(look)
            case .fetch: .fetch(look)
            case .returned: .returned(look)
            case .lookUp(_, let chunk): .lookUp(look, chunk)
            default: self
            }
        }
    }
}

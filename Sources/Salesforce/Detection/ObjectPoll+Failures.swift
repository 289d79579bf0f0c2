import Domain

extension ObjectPoll {
    /// What an error means for this object: another try in another way, less than everything, or its end for this poll.
    mutating func recover(_ error: SalesforceError, _ ask: ObjectAsk) {
        switch ask {
        case .deleteLog(let start, let end): recoverLog(error, start: start, end: end)
        case .updateLog, .retrieve:
            if error.code == "EXCEEDED_ID_LIMIT" || error.code == "INVALID_REPLICATION_DATE" {
                resume.updatedCursor = overlapped(now)
            }
            problem = "\(name) could not be checked against the org's log of updates: \(error.message)"
            stage = .close
        case .query, .nextPage:
            if case .verify = stage {
                problem = "\(name): old entries of the log of deletions could not be checked: \(error.message)"
                log.unverified = []
                log.state = .failed
                settleRead()
                queue.append(finding([], isBaseline: false))
                finishRead()
                return
            }
            recoverQuery(error, ask)
        }
    }

    private mutating func recoverQuery(_ error: SalesforceError, _ ask: ObjectAsk) {
        if case .nextPage = ask, Self.isDeadLocator(error) {
            locatorDeaths += 1
            if locatorDeaths <= 3 { return resumeByKey() }
        }
        switch error.code {
        case "INVALID_FIELD" where !wasRedescribed:
            wasRedescribed = true
            isDescribed = false
            if case .anchor = stage {} else { stage = .begin }
        case "QUERY_TIMEOUT" where halvings < 4:
            guard let read = reads.first else { return fail(error) }
            let from = read.position?.stamp ?? read.lower ?? Self.dawn
            span = max(1000, (span ?? max(read.start, now).since(from) + 1000) / 2)
            halvings += 1
            stage = .begin
        default: fail(error)
        }
    }

    private static func isDeadLocator(_ error: SalesforceError) -> Bool {
        error.code?.contains("QUERY_LOCATOR") == true || error.code == "LOCATOR_LOCATION_EXCEEDS_SIZE"
            || error.code == "NOT_FOUND" || error.code == "INVALID_QUERY_CURSOR"
    }

    /// Asks anew from behind the last row; the locator is of no use any more.
    mutating func resumeByKey() { stage = .begin }

    private mutating func recoverLog(_ error: SalesforceError, start: Timestamp, end: Timestamp) {
        log.attempts += 1
        switch error.code {
        case "INVALID_REPLICATION_DATE" where log.attempts == 1:
            // Purged past the start: what is left begins anew, and the gap is said.
            if record.deletedCursor != nil { resume.purgedBefore = now }
            log.start = overlapped(now)
            repeatLog()
        case "INVALID_REPLICATION_DATE" where log.attempts == 2:
            log.start = now
            repeatLog()
        case "EXCEEDED_ID_LIMIT" where log.attempts < 12 && end.since(start) > 120_000:
            log.end = Timestamp(seconds: start.seconds + (end.seconds - start.seconds) / 120 * 60)
            repeatLog()
        default:
            log.state = .failed
            problem = "\(name): the log of deletions can't be read, so hard deletions are missed: \(error.message)"
        }
    }

    private mutating func repeatLog() {
        log.state = .unread
        mustRepeatRows = true
    }

    mutating func fail(_ error: SalesforceError) {
        failure = error
        problem = error.message
        stage = .close
        reads = []
    }
}

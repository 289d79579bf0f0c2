import Domain
import Primitives

extension ObjectPoll {
    /// What an error means for this object: another try in another way, less than everything, or its end for this poll.
    mutating func recover(_ refusal: SalesforceError, _ request: ObjectRequest) {
        let asked = bounded(refusal)
        if joining != nil { return recoverJoin(asked) }
        // It is read in order then, as it would have to be without a backlog; what fails now fails the next page, too.
        if case .newest = stage { return acceptNewest([]) }
        if narrows(asked, request) { return }
        let error = exhausted(asked)
        if case .fetch = stage {
            if request.isNextPage, Self.isDeadLocator(error), resumeLookUp() { return }
            return pauseCheck(error)
        }
        switch request {
        case .deleteLog(let start, let end): recoverLog(error, start: start, end: end)
        case .updateLog(let start, _):
            if !shortensUpdateLog(error, start: start) { leaveUpdateLog(error) }
        case .retrieve: leaveUpdateLog(error)
        case .exists:
            // Where they can't be asked for so many at a time, their rows can.
            if case .exists(let chunk) = stage, error.kind == .refused { return dateAbsent(chunk.ids, of: chunk) }
            pauseSweep(error)
        case .count, .narrow: break
        case .query, .nextPage:
            if request.isNextPage, Self.isDeadLocator(error), resumeLookUp() { return }
            if stage.isSweeping { return pauseSweep(error) }
            if case .verify = stage {
                recordProblem(
                    "Old entries of the log of deletions could not be checked: \(error.message)",
                    error
                )
                log.failVerifying()
                settleRead()
                outbox.enqueue(batch([], isBaseline: false))
                finishRead()
                return
            }
            recoverQuery(error, request)
        }
    }

    /// Whether what is asked by id comes in pages without end.
    var isEndless: Bool {
        if let joining { return joining.isEndless }
        return stage.look?.isEndless ?? false
    }

    /// Goes on without those pages, as after any other trouble with them that passes.
    mutating func leaveEndless() {
        guard let join = joining else { return recover(PageTrail.endless, .nextPage(path: "")) }
        // Nothing of the page that lacks them was stored.
        joining = nil
        recover(PageTrail.endless, join.request)
    }

    /// Asks for the records that the pages so far did not bring; false where none is being looked up, or to no end.
    private mutating func resumeLookUp() -> Bool {
        guard var look = stage.look, look.resume() else { return false }
        stage = stage.looking(look)
        return true
    }

    /// Asks for less in the way that the refusal calls for; false where there is nothing less to ask.
    private mutating func narrows(_ error: SalesforceError, _ request: ObjectRequest) -> Bool {
        let remedy = Self.remedy(error)
        switch (stage, remedy, request) {
        case (.anchor(let days), .shorterSpan, .query), (.anchor(let days), .fewerFields, .query),
            (.anchor(let days), .fewerRows, .query):
            guard days != 1 else { return false }
            stage = .anchor(days: days == nil ? 30 : 1)
            return true
        case (_, .fewerRows, .query), (_, .fewerRows, .nextPage), (_, .fewerRows, .retrieve): return reduceRows(error)
        case (_, .fewerFields, .query), (_, .fewerFields, .nextPage): return partFields(error)
        case (.retrieve, .fewerFields, .retrieve) where fields.first.count > 1: return partFields(error)
        case (.retrieve, .fewerFields, .retrieve), (.retrieve, .shorterSpan, .retrieve):
            return limits.rows.narrowRetrieval()
        case (_, .shorterSpan, .query), (_, .shorterSpan, .nextPage):
            guard let fewer = stage.look?.narrowed else { return false }
            stage = stage.looking(fewer)
            return true
        case (_, .namedField, .query), (_, .namedField, .nextPage), (_, .namedField, .retrieve):
            if !fields.wasRedescribed {
                fields.redescribe()
            } else if let field = Self.namedField(error, in: schema) {
                leaveOut(field, error)
            } else {
                return false
            }
            restartQuestion()
            return true
        case (.updateLog(var reading), _, .updateLog(let start, let end)) where error.code == "EXCEEDED_ID_LIMIT":
            guard reading.halve(from: start, to: end) else { return false }
            stage = .updateLog(reading)
            return true
        default: return false
        }
    }

    /// The sweep goes on where it is, at the next poll; what could not be asked for is not missing.
    private mutating func pauseSweep(_ error: SalesforceError) {
        recordProblem("Known records could not be held against the org: \(error.message)", error)
        stage = .close
    }

    private mutating func recoverQuery(_ error: SalesforceError, _ request: ObjectRequest) {
        if request.isNextPage, Self.isDeadLocator(error), limits.recovery.mayGoOnByKey() { return resumeByKey() }
        switch error.code {
        case "QUERY_TIMEOUT", "OPERATION_TOO_LARGE":
            guard let read = reads.current else { return fail(error) }
            limits.span.narrow(read, known: resume.span, horizon: time.horizon)
            // The next poll begins with what this one has learnt.
            resume.span = limits.span.milliseconds
            // Formulas take their time, too: where a short span is not enough, fewer fields may be.
            if limits.span.isShortest, fields.first.count > 1, partFields(error) { limits.span.forgetHalvings() }
            if limits.span.isExhausted { return fail(error) }
            stage = .begin
        default: fail(error)
        }
    }

    static func isDeadLocator(_ error: SalesforceError) -> Bool {
        error.code?.contains("QUERY_LOCATOR") == true || error.code == "LOCATOR_LOCATION_EXCEEDS_SIZE"
            || error.code == "NOT_FOUND" || error.code == "INVALID_QUERY_CURSOR"
            // A locator belongs to the session that it came from; the next one never gets its pages.
            || error.code == RestFailure.freshSessionCode
    }

    /// Asks anew from behind the last row; the locator is of no use any more.
    mutating func resumeByKey() { stage = .begin }

    /// Says what keeps this object from being complete, with the org's own words beside ours.
    mutating func recordProblem(_ sentence: String, _ error: SalesforceError) {
        outcome.recordProblem(sentence, providerMessage: error.providerMessage)
    }

    mutating func fail(_ error: SalesforceError) {
        outbox.withdraw()
        outcome.fail(error)
        stage = .close
        reads.abandon()
    }
}

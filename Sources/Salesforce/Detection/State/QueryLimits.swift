/// How much one question asks for in a poll, and what asking for less may cost. What was learnt of that for later polls is in
/// `ResumeState`.
struct QueryLimits: Sendable {
    var rows: RowLimit
    var span: SpanLimit
    var recovery: Recovery

    /// `provenWidth`: of fields that polls before this one were given with one query.
    init(_ resume: ResumeState, provenWidth: Int) {
        rows = RowLimit(resume.rows)
        span = SpanLimit(resume.span)
        recovery = Recovery(provenWidth: provenWidth)
    }
}

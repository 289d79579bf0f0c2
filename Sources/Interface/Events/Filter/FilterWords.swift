/// What people type who have not met the language of filters yet: a word for a state or a time, which is looked for in the
/// records and found in none.
enum FilterWords {
    /// The term that is likely meant; nil where words are words.
    static func meant(by filter: String) -> String? {
        // A term with a key is written right.
        let words = Set(filter.lowercased().split(separator: " ").map(String.init))
        return table.first { !words.isDisjoint(with: $0.words) }.map { "Records are searched for words. \($0.way)" }
    }

    private static let table: [(words: Set<String>, way: String)] = [
        (
            ["fail", "failed", "failure", "failures", "error", "errors", "broken"],
            "state:dead finds what was given up, state:retrying what is tried again."
        ),
        (["dead"], "state:dead finds what was given up."),
        (
            ["pending", "waiting", "queued", "queue", "unsent", "open"],
            "state:queued,retrying,held finds what is not sent yet."
        ),
        (["sent", "delivered", "success", "successful"], "state:delivered finds what arrived."),
        (["replayed", "resent"], "replay:succeeded and replay:failed find what was replayed."),
        (
            ["today", "yesterday", "hour", "hours", "minutes", "last"],
            "since:today finds what came today, since:yesterday what came from then on, since:2h the last two hours."
        ),
        (["created", "inserted", "new"], "change:created finds new records."),
        (["updated", "changed", "modified"], "change:updated finds changed records, field:Email those of one field."),
        (["deleted", "removed"], "change:deleted finds deleted records."),
    ]
}

/// The words that each of some texts holds; in a text, one blank parts two words.
///
/// Few of a text's words are among them: they are told apart by hashes, and only then by bytes. A set of each text's words
/// would take five times as long, and each event that is indexed would pay for it.
struct SharedWords {
    private struct Word {
        let bytes: ArraySlice<UInt8>
        /// The number of the last text up to which all hold it.
        var last: Int
    }

    // FNV-1a
    private static let basis: UInt64 = 0xcbf2_9ce4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01b3

    /// By their hashes; of two with the same one only one.
    private var known: [UInt64: Word] = [:]
    /// By the first ten bits of a hash, whether there may be such a word.
    private var sketch = [Bool](repeating: true, count: 1024)
    private var texts = 0

    /// Whether nothing can be shared any more.
    var isOver: Bool { texts > 0 && known.isEmpty }

    var words: [String] {
        known.values.filter { $0.last == texts - 1 }.map { String(decoding: $0.bytes, as: UTF8.self) }.sorted()
    }

    mutating func add(_ text: String) {
        let bytes = Array(text.utf8)
        var (begin, hash) = (0, Self.basis)
        for place in 0...bytes.count {
            if place < bytes.count, bytes[place] != 0x20 {
                hash = (hash ^ UInt64(bytes[place])) &* Self.prime
                continue
            }
            if begin < place, sketch[Int(hash >> 54)] { note(bytes[begin..<place], hash) }
            (begin, hash) = (place + 1, Self.basis)
        }
        // After 1, 2, 4, 8 … texts: soon few are left.
        if texts & (texts - 1) == 0 { forgetOthers() }
        texts += 1
    }

    private mutating func note(_ word: ArraySlice<UInt8>, _ hash: UInt64) {
        if texts == 0 {
            known[hash] = Word(bytes: word, last: 0)
        } else if let place = known.index(forKey: hash), known.values[place].last == texts - 1,
            known.values[place].bytes == word
        {
            known.values[place].last = texts
        }
    }

    private mutating func forgetOthers() {
        known = known.filter { $0.value.last == texts }
        sketch = Array(repeating: false, count: 1024)
        for hash in known.keys { sketch[Int(hash >> 54)] = true }
    }
}

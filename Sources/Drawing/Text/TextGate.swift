/// Filters scalars down to what may be shown; the working part of `DisplayText`.
struct TextGate {
    private static let mostMarks = 4
    private static let tabStop = 4

    private let limit: Int
    private var kept = String.UnicodeScalarView()
    private var width = 0
    private var isASCII = true
    private var marks = 0
    private var afterEmoji = false
    private var afterJoiner = false
    private var isFull = false
    /// Where the last cell that leaves room for the `…` ends, in scalars and columns.
    private var cut: (end: String.UnicodeScalarView.Index, width: Int)?

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    mutating func feed(_ text: some StringProtocol) {
        if feedASCII(text) { return }
        var afterReturn = false
        // What is dropped takes no columns, and any amount of it must not take time either.
        var room = limit * 8 + 64
        for scalar in text.unicodeScalars {
            defer { afterReturn = scalar == "\r" }
            room -= 1
            guard room >= 0 else {
                if width < limit { cut = (kept.endIndex, width) }
                isFull = true
                return
            }
            if afterReturn, scalar == "\n" { continue }
            feed(scalar)
            if isFull { return }
        }
    }

    consuming func finish() -> DisplayText {
        guard isFull else { return DisplayText(trusted: String(kept), width: width, isASCII: isASCII) }
        let end = cut?.end ?? kept.startIndex
        let head = String(kept[..<end])
        guard limit > 0 else { return .empty }
        return DisplayText(trusted: head + "…", width: (cut?.width ?? 0) + 1, isASCII: false)
    }

    /// Most lines are short and printable: they pass as they are.
    private mutating func feedASCII(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        let count = bytes.count
        guard count <= limit else { return false }
        // Byte by byte through the generic view takes ten times as long.
        let isPlain =
            bytes.withContiguousStorageIfAvailable { unsafe $0.allSatisfy(Self.isPrintable) }
            ?? bytes.allSatisfy(Self.isPrintable)
        guard isPlain else { return false }
        if kept.isEmpty { kept = String(text).unicodeScalars } else { kept.append(contentsOf: text.unicodeScalars) }
        width = count
        return true
    }

    private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

    private mutating func feed(_ scalar: Unicode.Scalar) {
        if scalar == "\u{200D}" {
            afterJoiner = true
            return
        }
        let joined = afterJoiner
        switch ScalarClass(scalar) {
        case .base(let columns):
            afterJoiner = false
            if isPartOfEmoji(scalar, joined: joined) { return }
            afterEmoji = scalar.value > 0xFF && scalar.properties.isEmoji
            append(scalar, columns: columns)
        case .mark: attach(scalar)
        case .replaced(let replacement):
            endCluster()
            append(replacement, columns: 1)
        case .dropped: break
        case .tab:
            endCluster()
            for _ in 0..<(Self.tabStop - width % Self.tabStop) { append(" ", columns: 1) }
        case .newline:
            endCluster()
            append("⏎", columns: 1)
        }
    }

    /// Skin tones, and the further members of a joined family, don't fit the cell: the first emoji stands alone.
    private func isPartOfEmoji(_ scalar: Unicode.Scalar, joined: Bool) -> Bool {
        guard afterEmoji else { return false }
        return scalar.properties.isEmojiModifier || (joined && scalar.value > 0xFF && scalar.properties.isEmoji)
    }

    private mutating func endCluster() {
        afterEmoji = false
        afterJoiner = false
    }

    private mutating func attach(_ mark: Unicode.Scalar) {
        if kept.isEmpty { append("◌", columns: 1) }
        guard !isFull, marks < Self.mostMarks else { return }
        marks += 1
        isASCII = false
        kept.append(mark)
    }

    private mutating func append(_ scalar: Unicode.Scalar, columns: Int) {
        guard !isFull else { return }
        if width < limit { cut = (kept.endIndex, width) }
        guard width + columns <= limit else {
            isFull = true
            return
        }
        kept.append(scalar)
        width += columns
        marks = 0
        isASCII = isASCII && scalar.isASCII
    }
}

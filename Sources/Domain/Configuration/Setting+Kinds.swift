import Primitives

extension Setting {
    package typealias Path<Value> = any WritableKeyPath<InstanceConfiguration, Value> & Sendable
    typealias Condition = @Sendable (EventType, GrantType) -> Bool

    static func flag(
        _ path: Path<Bool>,
        _ label: String,
        in section: Section,
        help: String,
        when applies: @escaping Condition = { _, _ in true }
    ) -> Setting {
        Setting(
            .flag,
            label,
            in: section,
            help: help,
            when: applies,
            read: { String($0[keyPath: path]) },
            write: { configuration, value in
                if isEmpty(value) {
                    configuration[keyPath: path] = InstanceConfiguration()[keyPath: path]
                } else if let flag = value.bool {
                    configuration[keyPath: path] = flag
                } else {
                    return "is true or false; \(quoted(value)) is neither"
                }
                return nil
            }
        )
    }

    /// Nothing given takes the number back to its default.
    static func number(
        _ path: Path<Int>,
        _ range: ClosedRange<Int>,
        of unit: String,
        _ label: String,
        in section: Section,
        help: String,
        hint: String = "",
        placeholder: String = "",
        when applies: @escaping Condition = { _, _ in true }
    ) -> Setting {
        Setting(
            .number(range, unit: unit),
            label,
            in: section,
            help: help,
            hint: hint,
            placeholder: placeholder,
            when: applies,
            read: { String($0[keyPath: path]) },
            write: { configuration, value in
                let fresh = InstanceConfiguration()[keyPath: path]
                guard let number = isEmpty(value) ? fresh : whole(value, range) else {
                    return refusal(value, range, unit)
                }
                configuration[keyPath: path] = number
                return nil
            }
        )
    }

    /// Nothing given is a value of its own.
    static func number(
        _ path: Path<Int?>,
        _ range: ClosedRange<Int>,
        of unit: String,
        _ label: String,
        in section: Section,
        help: String,
        placeholder: String = ""
    ) -> Setting {
        Setting(
            .number(range, unit: unit),
            label,
            in: section,
            help: help,
            placeholder: placeholder,
            read: { $0[keyPath: path].map(String.init) ?? "" },
            write: { configuration, value in
                let number = whole(value, range)
                if number == nil, !isEmpty(value) { return refusal(value, range, unit) }
                configuration[keyPath: path] = number
                return nil
            }
        )
    }

    /// `write` says whether it knows the word; an empty one means as a new instance has it.
    static func choice(
        _ words: [String],
        _ label: String,
        in section: Section,
        help: String,
        read: @escaping @Sendable (InstanceConfiguration) -> String,
        write: @escaping @Sendable (inout InstanceConfiguration, String) -> Bool
    ) -> Setting {
        Setting(
            .choice(words),
            label,
            in: section,
            help: help,
            read: read,
            write: { configuration, value in
                if write(&configuration, text(value)) { return nil }
                return words.count == 2
                    ? "is \(words[0]) or \(words[1]); \(quoted(value)) is neither"
                    : "is one of \(words.joined(separator: ", ")); \(quoted(value)) is not"
            }
        )
    }

    static func text(
        _ path: Path<String>,
        _ label: String,
        in section: Section,
        help: String,
        hint: String = "",
        placeholder: String = "",
        reading: @escaping @Sendable (String) -> Reading = cleaned,
        when applies: @escaping Condition = { _, _ in true }
    ) -> Setting {
        Setting(
            .text,
            label,
            in: section,
            help: help,
            hint: hint,
            placeholder: placeholder,
            when: applies,
            read: { $0[keyPath: path] },
            write: { store(reading($1.settingText ?? ""), in: &$0[keyPath: path]) }
        )
    }

    static func secret(
        _ path: Path<Secret>,
        _ label: String,
        in section: Section,
        help: String,
        hint: String = "",
        placeholder: String = "",
        isShown: Bool = false,
        reading: @escaping @Sendable (String) -> Reading = cleaned,
        when applies: @escaping Condition = { _, _ in true }
    ) -> Setting {
        Setting(
            .text,
            label,
            in: section,
            help: help,
            hint: hint,
            placeholder: placeholder,
            secret: path,
            isShown: isShown,
            when: applies,
            read: { $0[keyPath: path].exposed },
            write: { configuration, value in
                var text = configuration[keyPath: path].exposed
                defer { configuration[keyPath: path] = Secret(text) }
                return store(reading(value.settingText ?? ""), in: &text)
            }
        )
    }

    static var objects: Setting {
        Setting(
            .objects,
            "Objects to monitor",
            in: .events,
            help: "The objects whose changes are reported, by API name.",
            hint: "Space ticks; type to filter; Enter adds other names, separated by commas.",
            read: { $0.objects.joined(separator: ",") },
            write: { configuration, value in
                // Passed over, it would leave a list of nothing, which means the default objects.
                let given = value.array ?? (value == .null ? [] : [value])
                if let other = given.first(where: { $0.string == nil }) {
                    return "takes API names like Account or Invoice__c; \(quoted(other)) is none"
                }
                configuration.objects = InstanceConfiguration.objectNames(value)
                return nil
            }
        )
    }

    /// A JSON object, also one that stands in a text.
    static var callbackHeaders: Setting {
        let path: Path<Secret> = \.callbackHeaders
        return Setting(
            .text,
            "Callback headers",
            in: .optional,
            help: "JSON object of headers sent with each post, like {\"Authorization\": \"Bearer …\"}; kept secret.",
            hint: "Ctrl+R shows what you type.",
            placeholder: "none: only Signalbox's own",
            secret: path,
            read: { $0[keyPath: path].exposed },
            write: { configuration, value in
                let given = value == .null ? "" : value.settingText ?? value.text
                do throws(CallbackHeaders.Fault) {
                    let headers = try CallbackHeaders(parsing: PastedText.cleaned(given, unquoting: false))
                    configuration[keyPath: path] = Secret(headers.text)
                    return nil
                } catch { return error.clause }
            }
        )
    }

    static var firstRun: Setting {
        Setting(
            .start,
            "First poll",
            in: .optional,
            help: "What the first poll of an object reports: changes from now on, since a moment, or every record.",
            read: { $0.firstRun.setting },
            write: { configuration, value in
                guard let run = FirstRun(setting: text(value)) else {
                    return "is now, backfill or a moment like 2026-11-23T18:00:00Z; \(quoted(value)) is not"
                }
                configuration.firstRun = run
                return nil
            }
        )
    }

    // MARK: Reading

    /// As it was meant: without what surrounds a text that was pasted.
    static let cleaned: @Sendable (String) -> Reading = { .value(PastedText.cleaned($0, unquoting: true)) }

    /// Where a browser is sent back to: an address of the web, or of an app with a scheme of its own. As it was given, for the
    /// org compares it letter by letter.
    static let redirect: @Sendable (String) -> Reading = { given in
        let text = PastedText.cleaned(given, unquoting: true)
        if text.isEmpty { return .value(text) }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let isScheme = parts[0].utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
            default: false
            }
        }
        let rest = parts.count == 2 && isScheme && parts[0].first?.isLetter == true ? parts[1] : ""
        guard rest.hasPrefix("//"), rest.count > 2, !text.contains(" "), !PastedText.hidesSomething(text) else {
            let found = Setting.quoted(.string(text))
            return .refused("is a whole address like https://app.example/callback; \(found) is not")
        }
        return .value(text)
    }

    /// An address may come without its scheme, and with a slash at the end.
    static let address: @Sendable (String) -> Reading = { given in
        var url = PastedText.cleaned(given, unquoting: true)
        if url.isEmpty { return .value(InstanceConfiguration.defaultBaseURL) }
        if !url.contains("://") { url = "https://" + url }
        while url.hasSuffix("/") { url.removeLast() }
        return .value(url)
    }

    static let token: @Sendable (String) -> Reading = { given in
        let text = PastedText.cleaned(given, unquoting: true)
        return PastedText.tokenFault(text).map(Reading.refused) ?? .value(text)
    }

    static let signatureKey: @Sendable (String) -> Reading = { given in
        let key = PastedText.signatureKey(given)
        return PastedText.signatureKeyFault(key).map(Reading.refused) ?? .value(key)
    }

    /// Blanks and quotation marks may belong to it; what can't be typed does not.
    static let password: @Sendable (String) -> Reading = { given in
        let typed = given.trimming { $0.isNewline }
        return PastedText.hidesSomething(typed)
            ? .refused("contains a line end or a character that doesn't show; type it anew instead of pasting it")
            : .value(typed)
    }

    private static func store(_ reading: Reading, in stored: inout String) -> String? {
        switch reading {
        case .value(let text):
            stored = text
            return nil
        case .refused(let clause): return clause
        }
    }

    private static func text(_ value: JSON) -> String { PastedText.cleaned(value.settingText ?? "", unquoting: true) }

    private static func isEmpty(_ value: JSON) -> Bool { value == .null || text(value).isEmpty }

    private static func whole(_ value: JSON, _ range: ClosedRange<Int>) -> Int? {
        value.integer.flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil }
    }

    private static func refusal(_ value: JSON, _ range: ClosedRange<Int>, _ unit: String) -> String {
        "is a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound); \(quoted(value)) is not"
    }

    private static func quoted(_ value: JSON) -> String {
        let text = value.settingText ?? value.text
        return "\u{201C}\(text.count > 60 ? text.prefix(60).visible + "…" : text.visible)\u{201D}"
    }
}

extension String {
    /// Without white space at both ends.
    package var trimmed: String { trimming(\.isWhitespace) }

    /// Without such characters at both ends.
    func trimming(_ isGone: (Character) -> Bool) -> String {
        var part = Substring(self)
        while let first = part.first, isGone(first) { part.removeFirst() }
        while let last = part.last, isGone(last) { part.removeLast() }
        return String(part)
    }
}

import Primitives

/// A control request taken apart.
struct ControlRequest {
    let method: String
    /// The path behind `/control`.
    let path: [String]
    let target: OrgRequestTarget
    let body: JSON

    /// A text member of the body or parameter of the query.
    func text(_ name: String) throws(ServiceError) -> String {
        guard let text = body[name]?.string ?? target[name] else { throw .control("\(name) is required") }
        return text
    }

    /// An integer member of the body, brought into a range that no arithmetic overflows.
    func integer(_ name: String, in range: ClosedRange<Int> = 0...1_000_000_000) throws(ServiceError) -> Int? {
        try whole(name).map { min(range.upperBound, max(range.lowerBound, $0)) }
    }

    /// The same as it is.
    func whole(_ name: String) throws(ServiceError) -> Int? {
        guard let value = given(name) else { return nil }
        guard let number = value.int else { throw .control("\(name) must be a whole number") }
        return number
    }

    func number(_ name: String) throws(ServiceError) -> Double? {
        guard let value = given(name) else { return nil }
        guard let number = value.double, number.isFinite, number >= 0 else {
            throw .control("\(name) must be a number from 0 on")
        }
        return number
    }

    func flag(_ name: String) throws(ServiceError) -> Bool? {
        guard let value = given(name) else { return nil }
        guard let flag = value.bool else { throw .control("\(name) must be true or false") }
        return flag
    }

    private func given(_ name: String) -> JSON? { body[name].flatMap { $0 == .null ? nil : $0 } }

    func stamp(_ name: String) throws(ServiceError) -> Stamp? {
        guard let text = body[name]?.string else { return nil }
        guard let stamp = StampFormat.stamp(text) else { throw .control("\(name) must be a date-time") }
        return stamp
    }

    /// The ids that `id` or `ids` name.
    var ids: [String]? {
        if let id = body["id"]?.string { return [id] }
        return body["ids"]?.array?.compactMap(\.string)
    }
}

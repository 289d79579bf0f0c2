import HTTPTypes

/// Headers that the framework has no names for.
extension HTTPField.Name {
    static let elementsRequestID = known("Elements-Request-Id")
    static let elementsReturnedCount = known("Elements-Returned-Count")
    static let elementsTotalCount = known("Elements-Total-Count")
    static let elementsNextPageToken = known("Elements-Next-Page-Token")
    static let lastEventID = known("Last-Event-ID")
    static let contentTypeOptions = known("X-Content-Type-Options")

    /// Names spelled here are tokens, which is all that the initializer checks.
    static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .server }
}

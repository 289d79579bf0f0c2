import Domain
import EngineAPI
import HTTPTypes
import Hummingbird
import Primitives

/// One authorized call of the management API, ready to be answered.
struct Call: Sendable {
    let api: ManagementAPI
    let target: RequestTarget
    let headers: HTTPFields
    /// The `{…}` parts of the path.
    let parameters: [String: String]
    let body: [UInt8]
    /// The instance of the Element token, if one was sent.
    let element: Instance?
    /// How much whoever calls may do, and see.
    let scope: AccessScope

    var engine: any ListenerEngine { api.engine }

    /// The body as a JSON object, refused where a name stands twice in one: of two settings the last would win without a word.
    /// The member `spelled` goes on as it came, whatever is in it.
    func object(except spelled: String? = nil) throws(APIError) -> JSON {
        guard !body.isEmpty else { throw .badRequest("The call needs a JSON object as its body.") }
        let json: JSON
        do { json = try JSON(parsing: body) } catch { throw .badRequest("The body is \(error.description).") }
        guard case .object(let members) = json else { throw .badRequest("The body must be a JSON object.") }
        let judged = JSON.object(members.map { $0.name == spelled ? JSON.Member($0.name, .null) : $0 })
        if let name = judged.repeatedMember {
            let shown = PlainName.strip(String(name.prefix(60)))
            throw .badRequest("The body names \u{201C}\(shown)\u{201D} twice in one object; leave one of them.")
        }
        return json
    }

    /// The same, refused where it has other members: a misspelt one must not be passed over.
    func object(members known: [String], except spelled: String? = nil) throws(APIError) -> JSON {
        let json = try object(except: spelled)
        guard let name = json.members?.first(where: { !known.contains($0.name) })?.name else { return json }
        throw .badRequest(
            "The body has no \u{201C}\(name.prefix(40))\u{201D}; its members are \(known.joined(separator: ", "))."
        )
    }

    /// The instance that the path names, or the Element token where the path names none.
    func instanceID() throws(APIError) -> InstanceID {
        if let text = parameters["id"] {
            guard let id = InstanceID(text) else {
                throw .notFound(
                    "There is no instance \u{201C}\(text.prefix(60))\u{201D}; ids of instances are numbers."
                )
            }
            return id
        }
        if let element { return element.id }
        throw .badRequest(
            "The call names no instance: put its id into the path, or its token into the Authorization header as Element."
        )
    }

    /// The same, certain to exist.
    func instance() async throws -> Instance {
        let id = try instanceID()
        return try await engine.storedInstance(id)
    }

    /// The instance whose past the path or the token names: one that is there, or one that was deleted and has left events.
    func instanceOfPast() async throws -> InstanceID {
        let id = try instanceID()
        try await requirePast(of: id)
        return id
    }

    /// - Throws: `ClientError` (`notFound`) where there neither is such an instance nor an event of it.
    func requirePast(of id: InstanceID) async throws {
        do { _ = try await engine.storedInstance(id) } catch let error as ClientError where error.kind == .notFound {
            guard try await engine.events(.newest(of: id)).first != nil else { throw error }
        }
    }

    func moment(_ name: String) throws(APIError) -> Timestamp? {
        guard let text = target[name] else { return nil }
        let given: Timestamp? =
            if let milliseconds = Int64(text), text.utf8.count > 8 {
                Timestamp(epochMilliseconds: milliseconds)
            } else {
                // An unescaped + in a query is a space by the time it is here.
                Timestamp(parsing: text) ?? Timestamp(parsing: text.replacing(" ", with: "+"))
            }
        guard let given, Timestamp.writable.contains(given) else {
            throw .badRequest(
                "\(name) is a moment like 2026-11-23T18:00:00Z; \u{201C}\(text.prefix(60))\u{201D} is not."
            )
        }
        return given
    }

    func flag(_ name: String, default value: Bool) throws(APIError) -> Bool {
        guard let text = target[name] else { return value }
        guard let flag = JSON.string(text).bool else {
            throw .badRequest("\(name) is true or false; \u{201C}\(text.prefix(60))\u{201D} is neither.")
        }
        return flag
    }
}

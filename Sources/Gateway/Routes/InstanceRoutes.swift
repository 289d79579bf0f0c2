import Domain
import EngineAPI
import HTTPTypes
import Primitives

/// Instances: create, list, read, replace, merge, delete, switch.
enum InstanceRoutes {
    static let routes: [Route] =
        [
            Route(
                method: .post,
                template: Route.base + "/instances",
                operation: "createInstance",
                access: .scope(.admin),
                summary:
                    "Creates an instance, connects it (providerData: a code, or a granted state), starts its events.",
                body: .required(InstanceShape.draftSchema(needsElement: true), examples: InstanceShape.examples),
                answer: .json(InstanceShape.schema, "The instance as it was made."),
                refusals: [.conflict]
            ) { try await create($0, needsElement: true) },
            Route(
                method: .post,
                template: Route.base + "/elements/{keyOrId}/instances",
                operation: "createInstanceOfElement",
                access: .scope(.admin),
                summary: "The same, with the element in the path.",
                body: .required(InstanceShape.draftSchema(needsElement: false), examples: InstanceShape.examples),
                answer: .json(InstanceShape.schema, "The instance as it was made."),
                refusals: [.conflict]
            ) { call in
                try ElementRoutes.checkElement(call)
                return try await create(call, needsElement: false)
            },
            Route(
                method: .get,
                template: Route.base + "/instances",
                operation: "listInstances",
                access: .scope(.read),
                summary: "The instances; with an Element token, that one. 404 where nothing matches.",
                parameters: [
                    .init(
                        name: "tags[]",
                        summary: "Only instances with all of these tags.",
                        schema: .list(of: .text.example("forDocs"))
                    ),
                    .init(
                        name: "searchText",
                        summary: "Only instances with this in their name or tags.",
                        schema: .text.example("mySFDC")
                    ),
                    .init(
                        name: "hydrate",
                        summary: "false leaves out the configuration.",
                        schema: .flag.defaulting(to: true)
                    ),
                ] + .paging,
                answer: .page(orOne: InstanceShape.schema, "A page of instances, or the Element token's one."),
                refusals: [.notFound]
            ) { $0.element == nil ? try await list($0) : try await show($0) },
        ]
        + Route.instance(
            .get,
            "",
            "getInstance",
            .read,
            "Reads an instance; secrets are masked.",
            answer: .json(InstanceShape.schema, "The instance."),
            handler: show
        )
        + Route.instance(
            .put,
            "",
            "replaceInstance",
            .admin,
            "Replaces an instance; providerData (a code, a granted state) connects anew. "
                + "Another org than before is refused (409) unless the body says allowOtherOrganization: true.",
            body: .required(InstanceShape.replacementSchema, examples: InstanceShape.examples),
            answer: .json(InstanceShape.schema, "The instance as it is now."),
            refusals: [.conflict]
        ) {
            let call = $0
            return try await update(call) { try DraftReader.replaced(try call.object(), over: $0) }
        }
        + Route.instance(
            .patch,
            "",
            "changeInstance",
            .admin,
            "Merges settings; name and tags are replaced; providerData connects anew. "
                + "Another org than before is refused (409) unless the body says allowOtherOrganization: true.",
            body: .required(
                InstanceShape.changeSchema,
                examples: [.init("objects", ["configuration": ["event.objects": "Contact,Account"]])]
            ),
            answer: .json(InstanceShape.schema, "The instance as it is now."),
            refusals: [.conflict]
        ) {
            let call = $0
            return try await update(call) { try DraftReader.merged(try call.object(), over: $0) }
        }
        + Route.instance(
            .delete,
            "",
            "deleteInstance",
            .admin,
            "Deletes an instance and ends its grant; its events stay readable.",
            answer: .json(.object(["id": .id, "message": .text]).named("Deleted"), "What was deleted.")
        ) { call in
            let instance = try await call.instance()
            let report = try await call.engine.deleteInstanceReporting(instance.id)
            let message = ["The instance was deleted.", report].compactMap(\.self).joined(separator: " ")
            return .json(["id": .integer(instance.id), "message": .string(message)])
        }
        + Route.instance(
            .put,
            "/enabled",
            "enableInstance",
            .admin,
            "Enables the whole instance.",
            answer: .json(InstanceShape.schema, "The instance as it is now.")
        ) { try await setEnabled($0, true) }
        + Route.instance(
            .delete,
            "/enabled",
            "disableInstance",
            .admin,
            "Disables the whole instance: no polls, no webhooks.",
            answer: .json(InstanceShape.schema, "The instance as it is now.")
        ) { try await setEnabled($0, false) }

    /// The instance as it stands now, in full.
    static func show(_ call: Call) async throws -> Reply {
        let instance = try await call.instance()
        let overview = try await call.engine.instance(instance.id)
        return .json(InstanceShape.json(instance, overview, for: call.scope))
    }

    private static func create(_ call: Call, needsElement: Bool) async throws -> Reply {
        let draft = try DraftReader.created(try call.object(), needsElement: needsElement)
        return try await answer(call) { try await call.engine.createInstance(draft) }
    }

    static func update(
        _ call: Call,
        _ draft: @escaping @Sendable (InstanceOverview) throws -> InstanceDraft
    ) async throws -> Reply {
        let instance = try await call.instance()
        return try await answer(call) { try await call.engine.changeInstance(instance.id, draft) }
    }

    private static func setEnabled(_ call: Call, _ enabled: Bool) async throws -> Reply {
        let instance = try await call.instance()
        return try await answer(call) { try await call.engine.setEnabled(instance.id, enabled) }
    }

    /// Makes a change and answers with the instance that came of it.
    private static func answer(_ call: Call, _ change: () async throws -> InstanceOverview) async throws -> Reply {
        let overview: InstanceOverview
        do {
            overview = try await change()
        } catch let error as ClientError where error.kind == .upstream {
            // What Salesforce refuses here is what the caller sent: the code, the key, the address.
            throw APIError(.badRequest, error.message, providerMessage: error.providerMessage)
        }
        let instance = try await call.engine.storedInstance(overview.id)
        return .json(InstanceShape.json(instance, overview, for: call.scope))
    }

    private static func list(_ call: Call) async throws -> Reply {
        let paging = try Paging(call.target)
        let hydrate = try call.flag("hydrate", default: true)
        let tags = call.target.list("tags")
        let search = call.target["searchText"]?.lowercased()
        let matching = try await call.engine.storedInstances()
            .filter { instance in
                tags.allSatisfy { instance.tags.contains($0) }
                    && (search.map { text in
                        instance.name.lowercased().contains(text)
                            || instance.tags.contains { $0.lowercased().contains(text) }
                    } ?? true)
            }
            .sorted { $0.id < $1.id }
        let page = matching.filter { instance in paging.after.map { instance.id > $0 } ?? true }
        // As the original: a list without members is an error, which its clients rely on.
        guard !page.isEmpty else { throw APIError.notFound("No instances found.") }
        let overviews = hydrate ? try await call.engine.instances() : []
        return try await paging.reply(page, total: Int64(matching.count), key: \.id) { instance in
            let overview = overviews.first { $0.id == instance.id }
            return InstanceShape.json(instance, overview, hydrate: hydrate, for: call.scope)
        }
    }
}

extension Route {
    /// The two forms of a call on one instance: by its id, and by the Element token.
    static func instance(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ operation: String,
        _ scope: AccessScope,
        _ summary: String,
        parameters: [Parameter] = [],
        body: Body? = nil,
        answer: Answer,
        refusals: Set<Refusal> = [],
        handler: @escaping @Sendable (Call) async throws -> Reply
    ) -> [Route] {
        var forms = [base + "/instances/{id}" + path]
        // GET /instances has its own row: it also lists.
        if !path.isEmpty || method != .get { forms.append(base + "/instances" + path) }
        return forms.map { template in
            let namesInstance = template.contains("{id}")
            return Route(
                method: method,
                template: template,
                operation: namesInstance ? operation : operation + "OfToken",
                access: .scope(scope),
                summary: namesInstance ? summary : summary + " The Element token names the instance.",
                parameters: parameters,
                body: body,
                answer: answer,
                refusals: refusals,
                handler: handler
            )
        }
    }
}

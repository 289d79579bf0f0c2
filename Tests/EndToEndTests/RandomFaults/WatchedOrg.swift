#if PostgreSQL
import EngineTestSupport
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives
import SimulatedOrg
import TestSupport

/// A simulated org that keeps book of which process asks for which object's changes.
final class WatchedOrg: Sendable {
    /// A request for data of one object.
    struct Ask: Sendable {
        let object: String
        /// Nil where whoever asked was gone before it was looked up.
        let process: Int32?
        /// Seconds since 1970 when it came.
        let at: Double
    }

    private struct Context: InitializableFromSource {
        let connection: Sockets.Connection

        init(source: ApplicationRequestContextSource) {
            connection = Sockets.Connection(
                from: source.channel.remoteAddress?.port ?? 0,
                to: source.channel.localAddress?.port ?? 0
            )
        }
    }

    /// Each is watched by one instance.
    static let objects = ["Contact", "Lead", "Opportunity"]

    let org: Org
    let server: LocalServer
    private let book: Book

    /// What has been asked, and who might ask.
    private final class Book: Sendable {
        private let state = Locked<(asks: [Ask], processes: Set<Int32>)>(([], []))

        var asks: [Ask] { state.withLock { $0.asks } }

        func add(_ process: Int32) { _ = state.withLock { $0.processes.insert(process) } }

        func note(_ text: String, _ connection: Sockets.Connection) {
            let objects = WatchedOrg.objects.filter { text.contains("FROM \($0)") || text.contains("FROM+\($0)") }
            guard !objects.isEmpty else { return }
            let now = Date.now.timeIntervalSince1970
            let processes = state.withLock { $0.processes }
            let process = Sockets.owner(of: connection, among: processes)
            state.withLock { state in
                state.asks += objects.map { Ask(object: $0, process: process, at: now) }
            }
        }
    }

    init(seed: UInt64) async throws {
        var configuration = SimulatedOrgConfiguration.empty
        configuration.seed = seed
        let org = Org(configuration: configuration)
        let book = Book()
        server = try await LocalServer.start(
            CallbackResponder<Context> { request, context in
                let body = try await request.body.collect(upTo: 1 << 20)
                let path = request.head.path ?? "/"
                let asked = path + String(buffer: body)
                book.note(asked.replacing("%20", with: " "), context.connection)
                let headers = Dictionary(
                    request.headers.map { ($0.name.canonicalName, $0.value) },
                    uniquingKeysWith: { $1 }
                )
                let answer = await org.respond(
                    to: SimulatedRequest(
                        request.method.rawValue,
                        path,
                        headers: headers,
                        body: Array(body.readableBytesView)
                    )
                )
                var fields = HTTPFields()
                for (name, value) in answer.headers { if let name = HTTPField.Name(name) { fields[name] = value } }
                return Response(
                    status: .init(code: answer.status),
                    headers: fields,
                    body: .init(byteBuffer: ByteBuffer(bytes: answer.body))
                )
            }
        )
        await org.serve(at: server.url)
        self.org = org
        self.book = book
    }

    /// How it is reached, as `simulate-org` says it.
    var access: JSON {
        let configuration = SimulatedOrgConfiguration.empty
        return [
            "baseURL": .string(server.url), "clientId": .string(configuration.clientID),
            "clientSecret": .string(configuration.clientSecret),
            "authorizationCode": .string(configuration.authorizationCode ?? ""),
        ]
    }

    var asks: [Ask] { book.asks }

    /// When each record was changed last, in milliseconds since 1970, by object and id.
    func lastStates() async -> [String: [String: Int64]] {
        var states: [String: [String: Int64]] = [:]
        for change in await org.history() {
            states[change.object, default: [:]][change.id] = Int64(change.stamp) * 1000
        }
        return states.filter { Self.objects.contains($0.key) }
    }

    /// A process that may ask.
    func watch(_ process: Int32) { book.add(process) }
}

/// Who has which socket of this machine, as the kernel tells it.
enum Sockets {
    /// A connection over loopback, by both of its ports: the kernel gives one port of its own to several connections, where
    /// they go to different places.
    struct Connection: Sendable {
        let from: Int
        let to: Int
    }

    /// The process, of those that are named, which has the end that the connection comes from.
    static func owner(of connection: Connection, among processes: Set<Int32>) -> Int32? {
        guard let inode = inode(of: connection) else { return nil }
        return processes.first { process in
            let folder = "/proc/\(process)/fd/"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.contains { name in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + name)) == "socket:[\(inode)]"
            }
        }
    }

    /// All of a file whose size nobody knows before it is read.
    private static func contents(_ path: String) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { _ = close(descriptor) }
        var all: [UInt8] = []
        var portion = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(descriptor, &portion, portion.count)
            guard count > 0 else { return all }
            all += portion.prefix(count)
        }
    }

    private static func inode(of connection: Connection) -> String? {
        func place(_ port: Int) -> String {
            let digits = String(port, radix: 16, uppercase: true)
            return "0100007F:" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        let table = contents("/proc/net/tcp")
        let (local, remote) = (place(connection.from), place(connection.to))
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
            let columns = line.split(separator: " ")
            guard columns.count > 9, columns[1] == local, columns[2] == remote, columns[9] != "0" else { continue }
            return String(columns[9])
        }
        return nil
    }
}
#endif

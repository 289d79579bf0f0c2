import Foundation
import Logging
import Primitives
import SimulatedOrg
import Testing

/// Runs a widely used Python client against the org, where Python has it.
struct SimpleSalesforceTests {
    @Test(.enabled(if: Python.has("simple_salesforce")))
    func `The simple-salesforce client works against the org`() async throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 5
        let org = Org(configuration: configuration)
        try await org.seed("Lead", count: 2_050)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try await SimulatedOrgServer(configuration: configuration, org: org, logger: logger).start()
        let token = await org.openSession()
        let result = try await Python.run(script, arguments: [String(server.port), token])
        await server.stop()
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.hasSuffix("ok\n"), "\(result.output)")
    }
}

/// The Python that `SIGNALBOX_PYTHON` names, or the one on the path.
private enum Python {
    static func has(_ module: String) -> Bool {
        let process = process(["-c", "import \(module)"])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static func run(_ script: String, arguments: [String]) async throws -> (status: Int32, output: String) {
        let process = process(["-c", script] + arguments)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let (statuses, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        // Its output is short: it fits the pipe while nobody reads.
        var status: Int32 = -1
        for await value in statuses { status = value }
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return (status, String(decoding: output, as: UTF8.self))
    }

    private static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["SIGNALBOX_PYTHON"] ?? "python3"] + arguments
        return process
    }
}

private let script = """
    import sys, datetime, requests
    from requests.adapters import HTTPAdapter
    from simple_salesforce import Salesforce
    from simple_salesforce.exceptions import SalesforceResourceNotFound, SalesforceMalformedRequest
    port, token = sys.argv[1], sys.argv[2]
    class Plain(HTTPAdapter):
        def send(self, request, **kw):
            request.url = 'http://' + request.url[len('https://'):]
            return super().send(request, **kw)
    s = requests.Session(); s.mount(f'https://127.0.0.1:{port}', Plain())
    sf = Salesforce(instance_url=f'http://127.0.0.1:{port}', session_id=token, session=s)
    assert any(o['name'] == 'Account' for o in sf.describe()['sobjects'])
    assert any(f['name'] == 'SystemModstamp' for f in sf.Account.describe()['fields'])
    made = sf.Contact.create({'LastName': 'Smith', 'Email': 'smith@acme.example'})
    assert made['success'], made
    i = made['id']
    assert sf.Contact.update(i, {'Title': 'CTO'}) == 204
    assert sf.Contact.get(i)['Title'] == 'CTO'
    rows = sf.query_all("SELECT Id, Email, Owner.Name FROM Contact WHERE LastName = 'Smith'")
    assert rows['totalSize'] == 1 and rows['records'][0]['Owner']['Name'], rows
    total = sf.query('SELECT COUNT() FROM Lead')['totalSize']
    paged = list(sf.query_all_iter('SELECT Id FROM Lead'))
    assert len(paged) == total > 2000, (len(paged), total)
    now = datetime.datetime.now(datetime.timezone.utc)
    up = sf.Contact.updated(now - datetime.timedelta(minutes=10), now + datetime.timedelta(minutes=1))
    assert i in up['ids'] and up['latestDateCovered'], up
    assert sf.Contact.delete(i) == 204
    gone = sf.Contact.deleted(now - datetime.timedelta(minutes=10), now + datetime.timedelta(minutes=1))
    assert [r['id'] for r in gone['deletedRecords']] == [i], gone
    assert sf.query("SELECT Id FROM Contact WHERE Id = '%s'" % i)['totalSize'] == 0
    assert sf.query("SELECT Id FROM Contact WHERE Id = '%s'" % i, include_deleted=True)['totalSize'] == 1
    try:
        sf.Contact.get(i); raise SystemExit('read a deleted record')
    except SalesforceResourceNotFound as e:
        assert e.content[0]['errorCode'] == 'ENTITY_IS_DELETED', e.content
    try:
        sf.query('SELECT Nope FROM Account'); raise SystemExit('took a wrong query')
    except SalesforceMalformedRequest as e:
        assert e.content[0]['errorCode'] == 'INVALID_FIELD', e.content
    assert sf.limits()['DailyApiRequests']['Max'] == 100000
    assert sf.api_usage['api-usage'].total == 100000, sf.api_usage
    assert sf.Account.upsert('External_Id__c/E-1', {'Name': 'Upserted'}) == 201
    assert sf.Account.upsert('External_Id__c/E-1', {'Name': 'Upserted again'}) == 200
    assert sf.is_sandbox() is True
    assert sf.search('FIND {Upserted}')['searchRecords']
    print('ok')
    """

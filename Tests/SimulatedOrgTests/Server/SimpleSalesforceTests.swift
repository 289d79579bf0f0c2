import EngineTestSupport
import Logging
import Primitives
import SimulatedOrg
import TestSupport
import Testing

/// Runs a widely used Python client against the org, where Python has it.
struct SimpleSalesforceTests {
    @Test(.enabled(if: Python.has("simple_salesforce")))
    func `The simple-salesforce client works against the org`() async throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 5
        try await withServedOrg(configuration) { server, org in
            try await org.seed("Lead", count: 2_050)
            let arguments = [String(server.port), await org.openSession()]
            let output = await offThread { Result { try Python.run(script, arguments: arguments) } }
            #expect(try output.get().hasSuffix("ok"))
        }
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
    # Seconds of both ends are cut off, so an end a minute ahead can lie before what is done next.
    now = datetime.datetime.now(datetime.timezone.utc)
    up = sf.Contact.updated(now - datetime.timedelta(minutes=10), now + datetime.timedelta(minutes=2))
    assert i in up['ids'] and up['latestDateCovered'], up
    assert sf.Contact.delete(i) == 204
    gone = sf.Contact.deleted(now - datetime.timedelta(minutes=10), now + datetime.timedelta(minutes=2))
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

extension ApexPackage {
    /// Covers relay and sender without any DML, and each trigger by saving a record of its object: a new one built from
    /// the describe, or, where the org's own rules refuse that, one that exists already.
    package var test: String {
        let methods = objects.map { object in
            """

                @IsTest
                static void relays\(triggerName(object))() {
                    fire('\(object)');
                }
            """
        }.joined(separator: "\n")
        return """
            /** Tests of \(relayName), \(senderName) and the triggers. Nothing leaves the org: callouts are mocked. */
            @IsTest(SeeAllData=true)
            private class \(testName) {
                private class Callback implements HttpCalloutMock {
                    private Integer status;
                    private List<HttpRequest> seen = new List<HttpRequest>();

                    Callback(Integer status) {
                        this.status = status;
                    }

                    public HttpResponse respond(HttpRequest request) {
                        seen.add(request);
                        HttpResponse response = new HttpResponse();
                        response.setStatusCode(status);
                        return response;
                    }
                }

                private static List<SObject> samples(Integer count) {
                    List<SObject> rows = new List<SObject>();
                    for (Integer i = 0; i < count; i++) {
                        rows.add(new Account(Name = 'Signalbox ' + i));
                    }
                    return rows;
                }

                // Callouts are made here and not by a job, whose view of the mock the test could not count on.
                @IsTest
                static void postsSignedChunks() {
                    Callback callback = new Callback(202);
                    Test.setMock(HttpCalloutMock.class, callback);
                    List<\(senderName).Message> messages =
                        \(relayName).messages('Account', 'update', samples(60), samples(60));
                    System.assertEquals(2, messages.size(), '60 records make two messages');
                    System.assert(messages[0].body.contains('"previous":[{'), 'with what was before');
                    new \(senderName)(messages, 1).execute(null);
                    System.assertEquals(2, callback.seen.size(), 'both are posted');
                    System.assert(callback.seen[0].getHeader('webhook-signature').startsWith('v1,'), 'signed');
                    System.assertEquals(messages[0].id, callback.seen[0].getHeader('webhook-id'), 'by their ids');
                }

                @IsTest
                static void keepsQuietWhenTheReceiverFails() {
                    Callback callback = new Callback(503);
                    Test.setMock(HttpCalloutMock.class, callback);
                    new \(senderName)(\(relayName).messages('Account', 'delete', samples(1), null), 1).execute(null);
                    System.assertEquals(1, callback.seen.size(), 'one attempt in a test');
                }

                @IsTest
                static void queuesWhatATriggerSaw() {
                    Test.setMock(HttpCalloutMock.class, new Callback(202));
                    Test.startTest();
                    \(relayName).handle('Account', System.TriggerOperation.AFTER_UPDATE, samples(1), samples(1));
                    System.assertEquals(1, Limits.getQueueableJobs(), 'one job for all messages');
                    Test.stopTest();
                }

                @IsTest
                static void sendsLaterFromTheFuture() {
                    Test.setMock(HttpCalloutMock.class, new Callback(202));
                    Test.startTest();
                    \(senderName).sendLater(new List<String>{ 'msg_1' }, new List<String>{ '{}' });
                    System.assertEquals(1, Limits.getFutureCalls(), 'one call');
                    Test.stopTest();
                }

                @IsTest
                static void ignoresWhatItCannotRead() {
                    \(relayName).handle('Account', System.TriggerOperation.BEFORE_INSERT, samples(1), null);
                    \(relayName).handle('Account', System.TriggerOperation.AFTER_INSERT, null, null);
                    System.assertEquals(0, Limits.getQueueableJobs(), 'nothing queued');
                }
            \(methods)

                private static void fire(String objectName) {
                    Test.setMock(HttpCalloutMock.class, new Callback(202));
                    Schema.DescribeSObjectResult about = Schema.getGlobalDescribe().get(objectName).getDescribe();
                    SObject record = about.isCreateable() ? sample(objectName, true) : null;
                    SObject standing = about.isUpdateable() ? existing(objectName) : null;
                    List<String> problems = new List<String>();
                    Test.startTest();
                    Boolean isSaved = record != null && saves(record, problems)
                        || standing != null && saves(standing, problems);
                    Test.stopTest();
                    System.assert(isSaved, objectName + ' could not be saved: ' + problems);
                }

                // Some objects refuse DML by an exception, whatever the options say.
                private static Boolean saves(SObject record, List<String> problems) {
                    Database.DMLOptions options = new Database.DMLOptions();
                    options.DuplicateRuleHeader.allowSave = true;
                    options.OptAllOrNone = false;
                    try {
                        Database.SaveResult saved = record.Id == null
                            ? Database.insert(record, options) : Database.update(record, options);
                        for (Database.Error error : saved.getErrors()) {
                            problems.add(error.getMessage());
                        }
                        return saved.isSuccess();
                    } catch (Exception error) {
                        problems.add(error.getMessage());
                        return false;
                    }
                }

                private static SObject existing(String objectName) {
                    try {
                        List<SObject> rows = Database.query(
                            'SELECT Id FROM ' + String.escapeSingleQuotes(objectName) + ' LIMIT 1');
                        return rows.isEmpty() ? null : rows[0];
                    } catch (Exception error) {
                        return null;
                    }
                }

                private static SObject sample(String objectName, Boolean hasParents) {
                    Schema.SObjectType type = Schema.getGlobalDescribe().get(objectName);
                    SObject record = type.newSObject();
                    for (Schema.SObjectField field : type.getDescribe().fields.getMap().values()) {
                        Schema.DescribeFieldResult about = field.getDescribe();
                        if (!about.isCreateable() || about.isNillable() || about.isDefaultedOnCreate()) {
                            continue;
                        }
                        Object value = sampleValue(about);
                        if (hasParents && about.getType() == Schema.DisplayType.REFERENCE) {
                            value = parent(about);
                        }
                        if (value != null) {
                            record.put(field, value);
                        }
                    }
                    return record;
                }

                // One that is there, or a new one that needs no parent itself.
                private static Object parent(Schema.DescribeFieldResult about) {
                    String parentName = about.getReferenceTo()[0].getDescribe().getName();
                    SObject record = existing(parentName);
                    if (record == null) {
                        record = sample(parentName, false);
                        saves(record, new List<String>());
                    }
                    return record.Id;
                }

                private static Object sampleValue(Schema.DescribeFieldResult about) {
                    switch on about.getType() {
                        when BOOLEAN {
                            return false;
                        }
                        when DATE {
                            return Date.today();
                        }
                        when DATETIME {
                            return DateTime.now();
                        }
                        when INTEGER {
                            return 1;
                        }
                        when DOUBLE, CURRENCY, PERCENT {
                            return 1.0;
                        }
                        when EMAIL {
                            return 'signalbox@example.com';
                        }
                        when URL {
                            return 'https://example.com';
                        }
                        when PICKLIST, MULTIPICKLIST {
                            List<Schema.PicklistEntry> entries = about.getPicklistValues();
                            return entries.isEmpty() ? null : entries[0].getValue();
                        }
                        when STRING, TEXTAREA, PHONE {
                            return 'Signalbox'.left(Math.max(1, about.getLength()));
                        }
                        when else {
                            return null;
                        }
                    }
                }
            }

            """
    }
}

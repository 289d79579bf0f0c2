import Domain
import Primitives

extension ApexPackage {
    /// One line, so that a test that fires it covers all of it.
    package func trigger(_ object: String) -> String {
        """
        trigger \(triggerName(object)) on \(object) (after insert, after update, after delete, after undelete) {
            \(relayName).handle('\(object)', Trigger.operationType, Trigger.new, Trigger.old);
        }

        """
    }

    /// Turns what a trigger saw into messages. It must never break the save that fired it, nor the org's code that runs
    /// beside it: every exception is caught, and of every governor limit, which can't be caught, it leaves at least half.
    /// What can't be sent here is found by Signalbox's reconciliation.
    package var relay: String {
        """
        /**
         * Sends changed records to Signalbox. Generated for the instance "\(commentSafe(instanceName))";
         * change the watched objects in Signalbox, not here.
         */
        public without sharing class \(relayName) {
            public static final String ENDPOINT = '\(receiverURL)';
            private static final String SECRET = '\(secret.exposed)';
            private static final Integer RECORDS_PER_MESSAGE = 50;
            private static final Integer CHARACTERS_PER_MESSAGE = 200000;
            // A record has at most some 1.6 million characters, of which JSON may make twice as many.
            private static final Integer CHARACTERS_PER_RECORD = 3200000;
            // The objects with files in a field: their bytes alone may exceed the heap once they are text.
            private static final Set<String> FILES = new Set<String>{
                'attachment', 'contentnote', 'contentversion', 'document'
            };

            public static void handle(
                String objectName, System.TriggerOperation operation, List<SObject> newRecords, List<SObject> oldRecords
            ) {
                try {
                    String verb = verbs.get(operation);
                    List<SObject> records = operation == System.TriggerOperation.AFTER_DELETE ? oldRecords : newRecords;
                    if (verb == null || records == null || records.isEmpty()) {
                        return;
                    }
                    List<SObject> before = operation == System.TriggerOperation.AFTER_UPDATE ? oldRecords : null;
                    send(messages(objectName, verb, records, before));
                } catch (Exception error) {
                    System.debug(LoggingLevel.ERROR, 'Signalbox: ' + error.getMessage());
                }
            }

            private static final Map<System.TriggerOperation, String> verbs = new Map<System.TriggerOperation, String>{
                System.TriggerOperation.AFTER_INSERT => 'create',
                System.TriggerOperation.AFTER_UPDATE => 'update',
                System.TriggerOperation.AFTER_DELETE => 'delete',
                System.TriggerOperation.AFTER_UNDELETE => 'undelete'
            };

            @TestVisible
            private static List<\(senderName).Message> messages(
                String objectName, String verb, List<SObject> records, List<SObject> before
            ) {
                String head = JSON.serialize(new Map<String, Object>{
                    'operation' => verb,
                    'object' => objectName,
                    'organizationId' => UserInfo.getOrganizationId(),
                    'userId' => UserInfo.getUserId()
                }).removeEnd('}');
                List<\(senderName).Message> messages = new List<\(senderName).Message>();
                List<String> rows = new List<String>();
                List<String> previous = new List<String>();
                Integer size = 0;
                for (Integer i = 0; i < records.size(); i++) {
                    if (!hasRoom(size)) {
                        break;
                    }
                    String row = text(objectName, records[i]);
                    size += row.length();
                    rows.add(row);
                    if (before != null) {
                        if (!hasRoom(size)) {
                            rows.remove(rows.size() - 1);
                            break;
                        }
                        String old = text(objectName, before[i]);
                        size += old.length();
                        previous.add(old);
                    }
                    if (rows.size() == RECORDS_PER_MESSAGE || size > CHARACTERS_PER_MESSAGE) {
                        if (!hasRoom(size)) {
                            break;
                        }
                        messages.add(message(head, rows, previous));
                        rows.clear();
                        previous.clear();
                        size = 0;
                    }
                }
                if (!rows.isEmpty() && hasRoom(size)) {
                    messages.add(message(head, rows, previous));
                }
                return messages;
            }

            private static \(senderName).Message message(String head, List<String> rows, List<String> previous) {
                return new \(senderName).Message(newId(), head + ',"records":[' + String.join(rows, ',')
                    + '],"previous":[' + String.join(previous, ',') + ']}');
            }

            private static String text(String objectName, SObject record) {
                if (!FILES.contains(objectName.toLowerCase())) {
                    return JSON.serialize(record);
                }
                Map<String, Object> fields = record.getPopulatedFieldsAsMap().clone();
                for (String name : new List<String>(fields.keySet())) {
                    if (fields.get(name) instanceof Blob) {
                        fields.remove(name);
                    }
                }
                return JSON.serialize(fields);
            }

            // Asked before each step that takes more: one record is written out, or what is pending is joined, which takes its
            // size twice more.
            private static Boolean hasRoom(Integer pending) {
                Integer used = Limits.getHeapSize() + 2 * pending;
                return used < Limits.getLimitHeapSize() / 2 && used + CHARACTERS_PER_RECORD < Limits.getLimitHeapSize()
                    && Limits.getCpuTime() < Limits.getLimitCpuTime() / 2;
            }

            // Half of each allowance stays with the org's own code; where a transaction has a single job, as in batches,
            // futures and queueables, that one is never taken.
            private static void send(List<\(senderName).Message> messages) {
                if (messages.isEmpty()) {
                    return;
                }
                if (2 * Limits.getQueueableJobs() + 1 < Limits.getLimitQueueableJobs()) {
                    System.enqueueJob(new \(senderName)(messages, 1));
                } else if (!System.isFuture() && !System.isBatch()
                    && 2 * Limits.getFutureCalls() + 1 < Limits.getLimitFutureCalls()) {
                    List<String> ids = new List<String>();
                    List<String> bodies = new List<String>();
                    for (\(senderName).Message message : messages) {
                        ids.add(message.id);
                        bodies.add(message.body);
                    }
                    \(senderName).sendLater(ids, bodies);
                }
            }

            private static String newId() {
                return 'msg_' + EncodingUtil.convertToHex(Crypto.generateAesKey(128));
            }

            /** The Standard Webhooks signature of a message: HMAC-SHA256 over id, seconds and body. */
            public static String signature(String id, String seconds, String body) {
                Blob mac = Crypto.generateMac(
                    'HmacSHA256', Blob.valueOf(id + '.' + seconds + '.' + body), EncodingUtil.base64Decode(SECRET));
                return 'v1,' + EncodingUtil.base64Encode(mac);
            }
        }

        """
    }

    /// Posts messages and tries the failed ones again with their ids, so that Signalbox can drop repeats. Four retries,
    /// because Developer and Trial editions chain queueable jobs five deep at most.
    package var sender: String {
        """
        /** Posts the messages of \(relayName) to Signalbox. */
        public without sharing class \(senderName) implements Queueable, Database.AllowsCallouts {
            private static final Integer MAXIMUM_ATTEMPTS = 5;
            private static final Integer TIMEOUT_MILLISECONDS = 10000;

            public class Message {
                public String id;
                public String body;

                public Message(String id, String body) {
                    this.id = id;
                    this.body = body;
                }
            }

            private List<Message> messages;
            private Integer attempt;

            public \(senderName)(List<Message> messages, Integer attempt) {
                this.messages = messages;
                this.attempt = attempt;
            }

            public void execute(QueueableContext context) {
                List<Message> failed = new List<Message>();
                for (Message message : messages) {
                    if (Limits.getCallouts() >= Limits.getLimitCallouts() || !post(message)) {
                        failed.add(message);
                    }
                }
                if (failed.isEmpty() || attempt >= MAXIMUM_ATTEMPTS || Test.isRunningTest()) {
                    return;
                }
                try {
                    System.enqueueJob(new \(senderName)(failed, attempt + 1), Math.min(attempt, 10));
                } catch (Exception error) {
                    System.debug(LoggingLevel.ERROR, 'Signalbox: ' + error.getMessage());
                }
            }

            @future(callout=true)
            public static void sendLater(List<String> ids, List<String> bodies) {
                for (Integer i = 0; i < ids.size(); i++) {
                    post(new Message(ids[i], bodies[i]));
                }
            }

            private static Boolean post(Message message) {
                try {
                    String seconds = String.valueOf(DateTime.now().getTime() / 1000);
                    HttpRequest request = new HttpRequest();
                    request.setEndpoint(\(relayName).ENDPOINT);
                    request.setMethod('POST');
                    request.setTimeout(TIMEOUT_MILLISECONDS);
                    request.setHeader('Content-Type', 'application/json; charset=utf-8');
                    request.setHeader('webhook-id', message.id);
                    request.setHeader('webhook-timestamp', seconds);
                    request.setHeader('webhook-signature', \(relayName).signature(message.id, seconds, message.body));
                    request.setBody(message.body);
                    Integer status = new Http().send(request).getStatusCode();
                    return status >= 200 && status < 300;
                } catch (Exception error) {
                    System.debug(LoggingLevel.ERROR, 'Signalbox: ' + error.getMessage());
                    return false;
                }
            }
        }

        """
    }

    /// Text inside a `/* */` comment must not end it.
    private func commentSafe(_ text: String) -> String {
        text.map { $0.isNewline || $0 == "*" || $0 == "/" ? " " : String($0) }.joined()
    }
}

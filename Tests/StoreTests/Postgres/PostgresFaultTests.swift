#if PostgreSQL
import Store
import Testing

@testable import StorePostgres

/// What a person reads of a server that can't be reached.
struct PostgresFaultTests {
    private static let at = #"connection to server at "127.0.0.1", port 5432 failed: "#

    @Test(
        arguments: [
            (at + #"FATAL:  too many connections for role "sb""#, "53300", #"(too many connections for role "sb")"#),
            (at + "FATAL:  sorry, too many clients already", "53300", "a node needs 10,"),
            (at + "FATAL:  permission denied for database \"box\"\nDETAIL:  No CONNECT.", "42501", "may not write"),
            (at + "session is read-only", "25006", "default_transaction_read_only"),
            ("invalid sslmode value: \"verify\"\n", PostgresFault.ofOption, #"(invalid sslmode value: "verify")"#),
            ("invalid port number: \"99999\"", PostgresFault.ofOption, "99999"),
            (at + #"FATAL:  role "nobody" does not exist"#, "28000", "refuses the login"),
            (at + #"FATAL:  database "nothing" does not exist"#, "3D000", "createdb"),
            ("could not translate host name \"db\" to address: Not known\n", "", "\"db\" to address: Not known); see"),
            (
                "connection to server on socket \"/none/.s.PGSQL.5432\" failed: No such file or directory\n\tIs it there?",
                "",
                "(No such file or directory)"
            ),
            ("", "", "can't be reached; see"),
        ] as [(String, String, String)]
    )
    func `the sentence says why`(message: String, state: String, words: String) {
        let found = Connection.state(ofLogin: message)
        #expect(found == state)
        let fault = PostgresFault(state: found, message: message, isConnectionLost: true)
        let sentence = StoreError(fault, location: "db.example/box").message
        #expect(sentence.contains(words), "\(sentence)")
        let isOneLine = !sentence.contains(where: \.isNewline)
        #expect(isOneLine)
    }

    @Test(arguments: ["3D000", "28000", "42501", PostgresFault.ofOption])
    func `nobody waits for what lies in the address`(state: String) {
        #expect(PostgresFault(state: state, message: "").isOfAddress)
    }
}
#endif

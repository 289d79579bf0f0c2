/// Values made with OpenSSL and Python's zipfile.
enum Vectors {
    static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA9lWQShtGAXawLDeKLYQw
        cHCzfq3HSPoS2FUYgCOCPvs6IOE8I5GVB5JEM0QU80FQ0Yjsch6l1iNKX6s2Nb8J
        n/9/fFcb+ceqNijYGFeH0kHE8ddAISCxjPGJNZd3y8HfC/eDmrzqFNVFei3i5hab
        h33Ry93GBJG/qBOnnzXoVuZebN5ZnZNOgiZ4AfgP3bcRYPEEMWACeQv9obKOypfZ
        MwDq4sAr/9qefrfaMybER31ig2Rsjv8M6qnBEbOrwJz4HAe2cTJaxlfPOSx4jNyF
        Mo6K4ZonZ22eHoWC0zHF7t59WjJe54yqddWec22W4o+r/+2/+fSPNA9JSbLXSkvp
        EQIDAQAB
        -----END PUBLIC KEY-----
        """

    /// Signed for that key: iss signalbox-demo, sub integration@acme.example, aud https://test.salesforce.com, exp three
    /// minutes after the virtual clock's start, as a string.
    static let assertion = """
        eyJhbGciOiAiUlMyNTYifQ.eyJpc3MiOiAic2lnbmFsYm94LWRlbW8iLCAic3ViIjogImludGVncmF0aW9uQGFjbWUuZXhhbXBsZ\
        SIsICJhdWQiOiAiaHR0cHM6Ly90ZXN0LnNhbGVzZm9yY2UuY29tIiwgImV4cCI6ICIxNzk1NDU2OTgwIn0.HzJjWxqIWp-\
        0oLI8KtOw7OyCbFI-\
        o1yjR7Xus8Y7vKpMNQ5JyswurNcuKFntJO_uf3JcVXpLjw94a_vP41mPxwPMzIj_EaK_r0y1fblBWe_qRqaFX-Aclakkeu4tpM84\
        M0dRNPE2ro4diuRh0P3e7w-\
        6AkRaq450G5PZP8tHjElpxuaSPsgdseGauN3CcwAiNcOBqwtQqjRvhKwOkINwRjaHKLsUcp3cjTSvh8UWpYRBIbDQcoJWqrgxeg-\
        4xLcgcVDV78jS2KRrgo-KYXjAXOuHm5T9Tn9DQp-TVxdKeGhZpADNeULJK1WaMss4Qmh9W5BhI8a_nhyE_-UF0L3m6A
        """

    /// A zip with `package.xml` (dynamic codes), `stored.txt` (stored) and `short.txt` (fixed codes).
    static let zip = """
        UEsDBBQAAAAIAPSud11l+WVlcQEAAMUIAAALAAAAcGFja2FnZS54bWyFlVFuwzAMQ/91ilzN2YpsQAoMbe6PopGDPFpM9+O6tiVR\
        FKXMt61N2+N3WW6Pqa1/P21a2v3e+v77tm66fq3t+Yzcz29jPqxG4jp2436TYfJk/ogi8iTXNNC3QJau9oMeLZ8cBuf1AHC/2IPG\
        vh29GVoO06Qkb2CbK814kkaajXELXH3t16GPDdsTigTio7AlfgU8AEelWqNJDUGZxKtioQwO6yNF9QbEEgsqfG9j8MIaHkeacf5L\
        cj7AMSnIuxBUJjottZbyWLPm8yLEkuv4S7tarjDdZ1hVZ+xkNuZVadFYphWpbOgIRvK8dJCccELxhKAIrXAbwHQtz1olNn/pPfZ+\
        mU6qLTOSmKW2vsD4R5udSzojKSTx5D8rTTbISZnfAj7gTMtuRKBcIu1RlIVbStLwYfgsaYdpSCNjN9msYJ2+T8QyYNzHxAkueTGd\
        WbvwBCOz8OorMoTFGrULLgnmRWit6lez1BC0qDZcMdyYihdQSwMEFAAAAAAAAAAhALMkTpYIAAAACAAAAAoAAABzdG9yZWQudHh0\
        YXMgaXQgaXNQSwMEFAAAAAgA9K53Xc6LbyYFAAAAFAAAAAkAAABzaG9ydC50eHRLTMQEAFBLAQIUAxQAAAAIAPSud11l+WVlcQEA\
        AMUIAAALAAAAAAAAAAAAAACAAQAAAABwYWNrYWdlLnhtbFBLAQIUAxQAAAAAAAAAIQCzJE6WCAAAAAgAAAAKAAAAAAAAAAAAAACA\
        AZoBAABzdG9yZWQudHh0UEsBAhQDFAAAAAgA9K53Xc6LbyYFAAAAFAAAAAkAAAAAAAAAAAAAAIABygEAAHNob3J0LnR4dFBLBQYA\
        AAAAAwADAKgAAAD2AQAAAAA=
        """

    static let packageLength = 2245
}

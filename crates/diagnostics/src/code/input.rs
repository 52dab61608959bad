//! SLA09xx: problems in instances and other input.

/// Adds the entries of this section behind those before it.
macro_rules! input {
    ($sections:tt $($before:tt)*) => { gather! { $sections $($before)*

    MissingParameter "SLA0901" Error "missing-parameter"
        what    "An instance does not give a parameter that has no default."
        why     "Nothing can be said about an agreement of which a term is unknown."
        example "{\"agreement\":\"acme\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    BadParameter "SLA0902" Error "bad-parameter"
        what    "An instance gives a parameter a value that its type does not have."
        why     "Nothing can be said about an agreement of which a term is unknown."
        example "{\"agreement\":\"acme\",\"monthly_fee\":\"a lot\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    UnnamedInstance "SLA0903" Error "unnamed-instance"
        what    "An instance has no name."
        why     "Events find their agreement by its name."
        example "{\"monthly_fee\":\"1500.00\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    DuplicateInstance "SLA0904" Error "duplicate-instance"
        what    "Two instances have one name."
        why     "An event would belong to both; which terms apply to it cannot be known."
        example "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"
                "{\"agreement\":\"acme\",\"monthly_fee\":\"1700.00\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"
                "{\"agreement\":\"acme 2\",\"monthly_fee\":\"1700.00\"}"

    ParameterOutside "SLA0905" Error "parameter-outside"
        what    "An instance gives a parameter a value that the policy does not allow: it is not within its bounds."
        why     "What an agreement promises is held to what was allowed when its template was written."
        example "{\"agreement\":\"acme\",\"monthly_fee\":\"0.00\"}"
        instead "{\"agreement\":\"acme\",\"monthly_fee\":\"1500.00\"}"

    AttachmentChanged "SLA0906" Error "attachment-changed"
        what    "A paper that is part of the agreement is not the one whose hash the policy gives."
        why     "What is attached is agreed like the rest; whoever changes it afterwards changes the agreement."
        example "attached \"Confidentiality\" in \"nda.txt\" with hash \"sha256:9f2c78b33a0fc28da11c8c0f60403d8b4cd5a9eb5b4a2345e8ce1ad0cf95bea0\"."
        instead "attached \"Confidentiality\" in \"nda.txt\" with hash \"sha256:8159c78b33a0fc28da11c8c0f60403d8b4cd5a9eb5b4a2345e8ce1ad0cf95bea\"."

    AttachmentMissing "SLA0907" Warning "attachment-missing"
        what    "A paper that is part of the agreement is not there, or has no hash by which it could be known."
        why     "Nobody can show then which paper was agreed."
        example "attached \"Confidentiality\" in \"nda.txt\"."
        instead "attached \"Confidentiality\" in \"nda.txt\" with hash \"sha256:8159c78b33a0fc28da11c8c0f60403d8b4cd5a9eb5b4a2345e8ce1ad0cf95bea\"."

    EmptyExpectation "SLA0908" Error "empty-expectation"
        what    "A scenario expects something where nothing can ever be: of a key that none of its events names, of a window outside of the term, of a party of whom the sentence does not speak."
        why     "That nothing is owed there comes out whatever the agreement says: a slip of the pen would turn the test into none."
        example "2026-03-02 09:00 bill.received { bill: \"A-1\", amount: 100 EUR }"
                "as of 2026-03-15."
                "expect client owes agency nothing for bill \"A-2\"."
        instead "2026-03-02 09:00 bill.received { bill: \"A-1\", amount: 100 EUR }"
                "as of 2026-03-15."
                "expect client owes agency nothing for bill \"A-1\"."
    } };
}

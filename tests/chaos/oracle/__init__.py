"""The judge from outside: it reads topics with a client of another family than the services, knows the
published schemas and the rules of the book as they are written down, and imports nothing of the house.

    witness    reads topics, and samples what the groups have committed
    evidence   what was seen: values only
    book       the rules of the ledger, written a second time
    outcomes, people, records, progress    the judgements: evidence in, violations out
    fidelity, speech, notices    parts of them: what the book has, what customers are told
    verdict    all judgements, in words for a person
"""

"""The canary: a message that no customer wrote. With it the fallback tries, in every partition, whether what
nobody settles in time would still reach the book.

It is known by its whole value, byte for byte. Any part of it that served as a mark (a channel, an id, a
header) could also stand on a customer's message, and hide it; what is equal to this in every byte has no word
of a customer to lose.
"""

KEY = b"relais-canary"
CANARY = (
    b'{"id":"relais-canary","conversation_id":"relais-canary","channel":"relais",'
    b'"text":"Canary of Relais: no customer wrote this."}'
)

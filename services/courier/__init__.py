"""Sends what the book says was answered.

reads    ledger
decides  nothing: a valid Answered or Replied is a reply, a conversation that passes to people gets
         one notice
writes   replies, each with its idempotency key
fails    when it is down replies wait in the book; after a crash it may repeat a reply, with the
         same key and the same bytes
"""

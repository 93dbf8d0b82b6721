"""Sends what the book says was answered.

reads    ledger
decides  in which words each message that people have is acknowledged, once, and what else the customer
         should know; a valid Answered or Replied is a reply
writes   replies, each with its idempotency key
fails    when it is down replies wait in the book; after a crash it may repeat a reply, with the
         same key and the same bytes
"""

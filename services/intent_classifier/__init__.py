"""What does the customer want?

reads    inbound
decides  intents, language, demand for a person, signs, or that it does not know
writes   intents: exactly one record per message, in order, or a failure marker
fails    a message it cannot read gets a marker; when it is down the router waits a little, then
         gives its messages to people
"""

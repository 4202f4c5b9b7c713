"""Write into the documents what the program says now: outputs of console blocks, and the table of messages."""

from tests.docs import console, messages

messages.refresh()
console.refresh()

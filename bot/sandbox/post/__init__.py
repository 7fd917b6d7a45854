"""The leads' side of the world: their mailboxes and telephones, and what they do with what comes."""

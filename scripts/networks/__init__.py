"""The shipped networks: a script per family, the document they write and the counts that its header states."""

"""Tables of docs/validation.md that runs of the program make (write_validation.py)."""

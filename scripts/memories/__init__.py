"""Parts of validate_memories.py."""

"""Parts of sweep.py: design points side by side, from one file."""

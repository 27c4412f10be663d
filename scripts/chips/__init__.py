"""Fits of the constants of chips to what was published of them."""

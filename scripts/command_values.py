"""Values of command lines that several scripts take."""

import argparse


def jobs_argument(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'expected a whole number >= 1, got "{text}"')
    return int(text)


def setting(text):
    if "=" not in text.lstrip("="):
        raise argparse.ArgumentTypeError(f'expected PATH=VALUE such as soc.npu.array.rows=32, got "{text}"')
    return text

"""Follows the remedy of an error message to the letter, as a patient user without any idea would.

A remedy is one of
  a near word         got "colums" ..., did you mean "columns"?           the wrong word becomes the near one
  known words         expected one of A, B, C / not in {A,B,C}             ... the first of them
  an example          expected a size such as "128 KiB"                    ... the example
  a limit             above f_max = 150.687828 MHz / allows 0.32 V to 1.3 V  ... the limit
  a range             expected a value from 1 to 65536, got 0              ... its lower end
  an option to add    --force                                              it is added
  options with values --set 'soc.sram.size=1 MiB'                          `options`: added, or put for one of that key
`follow` returns the text with the wrong word replaced, or None when the message has no remedy.
"""

import re
import shlex

_NEAR = re.compile(r'did you mean "([^"]+)"\?')
_KNOWN = re.compile(r"(?:expected one of |not in \{|registered are )([\w.+-]+)")
_EXAMPLE = re.compile(r'such as "?([^",\n]+?)"?(?:,| or |\n|$)')
_FMAX = re.compile(r"above f_max = ([\d.]+ \w?Hz)")
_ALLOWS = re.compile(r"allows [\d.]+ m?V to ([\d.]+ m?V)")
_RANGE = re.compile(r"expected a value (?:from |>= )(\S+(?: [A-Za-z]+)??)(?: to |,| |$)")
_WITH_VALUE = re.compile(r"--(?:set|opp|shape) (?:'[^']*'|[^\s,:;]+(?:,[^\s,:;]+)*)")
_OPTION = re.compile(r"(--force)\b")


def replacement(message):
    """What should stand where the mistake is; None without a remedy."""
    for pattern in (_NEAR, _FMAX, _ALLOWS, _KNOWN, _EXAMPLE, _RANGE):
        found = pattern.search(message)
        if found:
            return found[1].strip()
    return None


def option(message):
    """An option that the message says to add; None without."""
    found = _OPTION.search(message)
    return found[1] if found else None


def options(message):
    """[[option, value]] that the message names with a value to copy, in its order, each once."""
    return [shlex.split(found) for found in dict.fromkeys(_WITH_VALUE.findall(message))]


def follow(text, wrong, message):
    """`text` (a word of a command line, or a line of a file) with `wrong` mended; None when the message does not say
    how."""
    better = replacement(message)
    if better is None or wrong not in text:
        return None
    at = text.index(wrong)
    return text[:at] + better + text[at + len(wrong) :]

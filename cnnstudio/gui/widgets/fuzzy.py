"""Finding an action by a few typed letters."""

from __future__ import annotations


def score(query: str, words: str) -> float | None:
    """How well the letters of `query` occur, in order, in `words`; higher is better, None when they do
    not.

    Letters at the start of a word and letters in a run count more; shorter targets win ties. Several
    words may be typed in any order.
    """
    total = 0.0
    for part in query.lower().split():
        one = _score_word(part, words.lower())
        if one is None:
            return None
        total += one
    return total - len(words) / 100


def _score_word(part: str, words: str) -> float | None:
    whole = words.find(part)
    if whole >= 0:
        starts = whole == 0 or not words[whole - 1].isalnum()
        return len(part) * 3.0 + 4.0 if starts else len(part) * 1.6
    total, at, before = 0.0, 0, -2
    for letter in part:
        found = words.find(letter, at)
        if found < 0:
            return None
        starts = found == 0 or not words[found - 1].isalnum()
        total += 2.0 if starts else 1.5 if found == before + 1 else 0.3
        before, at = found, found + 1
    return total

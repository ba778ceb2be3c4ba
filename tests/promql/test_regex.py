"""Regular expressions in RE2's dialect."""

import pytest

from gw2mon import promql as q


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("5..", "503", "5xx0"),
        ("a|b", "b", "ab"),
        ("", "", "a"),
        ("(?i)post", "POST", "posts"),
        ("(?i:a)b", "Ab", "AB"),
        ("a(?i)b|c", "aB", "AB"),
        (r"\d+\.\d+", "1.5", "1x5"),
        (r"\Qa.b\E+", "a.bb", "axb"),
        ("[[:alpha:]_]+", "ab_", "a1"),
        ("[^[:^digit:]]", "7", "x"),
        (r"[\d\-x]+", "1-x", "y"),
        ("[]a]+", "]a", "b"),
        (r"\x41\x{42}\103", "ABC", "abc"),
        ("^a$", "a", "b"),
        (r"\Aa\z", "a", "aa"),
        ("(?P<name>a)+?", "aa", "b"),
        ("x{2,3}", "xx", "x"),
        ("x{,2}", "x{,2}", "xx"),
        ("a{b", "a{b", "ab"),
        (r"a\_b\-c\/d", "a_b-c/d", "abcd"),
        ("(?s).", "\n", "ab"),
        ("(a*)*b", "aab", "a"),
    ],
)
def test_a_pattern_matches_the_whole_text_as_in_prometheus(pattern, matching, other):
    assert q.regex_error(pattern) is None
    assert q.regex_matches(pattern, matching) is True
    assert q.regex_matches(pattern, other) is False


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`; RE2 has no lookahead"),
        ("(?<!a)b", "invalid or unsupported Perl syntax: `(?<!`; RE2 has no lookbehind"),
        (r"(a)\1", r"invalid escape sequence: `\1`; RE2 has no backreferences"),
        ("a*+", "invalid nested repetition operator: `*+`"),
        ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
        ("a{1001}", "invalid repeat count: `{1001}`; RE2 repeats at most 1000 times"),
        ("(a{10}){101}", "invalid repeat count: `{101}`; RE2 repeats at most 1000 times"),
        ("a{3,2}", "invalid repeat count: `{3,2}`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("(|+)", "missing argument to repetition operator: `+`"),
        ("(a", "missing closing ): `(a`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("[b-a]", "invalid character class range: `b-a`"),
        ("[[:word]]:]", None),
        ("[[:nope:]]", "invalid character class range: `[:nope:]`"),
        (r"\pX", r"invalid character class range: `\pX`"),
        (r"\p{Klingon}", r"invalid character class range: `\p{Klingon}`"),
        ("\\", "trailing backslash at end of expression: ``"),
        (r"\y", r"invalid escape sequence: `\y`"),
        (r"\x{110000}", r"invalid escape sequence: `\x{110000}`"),
        ("(?P<a b>c)", "invalid named capture: `a b`"),
        ("a{2}b{500}c{1000}", None),
        (r"\pL\p{Greek}\P{^Lu}", None),
    ],
)
def test_a_pattern_is_refused_exactly_if_re2_refuses_it(pattern, error):
    found = q.regex_error(pattern)
    assert (found is None) == (error is None)
    assert (found or "").startswith(error or "")


def test_a_match_that_rests_on_a_unicode_class_is_left_open():
    assert q.regex_matches(r"\p{Greek}+", "αβγ") is None


@pytest.mark.parametrize(
    ("pattern", "alternatives"),
    [
        ("a", ("a",)),
        ("a|b|c", ("a", "b", "c")),
        ("(a|b)", ("a", "b")),
        ("(?:a|b)", ("a", "b")),
        (r"a\.b|c\|d", ("a.b", "c|d")),
        ("a|", ("a", "")),
        ("", ("",)),
        ("a.b", None),
        ("a|b+", None),
        (r"\d|a", None),
        ("(a)|(b)", None),
        ("(?i)a", None),
        ("a$", None),
    ],
)
def test_plain_alternatives_are_told_apart_from_patterns(pattern, alternatives):
    assert q.literal_alternatives(pattern) == alternatives


def test_each_special_character_is_escaped():
    assert q.regex_escape(r"a.b|c\d{e}^$") == r"a\.b\|c\\d\{e\}\^\$"
    assert q.regex_escape("a-b/c d") == "a-b/c d"

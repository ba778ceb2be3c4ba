"""Whatever stands in a file, an audit ends with findings: it never raises, and never takes forever."""

import json
import random
from pathlib import Path

import pytest
import yaml

from gw2mon.auditing import audit, telling
from gw2mon.commands.auditing import SUFFIXES

HERE = Path(__file__).parent
PATHS = sorted(path for folder in ("corpora", "correct") for path in (HERE / folder).rglob("*") if path.is_file())
FILES = {str(path.relative_to(HERE)): path.read_bytes() for path in PATHS}
DATA = [name for name in FILES if name.endswith((".yml", ".json"))]
SMALL = [name for name in DATA if name.startswith("corpora/")]
STRANGE = [
    None, True, -1, 0, 1e308, 10**40, float("nan"), "", "{{", "$x", "[", "\n", "0x", [], [None], [[]], {}, {"": None},
    {"a": {"b": []}}, [{"name": []}],
]  # fmt: skip


WEDGES = (b"\0", b"\xff\xfe", b"\t", b"<<<<<<< HEAD\n", b"{{", b"*a", b"&a ", b"- ")


def audited(*files):
    found = audit(files)
    assert telling.text(found, found.told, (), everything=True)
    return found


def mutated(data, dice):
    """The file with something cut out, doubled, swapped or put in, as editors, merges and transfers do."""
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    piece, end = data[start:end], min(end, start + dice.choice((1, 3, 20, 400)))
    return dice.choice((
        data[:start],
        data[start:],
        data[:start] + data[end:],
        data[:start] + piece + piece + data[end:],
        data[:start] + dice.choice(WEDGES) + data[start:],
        data[:start] + bytes(reversed(data[start:end])) + data[end:],
    ))  # fmt: skip


def places(value, path=()):
    """Where each part of a document stands."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def put(value, path, strange):
    """The document with something else at one place."""
    if not path:
        return strange
    inner = put(value[path[0]], path[1:], strange)
    if isinstance(value, dict):
        return {**value, path[0]: inner}
    return [inner if number == path[0] else part for number, part in enumerate(value)]


def with_strange_parts(name, each):
    """The documents of a file, in which one part is of another type."""
    is_json = name.endswith(".json")
    document = json.loads(FILES[name]) if is_json else yaml.safe_load(FILES[name])
    for number, place in enumerate(places(document)):
        if number % each == 0:
            for strange in STRANGE[number // each % 3 :: 3]:
                changed = put(document, place, strange)
                yield json.dumps(changed) if is_json else yaml.safe_dump(changed, sort_keys=False)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_damaged_file_is_read_as_far_as_possible(name):
    dice = random.Random(name)  # noqa: S311 - the same each time
    for _ in range(3):
        audited((name, mutated(FILES[name], dice)))


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_may_be_damaged_anywhere(name):
    dice = random.Random(f"{name} again")  # noqa: S311 - the same each time
    others = [(other, data) for other, data in FILES.items() if other.rpartition("/")[0] == name.rpartition("/")[0]]
    for _ in range(400):
        audited((name, mutated(FILES[name], dice)), *dice.sample(others, min(2, len(others))))


@pytest.mark.parametrize("name", SMALL)
def test_a_part_may_be_of_any_type(name):
    for text in with_strange_parts(name, 59):
        audited((name, text.encode()))


@pytest.mark.prove
@pytest.mark.parametrize("name", DATA)
def test_every_part_may_be_of_any_type(name):
    for text in with_strange_parts(name, 1):
        audited((name, text.encode()))


@pytest.mark.prove
@pytest.mark.parametrize("folder", ["fastapi", "mixin", "blog"])
def test_a_part_may_be_of_any_type_beside_all_the_others(folder):
    others = {name: data for name, data in FILES.items() if name.startswith(f"corpora/{folder}/")}
    for name in others:
        if name in DATA:
            for text in with_strange_parts(name, 11):
                audited(*{**others, name: text.encode()}.items())


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{letter}: &{letter} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, letter in zip("abcdefgh", "bcdefghi", strict=True)
)
RULE = b"groups: [{name: g, rules: [{alert: A, expr: '%s'}]}]"
WHOLE = {
    "nothing": b"",
    "blanks": b" \n\t\n",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "zeros": b"\0" * 64,
    "no UTF-8": b"groups: [\xff\xfe]\n",
    "UTF-16": "groups: []".encode("utf-16"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "lists in lists": b"[" * 100_000,
    "records in records": b'{"a":' * 50_000,
    "parentheses in parentheses": b"x = " + b"(" * 5_000 + b")" * 5_000,
    "a long sum": b"x = " + b"1+" * 20_000 + b"1\n",
    "a huge number": b"groups: [{name: g, interval: " + b"9" * 5_000 + b"}]\nx = 1",
    "a huge exponent": b'{"title": "x", "panels": [{"gridPos": {"x": 1e999999}}], "schemaVersion": -1e400}',
    "aliases of aliases": BOMB.encode(),
    "an alias of itself": b"groups: &a [*a]\n",
    "a tag that builds an object": b"groups: !!python/object/apply:os.system [true]\n",
    "several documents": b"groups: []\n---\ngroups: [1]\n---\n- 1\n",
    "a merge conflict": b"<<<<<<< HEAD\ngroups: []\n=======\ngroups: [1]\n>>>>>>> theirs\n",
    "a key that is a list": b"? [a]\n: 1\n",
    "a long line": b"# " + b"a " * 100_000 + b"\n" + b"```" * 10_000,
    "half a surrogate": b'{"title": "\\ud800", "panels": [{"title": "\\udfff", "targets": [{"expr": "\\ud800"}]}]}',
    "not a number": b'{"title": "x", "panels": [NaN, Infinity, {"id": NaN, "gridPos": {"x": -Infinity, "y": NaN}}]}',
    "a long expression": b"groups: [{name: g, rules: [{alert: A, expr: '"
    + b"(" * 3_000
    + b"up"
    + b")" * 3_000
    + b"'}]}]",
    "many terms": b"groups: [{name: g, rules: [{alert: A, expr: '" + b"up + " * 1_000 + b"up'}]}]",
    "templates in templates": b"groups: [{name: g, rules: [{alert: A, expr: up, annotations: {s: '"
    + b"{{ if . }}" * 2_000
    + b"'}}]}]",
    "records of each other": b"groups: [{name: g, rules: [{record: 'a:b', expr: 'c:d'},"
    b" {record: 'c:d', expr: 'a:b'}]}]",
}


@pytest.mark.parametrize("suffix", sorted({*SUFFIXES, ".txt", ".YML"}))
@pytest.mark.parametrize("what", WHOLE)
def test_a_file_may_hold_anything(what, suffix):
    audited((f"monitoring/x{suffix}", WHOLE[what]))


def test_one_broken_file_hides_nothing_of_the_others():
    rules = b"groups: [{name: g, rules: [{alert: A, expr: 'up > 1'}]}]"
    found = audited(
        ("broken.yml", b"groups: ["), ("rules.yml", rules), ("bad.py", b"def ("), ("x.json", b'{"panels":[')
    )
    told = {item.finding.position.file for item in found.told if item.finding.position}
    assert told >= {"broken.yml", "rules.yml", "bad.py", "x.json"}

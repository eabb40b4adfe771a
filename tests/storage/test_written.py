"""YAML that is no config, and what is said of it."""

import os
from pathlib import Path

import pytest
import yaml

from truthserum.sentences import OptionError
from truthserum.storage import written
from truthserum.storage.written import DIGITS, MOST_VALUES, parsed, read

ROOT = Path(__file__).resolve().parents[2]


def doubling(inner):
    """Eight sections in a row, each of which names the one before ten times."""
    return "a: &a {x: 1}\n" + "".join(
        f"{new}: &{new} {inner.format(', '.join([f'*{old}'] * 10))}\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )


def test_a_config_is_read_as_it_stands():
    text = (
        "seed: 7\nlist: [1, 2.5, 0x1F, 0.5, 0, true, null, ü]\n"
        "of: {a: {b: 1}}\nsame: &s [1]\nagain: *s\n"
    )
    assert parsed(text, "f") == {
        "seed": 7,
        "list": [1, 2.5, 31, 0.5, 0, True, None, "ü"],
        "of": {"a": {"b": 1}},
        "same": [1],
        "again": [1],
    }
    assert parsed('{"a": 1, "b": [2]}', "f") == {"a": 1, "b": [2]}
    assert parsed("base: &b {a: 1}\nmore: {<<: *b, c: 2}\n", "f")["more"] == {"a": 1, "c": 2}
    assert parsed(f"a: {10**DIGITS - 1}", "f") == {"a": 10**DIGITS - 1}
    assert parsed("", "f") is None


@pytest.mark.parametrize("loader", [written.LOADER, yaml.SafeLoader])
def test_every_file_of_the_project_says_what_plain_yaml_says(loader, monkeypatch):
    monkeypatch.setattr(written, "LOADER", loader)  # not every machine has LibYAML
    paths = [*(ROOT / "experiments").glob("*.yaml"), ROOT / "config.yaml"]
    assert len(paths) > 10
    for path in paths:
        assert read(path) == yaml.safe_load(path.read_text("utf-8")), path.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed: 1\no: 2\nseed: 3\n", 'line 3: found the key "seed" twice, first in line 1'),
        ("a:\n  b: {c: 1,\n    c: 2}\n", 'line 3: found the key "c" twice, first in line 2'),
        ('{"a": 1, "a": 2}', 'the key "a" twice'),
        ("x: [{a: 1, a: 1}]", 'the key "a" twice'),
        ("m: &m {}\nx: {<<: *m,\n <<: *m}", 'line 3: found the key "<<" twice'),
        ("a: &a [*a]", "line 1: found more than 50 levels, or a value that holds itself"),
        ("a: &a {b: *a}", "line 1: found more than 50 levels, or a value that holds itself"),
        (doubling("[{}]"), f"found more than {MOST_VALUES} values"),
        (doubling("{{<<: [{}]}}"), f"found more than {MOST_VALUES} values"),
        ("[" * 100_000, "found more than 50 levels"),
        ("[" * 60 + "]" * 60, "found more than 50 levels"),
        ("a: 1\n1: a", 'line 2: found the key "1", allowed is text'),
        ("s: {true: a}", 'line 1: found the key "true", allowed is text'),
        ("s:\n- {null: a}", 'line 2: found the key "null", allowed is text'),
        ("? [a]\n: b", "line 1: found the key of several values, allowed is text"),
        ("a: " + "9" * 5000, "line 1: found a number of more than 18 digits, allowed are fewer"),
        ("a:\n  b: -" + "9" * 400, "line 2: found a number of more than 18 digits"),
        ("a: 010", 'line 1: found "010", which YAML reads in base 8 or 60, allowed are numb'),
        ("a: [1,\n -0_7]", 'line 2: found "-0_7", which'),
        ("a: 1:30", 'line 1: found "1:30", which'),
        ("a: 1:30.5", 'line 1: found "1:30.5", which'),
        ("a: 2024-99-99", "line 1: found a value of the kind timestamp, allowed are text"),
        ("a: 1\nb: !!binary aGk=", "line 2: found a value of the kind binary"),
        ("a: !!set {b}", "line 1: found a value of the kind set"),
        ("a: !!bool maybe", "found a value that cannot be read"),
        ('a: !!int ""', "found a value that cannot be read"),
        ('a: !!float ""', "found a value that cannot be read"),
        ("a: !!int [1]", "mine.yaml: "),
        ("a: !!float {b: 1}", "mine.yaml: "),
        ('a: "\\0"', "line 1: found the character NUL in a text"),
        ("a: *gone", "line 1: found no YAML (found undefined alias"),
        ("a: [1\nb: 2", "line 2: found no YAML"),
        ("a: 1\n\tb: 2", "line 2: found no YAML"),
        ("a: !!python/object:os.system x", "line 1: found a value of the kind python/object"),
        ("a: 1\n---\nb: 2", "line 2: found no YAML"),
        ("a: \x01", "found no YAML (unacceptable character"),
    ],
    ids=lambda text: repr(text[:24]),
)
def test_what_is_no_config_gets_one_sentence(text, said):
    with pytest.raises(OptionError) as caught:
        parsed(text, "mine.yaml")
    sentence = str(caught.value)
    assert sentence.startswith("mine.yaml: ") and said in sentence
    assert len(sentence) < 400 and "\n" not in sentence


def test_a_file_is_named_with_the_line_of_a_wrong_byte(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes("a: 1\ntitle: für".encode("latin-1"))
    with pytest.raises(OptionError, match=r"mine\.yaml: line 2: found a byte that is not UTF-8"):
        read(path)
    path.write_bytes("\ufefftitle: für".encode())
    assert read(path) == {"title": "für"}


def test_what_is_no_file_or_too_large_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    for name in ("pipe", "folder", "absent"):
        with pytest.raises(OptionError, match=f"{name}.yaml: found no file, allowed is one"):
            read(tmp_path / f"{name}.yaml")
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(10**10)  # without a byte on the disk
    with pytest.raises(OptionError, match=r"large.yaml: found 10000000000 bytes, allowed are at"):
        read(large)


def test_what_may_not_be_read_is_named_with_the_reason(tmp_path):
    path = tmp_path / "mine.yaml"
    path.symlink_to("/proc/self/mem")  # which may be opened, and not be read, by root neither
    with pytest.raises(OptionError, match=r"mine\.yaml: found that it cannot be read \("):
        read(path)
    with pytest.raises(OptionError, match="found that it cannot be read "):
        read(tmp_path / ("x" * 5000))


def test_sections_of_a_command_line_have_values_as_in_a_file():
    entries = ["scale=smoke", "data={client: true, folder: null}", "seeds=[1, 2]", "text='{a: 1}'"]
    taken = {
        "scale": "smoke",
        "data": {"client": "true", "folder": "null"},
        "seeds": ["1", "2"],
        "text": "{a: 1}",
    }
    meant = [{"data": {"client": True, "folder": None}}, {"seeds": [1, 2]}]
    assert list(written.given(entries, taken)) == meant
    twice = written.given(["a={x: 1}", "a={y: 2}"], {"a": {"x": "1", "y": "2"}})
    assert list(twice) == [{"a": {"x": 1}}, {"a": {"y": 2}}]


def test_what_no_command_line_made_stays_as_it_is():
    assert not list(written.given(["data={'client': None}"], {"data": {"client": None}}))
    assert not list(written.given([], {"data": {"client": "x"}}))


def test_a_key_given_twice_on_a_command_line_is_named():
    with pytest.raises(OptionError, match=r'^--config data: line 1: found the key "a" twice'):
        list(written.given(["data={a: 1, a: 2}"], {"data": {"a": "2"}}))


def test_a_section_of_a_command_line_without_end_is_refused():
    loop, bomb = [], ["1"]
    loop.append(loop)
    for _ in range(8):
        bomb = [bomb] * 10
    for found, said in ((loop, "a value that holds itself"), (bomb, f"more than {MOST_VALUES}")):
        with pytest.raises(OptionError, match=rf"^b: found .*{said}"):
            list(written.given(["a={b: 1}"], {"a": {"b": found}}))

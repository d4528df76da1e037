from __future__ import annotations

import codecs
import pickle
import tokenize
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pymongo_async_lint.capture.source import LineTable, Source, SourceError, decode, line_starts


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"", Source("", "utf-8", False)),
        ("é\r\n".encode(), Source("é\r\n", "utf-8", False)),
        (codecs.BOM_UTF8 + "é = 1".encode(), Source("é = 1", "utf-8", True)),
        (codecs.BOM_UTF8, Source("", "utf-8", True)),
        (codecs.BOM_UTF8 + b"# coding: utf-8\n", Source("# coding: utf-8\n", "utf-8", True)),
        (b"# -*- coding: latin-1 -*-\n\xe9", Source("# -*- coding: latin-1 -*-\n\xe9", "iso-8859-1", False)),
        (
            b"#!/bin/python\n# vim: set fileencoding=cp1252 :\n\x80",
            Source("#!/bin/python\n# vim: set fileencoding=cp1252 :\n€", "cp1252", False),
        ),
        (b"#!/bin/python\r# coding: koi8-r\r\xc1", Source("#!/bin/python\r# coding: koi8-r\rа", "koi8-r", False)),  # noqa: RUF001
        (b"a\n\n# coding: latin-1\n", Source("a\n\n# coding: latin-1\n", "utf-8", False)),
        (b"x = 1\n# coding: latin-1\n", Source("x = 1\n# coding: latin-1\n", "utf-8", False)),
        (b"a\rb\x0cc", Source("a\rb\x0cc", "utf-8", False)),
    ],
)
def test_text_encoding_and_mark(data: bytes, source: Source) -> None:
    assert decode(data) == source


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"a = '\xff'", (1, 6), "byte 0xff is not valid utf-8"),
        ("é\r\nü".encode() + b"\xff", (2, 2), "byte 0xff is not valid utf-8"),
        (b"a\n\nb\n\xc3(", (4, 1), "byte 0xc3 is not valid utf-8"),
        (codecs.BOM_UTF8 + b"a\n\nb\xff", (3, 2), "byte 0xff is not valid utf-8"),
        (b"# coding: ascii\nab\xe9", (2, 3), "byte 0xe9 is not valid ascii"),
        (b"# coding: nonsense\n", (1, 1), "unknown encoding: nonsense"),
        (b"# coding: hex\n", (1, 1), "hex is not an encoding of text"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", (1, 1), "encoding problem: utf-8"),
    ],
)
def test_what_cannot_be_decoded_has_a_place(data: bytes, place: tuple[int, int], message: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(data)
    assert (caught.value.line, caught.value.column) == place
    assert caught.value.message == str(caught.value) == message


@settings(deadline=None)
@given(
    st.binary(max_size=60),
    st.sampled_from([b"", codecs.BOM_UTF8, b"# coding: latin-1\n", b"#\n# coding: utf-8\n", b"# coding: cp1252\n"]),
)
def test_files_decode_as_python_decodes_them(data: bytes, head: bytes) -> None:
    data = head + data.replace(b"\r", b"")  # Python's own reader wants line feeds
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        expected: str | None = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        expected = None
    try:
        actual: str | None = decode(data).text
    except SourceError:
        actual = None
    assert actual == expected


@settings(deadline=None)
@given(st.text())
def test_text_survives_a_round_trip_through_bytes(text: str) -> None:
    source = decode(codecs.BOM_UTF8 + text.encode())
    assert source.text.encode(source.encoding) == text.encode()


def test_errors_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(SourceError("invalid syntax", 3, 7)))
    assert (error.message, error.line, error.column) == ("invalid syntax", 3, 7)


def test_lines_end_where_python_ends_them() -> None:
    assert line_starts("a\nb\r\nc\rd\x0be\x0cf\x1cg\x85h\u2028i\n") == [0, 2, 5, 7, 19]
    assert line_starts("") == [0]
    assert line_starts("\r\r\n\n") == [0, 1, 3, 4]


@settings(deadline=None)
@given(st.text(alphabet="a\n\réß𝄞\x0c\x85"))
def test_a_line_and_a_column_lead_back_to_the_offset(text: str) -> None:
    table, starts = LineTable(text), line_starts(text)
    for offset in range(len(text) + 1):
        line, column = table.position(offset)
        assert starts[line - 1] + column == offset
        assert line == len(starts) or offset < starts[line]

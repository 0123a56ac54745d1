"""Cutting text into a vocabulary's pieces: the likeliest cut, every piece where it stands."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.exceptions import SeedError
from processors.tagging.pieces import UNKNOWN, Piece, Pieces

VOCABULARY = (
    "<s>\t0\n<pad>\t0\n</s>\t0\n<unk>\t0\n▁\t-4\n▁sol\t-3\ndat\t-3\n▁soldat\t-5\ns\t-2\n▁s\t-4\no\t-6\n...\t-5\n"
)


@pytest.fixture
def pieces(tmp_path: Path) -> Pieces:
    path = tmp_path / "pieces.tsv"
    path.write_text(VOCABULARY, encoding="utf-8")
    return Pieces.load(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("soldats", [Piece(7, 0, 6), Piece(8, 6, 7)]),  # -7 together; sol + dat + s are -8
        ("sol dat", [Piece(5, 0, 3), Piece(4, 3, 4), Piece(6, 4, 7)]),
        ("  soldat", [Piece(7, 0, 8)]),
        ("sol\u200bdat", [Piece(7, 0, 7)]),  # what nobody sees parts no word
        ("ｓｏｌ", [Piece(5, 0, 3)]),
        ("s…", [Piece(9, 0, 1), Piece(11, 1, 2)]),  # one character of the text, three of its normal form
        ("ж", [Piece(4, 0, 1), Piece(UNKNOWN, 0, 1)]),
        ("<s>", [Piece(4, 0, 1), Piece(UNKNOWN, 0, 1), Piece(8, 1, 2), Piece(UNKNOWN, 2, 3)]),  # a tag is no mark
        ("", []),
    ],
)
def test_the_likeliest_pieces(pieces, text, expected):
    assert pieces.find(text) == expected


@settings(deadline=None)  # the first example loads the network
@given(text=st.text(max_size=200))
def test_pieces_stand_in_order_inside_the_text(tagger, text):
    found = tagger.taxonomy.encoder.read(text).pieces
    for piece in found:
        assert 0 <= piece.start < piece.end <= len(text)
    assert [piece.start for piece in found] == sorted(piece.start for piece in found)


def test_a_wrong_line_is_named(tmp_path: Path):
    path = tmp_path / "pieces.tsv"
    path.write_text(VOCABULARY + "▁x\tmany\n", encoding="utf-8")
    with pytest.raises(SeedError, match=r"pieces\.tsv:13: "):
        Pieces.load(path)


def test_an_empty_vocabulary_is_refused(tmp_path: Path):
    path = tmp_path / "pieces.tsv"
    path.write_text("<s>\t0\n", encoding="utf-8")
    with pytest.raises(SeedError, match="holds no pieces"):
        Pieces.load(path)

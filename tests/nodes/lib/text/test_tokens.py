import pytest

from nodes.lib.text.tokens import Frame, Token, chunked

FRAME = Frame(12, (Token(-1, "<s>"),), Token(-2, "</s>"), Token(0, "."))


def group(first, count):
    return [Token(first + index, str(first + index)) for index in range(count)]


def numbers(chunks):
    return [[token.id for token in chunk] for chunk in chunks]


def test_an_empty_prompt_is_one_chunk():
    assert numbers(chunked([], FRAME)) == [[-1, -2, *[0] * 10]]


def test_what_fits_stays_in_one_chunk():
    found = chunked([group(1, 4), group(5, 6)], FRAME)
    assert numbers(found) == [[-1, *range(1, 11), -2]]


def test_a_long_group_is_torn():
    found = numbers(chunked([group(1, 4), group(5, 8)], FRAME))
    assert found == [[-1, *range(1, 11), -2], [-1, 11, 12, -2, *[0] * 8]]


def test_a_short_group_begins_the_next_chunk():
    found = numbers(chunked([group(1, 4), group(5, 7)], FRAME))
    assert found == [[-1, *range(1, 5), -2, *[0] * 6], [-1, *range(5, 12), -2, 0, 0, 0]]


@pytest.mark.parametrize("count", [10, 11, 20, 21, 95])
def test_every_chunk_is_of_one_length_and_nothing_is_lost(count):
    found = chunked([group(1, count)], FRAME)
    assert {len(chunk) for chunk in found} == {12}
    assert [one for chunk in numbers(found) for one in chunk if one > 0] == [*range(1, count + 1)]
    assert len(found) == -(-count // 10)

import pytest

from nodegraph.cli.usage import with_address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("run a.json --ray", "run a.json --ray local"),
        ("run --ray a.json", "run --ray local a.json"),
        ("run --ray --json a.json", "run --ray local --json a.json"),
        ("run --ray auto a.json", "run --ray auto a.json"),
        ("serve --ray head:6379", "serve --ray head:6379"),
        ("serve --ray ray://head:10001", "serve --ray ray://head:10001"),
        ("serve --ray=head:6379", "serve --ray=head:6379"),
        ("serve --port 0", "serve --port 0"),
    ],
)
def test_a_cluster_s_address_may_be_left_out(typed, meant):
    assert with_address(typed.split()) == meant.split()

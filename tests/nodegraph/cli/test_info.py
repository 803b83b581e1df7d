import json

from nodegraph.registry import broken_packs


def test_info_says_versions_devices_caches_and_packs(nodegraph, home):
    (home / "cache" / "ab").mkdir(parents=True)
    (home / "cache" / "ab" / "ab.value").write_bytes(bytes(2048))
    data = json.loads(nodegraph("info", "--json").stdout)
    assert "torch" in data["versions"]
    assert "cpu" in data["devices"]
    assert data["caches"]["values"] == {"folder": str(home / "cache"), "files": 1, "bytes": 2048}
    assert data["packs"]["nodes"]["node types"] > 20
    assert "2 KiB" in nodegraph("info").stdout


def test_info_names_broken_packs(nodegraph, monkeypatch):
    monkeypatch.setitem(broken_packs, "odd", "ImportError: no module")
    shown = nodegraph("info").stdout
    assert "broken packs\n  odd  ImportError: no module" in shown

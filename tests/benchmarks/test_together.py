from benchmarks import together


def test_the_table_has_every_size_and_the_pictures_hardly_differ(capsys, monkeypatch):
    monkeypatch.setattr(together, "PICTURES", 2)
    monkeypatch.setattr(together, "SIZES", (1, 2))
    together.main(["--steps", "2", "--rounds", "2"])
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [int(row[0]) for row in rows] == [1, 2]
    assert all(float(row[-1].split(", ")[1]) < 1 for row in rows)

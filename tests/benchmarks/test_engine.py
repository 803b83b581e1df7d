from benchmarks import engine


def test_the_table_has_what_jobs_cost_and_what_clients_hear(capsys):
    engine.main(["--jobs", "20", "--rounds", "3", "--parts", "toys"])
    printed = capsys.readouterr().out
    for row in ("submission to first event", "a job more than", "jobs run a second", "growth of"):
        assert f"\n| {row}" in printed
    assert "| 49 of 49 |" in printed

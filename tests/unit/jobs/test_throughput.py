"""The speed of a run over its time: few points, however long it takes."""

from sidecar.jobs.throughput import MAX_POINTS, Throughput


def rates(rows: float) -> dict[str, float]:
    return {"rows_per_second": rows, "bytes_per_second": 0.0}


def test_a_point_is_kept_for_each_second() -> None:
    throughput = Throughput()
    for half in range(5):
        points = throughput.add(100 + half / 2, rates(half))
    assert [(point["seconds"], point["rows_per_second"]) for point in points] == [
        (0, 0),
        (1, 2),
        (2, 4),
    ]


def test_a_long_run_keeps_its_whole_time_in_few_points() -> None:
    throughput = Throughput()
    for second in range(10_000):
        points = throughput.add(second, rates(second))
    assert MAX_POINTS / 2 <= len(points) <= MAX_POINTS
    assert points[0]["seconds"] == 0
    assert points[-1]["seconds"] > 9_800

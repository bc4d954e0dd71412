"""Every seeded slip is named; what no slip of the catalogue explains is still placed."""

import pytest
from seeds import SEEDS, sources

import layerwise


def found_in(seed, folder):
    path = folder / "net.py"
    path.write_text(sources(seed))
    return layerwise.check(path).findings


# every third by default: all of them take two minutes
SOME = [
    seed if place % 3 == 0 else pytest.param(seed, marks=pytest.mark.slow)
    for place, seed in enumerate(SEEDS)
]


@pytest.mark.parametrize("seed", SOME, ids=lambda s: f"{s.function}: {s.new[:40]}")
def test_a_seeded_slip_is_named_in_its_function_and_tensor(seed, tmp_path):
    findings = found_in(seed, tmp_path)
    assert {one.function for one in findings} == {seed.function}
    assert seed.slip in {one.slip for one in findings}
    if seed.tensor and len(findings) == 1 and seed.function != "batch_norm_forward":
        assert findings[0].tensor == seed.tensor


def test_every_named_finding_has_its_line_and_its_repair(tmp_path):
    for seed in SEEDS[::9]:
        for one in found_in(seed, tmp_path):
            if one.slip != "unknown":
                assert one.lecture.startswith("row ")
                assert "=" in one.repair
                assert "{" not in one.repair

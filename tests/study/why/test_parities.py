import pytest

from layerwise import SettingError, why
from layerwise.study.why.parity_networks import patterns, wrong_of


@pytest.fixture(scope="module")
def lab():
    return why.parity(12, seeds=0)


def test_every_constructed_network_is_exact_on_every_input_up_to_twelve_bits(lab):
    assert len(lab.sizes) == 11 * 3
    assert all(size.wrong == 0 for size in lab.sizes)


def test_the_sizes_are_those_of_the_lecture(lab):
    for bits in range(2, 13):
        shallow, deep, line = (size for size in lab.sizes if size.bits == bits)
        assert (shallow.hidden_units, shallow.depth) == (2 ** (bits - 1), 2)
        assert deep.depth == (bits - 1).bit_length() + 1
        assert 2 * (bits - 1) <= deep.hidden_units <= 2 * (bits - 1) + (bits - 1).bit_length()
        assert (line.hidden_units, line.depth) == (bits, 2)


def test_a_weight_that_is_wrong_is_found():
    made = patterns(4)
    made.parameters[0]["W"][0, 0] *= -1
    assert wrong_of(made, 4) > 0


def test_the_trained_comparison_counts_the_seeds_that_learn_it():
    found = why.parity(2, trained=2, seeds=3, epochs=300)
    assert all(0 <= one.learned <= one.seeds == 3 for one in found.trained)
    assert max(one.learned for one in found.trained) == 3


def test_a_number_out_of_its_range_is_refused():
    with pytest.raises(SettingError, match="n=13: expected a whole number from 2 to 12"):
        why.parity(13)

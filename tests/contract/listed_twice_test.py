"""Is what a list names twice refused?"""

import pytest

TWICE = {
    "soc.npu.array.dataflows=[weight_stationary, weight_stationary]": 'dataflow "weight_stationary" is listed twice',
    "soc.npu.vector.operators=[add, requantize, add]": 'operator "add" is listed twice',
}


@pytest.mark.parametrize("setting", TWICE)
def test_what_is_listed_twice_is_refused(setting, program):
    done = program.call("check", "edge_npu", "--set", setting)
    assert done.returncode == 2 and TWICE[setting] in done.stderr and done.stderr.count("\n") == 1, done.stderr

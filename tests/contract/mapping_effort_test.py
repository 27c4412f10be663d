"""Does the mapper end soon, however slowly an NPU is fed?"""

import resource

import pytest

SLOW = [("soc.npu.array.rows=4", "soc.npu.sequencer.issue=100 cycles"), ("soc.npu.array.rows=2", "soc.npu.sequencer.issue=1000 cycles")]


@pytest.mark.parametrize("sets", SLOW)
def test_commands_that_wait_for_their_issue_take_no_longer_to_plan(program, sets):
    words = [word for value in (*sets, "soc.npu.weight_buffer.size=1 KiB") for word in ("--set", value)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    program.output("check", "edge_npu", "--net", "helloedge_gru_S", *words)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5.0  # 0.1 s, of processor time

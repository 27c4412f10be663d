"""Is what a scenario cannot mean refused where it is said, once, and with a remedy that does not contradict another?"""

import pytest

# what a stream says, and its name: the key and the message
WRONG = {
    ("a", "at: []"): "streams.a.at: expected times such as [0 ms, 500 ms], got none: remove `at`",
    ("a", "phase: 1 ms, at: [3 ms]"): "a stream that has `at` has no `phase`: remove one",
    ("a", "phase: 1 ms, at: []"): None,
    ("a", "phase: 1 ms"): "`phase` is that of periodic arrivals: add `every`, or list times with `at`",
    ("a/b", "count: 1"): 'expected a name of letters, digits, _ and -, got "a/b"',
    ('a b, "c', "count: 1"): "expected a name of letters, digits, _ and -, got",
}


@pytest.mark.parametrize("name, stream", WRONG)
def test_what_a_stream_cannot_mean_is_said(name, stream, program, tmp_path):
    scenario = tmp_path / "s.yaml"
    scenario.write_text(f"schema: scenario/1\nscenario:\n  streams:\n    '{name}': {{network: kws_ds_cnn, {stream}}}\n")
    done = program.call("check", "edge_npu", "--scenario", scenario)
    assert done.returncode == 2 and "s.yaml:4:" in done.stderr, done.stderr
    if WRONG[name, stream]:
        assert WRONG[name, stream] in done.stderr and done.stderr.count("\n") == 1, done.stderr

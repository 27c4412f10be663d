"""How busy the multipliers of edge_npu are."""

from markdown import count, table
from validation import layers

NETWORKS = ("mobilenet_v1_1.0_224", "mobilenet_v2_1.0_224")
MACS = 256  # multipliers of edge_npu
OBJECTIVES = ("edp", "latency")


def text(program, folder, _):
    cases = [(net, objective) for net in NETWORKS for objective in OBJECTIVES]

    def run(case):
        place = folder / "_".join(case)
        layers.of_run(program, place, "edge_npu", "--net", case[0], "--objective", case[1])
        return layers.totals(place)

    lines = []
    for (net, objective), total in zip(cases, layers.at_a_time(run, cases)):
        moved = (total["dram_read_B"] + total["dram_write_B"]) / 2**20
        lines.append([f"`{net}`", objective, count(-(-total["macs"] // MACS)), count(total["cycles"]),
                      f"{100 * total['utilization']:.1f} %", f"{moved:.2f} MiB"])  # fmt: skip
    return table(["network", "objective", "cycles if all were busy", "cycles", "busy", "DRAM"], lines)

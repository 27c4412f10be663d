"""Whether rows of a comparison did the work of their network, as it was planned."""


def assert_work_is_as_planned(networks):
    """`networks` of compare.json: MACs are the network's, bytes at each memory those of the plan."""
    for network in networks:
        for row in network["rows"]:
            work = row["work"]
            assert work["faults"] == []
            assert work["macs"] == work["network_macs"]
            for memory in work["memories"].values():
                assert memory["planned_read_B"] == memory["read_B"]
                assert memory["planned_write_B"] == memory["write_B"]

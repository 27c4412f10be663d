"""The numbers of a shipped result that goldens keep: integers that have to be exact, energies within a tolerance."""

import json

from support.program import DESIGNS, NETWORKS, POINTS, ROOT, Point, relative

FOLDER = ROOT / "tests" / "golden" / "results"
ENERGY_TOLERANCE = 1e-9  # relative

SHIPPED = [Point(design=design, net=net, opp=opp) for design in DESIGNS for net in NETWORKS for opp in POINTS]
# An accelerator of another kind, at a memory of another kind.
SHIPPED.append(Point(design="nv_small", net="kws_ds_cnn"))
# Block engines, with weights in a flash and in a DRAM.
SHIPPED += [Point(design=f"ethos_{model}", net="kws_ds_cnn") for model in ("u55_128", "u55_256", "u65_256")]
# Cores as accelerators, beside another one and alone, and hosts without any.
SHIPPED += [Point(design=design, net="resnet8") for design in ("ne16", "pulp_cluster", "edge_npu_dsp")]
SHIPPED += [Point(design=design, net="kws_ds_cnn", opp="run") for design in ("cortex_m4", "cortex_m7", "cortex_m55")]

# Weights in MRAM, buffers that keep them, domains that sleep by themselves.
SHIPPED += [Point(design="always_on", net=net, opp="near_threshold") for net in ("kws_ds_cnn", "streaming_wakeword")]

# A macro in whose bit cells numbers of 1 to 8 bits are multiplied.
SHIPPED.append(Point(design="colonnade", net="bit_widths"))


def path_of(point):
    return FOLDER / f"{point.design}-{point.net}-{point.opp}.json"


def ports_of(result):
    memories = ["sram", "dram"] + [c["name"] for c in result["components"] if c["kind"] == "simple_memory"]
    return [f"{memory}.{direction}" for memory in memories for direction in ("read", "write")]


def excerpt(result):
    """{"exact": {NAME: integer}, "energy_J": {NAME: joules}}"""
    totals = result["totals"]
    exact = {f"totals.{name}": totals[name] for name in ("cycles", "macs", "dram_read_B", "dram_write_B")}
    exact |= {f"clock.{name}_Hz": hertz for name, hertz in result["design_point"]["clock_frequency_Hz"].items()}
    for layer in result["layers"]:
        exact[f"layer.{layer['name']}.cycles"] = layer["cycles"]
        exact[f"layer.{layer['name']}.array_cycles"] = layer["array_cycles"]
        for port in ports_of(result):
            exact[f"layer.{layer['name']}.{port.replace('.', '_')}_B"] = layer["traffic_B"].get(port, 0)
    energy = {"total": totals["energy_J"]}
    for component in result["components"]:
        for cause, joules in component["energy_J"].items():
            energy[f"{component['name']}.{cause}"] = joules
    return {"exact": exact, "energy_J": energy}


def differences(golden, now):
    """What changed, a sentence each."""
    found = []
    for kind in ("exact", "energy_J"):
        for name in dict.fromkeys([*golden[kind], *now[kind]]):
            old, new = golden[kind].get(name), now[kind].get(name)
            if old is None or new is None:
                found.append(f"{name}: {'new' if old is None else 'gone'}, {new if old is None else old}")
            elif kind == "exact" and old != new:
                found.append(f"{name}: {old:,} -> {new:,} ({change(old, new)})")
            elif kind == "energy_J" and relative(new, old) > ENERGY_TOLERANCE:
                found.append(f"{name}: {old:.10g} J -> {new:.10g} J ({change(old, new)})")
    return found


def change(old, new):
    return f"{100 * (new - old) / old:+.3g} %" if old else "from zero"


def read(point):
    return json.loads(path_of(point).read_text())


def write(point, numbers):
    path_of(point).parent.mkdir(parents=True, exist_ok=True)
    path_of(point).write_text(json.dumps(numbers, indent=1) + "\n")

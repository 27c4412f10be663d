"""Voltage and frequency sweeps: the parts of sweep_dvfs.py."""

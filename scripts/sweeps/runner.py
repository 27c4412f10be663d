"""Runs the points of a sweep, several at a time, and keeps what is finished."""

import json
from dataclasses import dataclass
from pathlib import Path

from parallel_runs import in_parallel, remove_parts, run_into
from subvolt_results import ProgramError, ScriptError, read_result, write_text
from sweeps.inputs import Inputs, changed

INPUTS = "inputs.json"


@dataclass(frozen=True)
class Finished:
    point: object  # plan.Point
    folder: Path
    result: dict


class Runner:
    def __init__(self, program, plan, folder, jobs, quiet):
        self.program = program
        self.plan = plan
        self.points_folder = folder / "points"
        self.jobs = jobs
        self.quiet = quiet
        self.reused = 0
        self.changes = []  # (name of a point, what has changed since it was run)
        self._inputs = Inputs(program)

    def run(self):
        """Finished points in the order of the plan, and (point, message, exit code) of those that failed."""
        if self.points_folder.is_dir():
            remove_parts(self.points_folder)
        done, failed, missing = {}, [], []
        for point in self.plan.points:
            kept = self._kept(point)
            if kept:
                done[point.name] = kept
            else:
                missing.append(point)
        self.reused = len(done)
        for future, point in in_parallel(self._simulate, missing, "point", self.jobs, self.quiet):
            try:
                done[point.name] = future.result()
            except ProgramError as error:
                failed.append((point, str(error), error.exit_code))
        order = {point.name: i for i, point in enumerate(self.plan.points)}
        failed.sort(key=lambda failure: order[failure[0].name])
        return [done[p.name] for p in self.plan.points if p.name in done], failed

    def _simulate(self, point):
        folder = self.points_folder / point.folder
        inputs = self._inputs.of(point)

        def finish(part):
            write_text(part / INPUTS, json.dumps(inputs, indent=1) + "\n")

        run_into(self.program, folder, point.arguments(), finish)
        return Finished(point, folder, read_result(folder))

    def _kept(self, point):
        """The point as an earlier sweep left it, if nothing that it depends on has changed."""
        folder = self.points_folder / point.folder
        try:
            was = json.loads((folder / INPUTS).read_text(encoding="utf-8"))
            result = read_result(folder)
        except (OSError, ValueError, ScriptError):
            return None
        change = changed(was, self._inputs.of(point))
        if change:
            self.changes.append((point.name, change))
            return None
        return Finished(point, folder, result)

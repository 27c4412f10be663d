"""Calls with documents that are made for a test, within bounds of time and memory."""

import resource
import subprocess

from support.program import ROOT

SECONDS = 5  # of processor time: the machine may do other things, too
SMALL = ["--net", "ad_autoencoder"]


def call(program, *arguments, cwd, memory=1 << 30):
    """The program within 1 GiB: (exit code, stdout, stderr)."""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    def spent():
        of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return of_children.ru_utime + of_children.ru_stime

    begin = spent()
    done = subprocess.run([str(program.path), *map(str, arguments)], cwd=cwd, env=program.environment,
                          capture_output=True, timeout=60, preexec_fn=limit)
    assert spent() - begin < SECONDS
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def refused(program, *arguments, cwd):
    """stderr of a call that has to be refused as bad input, leaving nothing behind."""
    before = sorted(cwd.iterdir())
    code, out, error = call(program, *arguments, cwd=cwd)
    assert code == 2, error
    assert out == ""
    assert sorted(cwd.iterdir()) == before
    return error


def shipped(kind, name):
    return ROOT / "configs" / kind / f"{name}.yaml"


def refining(tmp_path, kind, folder, base, body):
    file = tmp_path / "refined.yaml"
    file.write_text(f"schema: {kind}/1\ninclude: {shipped(folder, base)}\n{kind}:\n{body}")
    return file

"""measure.py FILE COMMAND...: runs a command and appends its processor seconds, wall seconds and peak MiB to FILE.
measure.py --report DIR: prints what bench.sh measured, against its bounds.
measure.py --busiest DIR NAME...: prints what questions.sh measured of the questions about the busiest identity.
measure.py --flat DIR NAME...: prints what questions.sh measured of each over a tenth of the time and over all."""
import os
import resource
import statistics
import subprocess
import sys
import time


def run(path, command):
    begun = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - begun
    # 3 is done, with a word on what could not be seen.
    if done.returncode not in (0, 3):
        sys.exit(f"{command[0]} ended with {done.returncode}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(path, "a") as f:
        print(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, file=f)


def read(folder, name):
    with open(os.path.join(folder, name)) as f:
        return [[float(x) for x in line.split()] for line in f]


def line(what, value, bound, note):
    print(f"{what:<58} {value:>8.2f}   at most {bound:<6g} {'holds' if value <= bound else 'DOES NOT HOLD'}   {note}")


def report(folder):
    strict, collect = read(folder, "strict"), read(folder, "collect")
    ratios = [c[0] / s[0] for s, c in zip(strict, collect)]
    cpu = statistics.median(c[0] for c in collect)
    line("processor time of collect over DuckDB's strict read_json", statistics.median(ratios), 2.5,
         f"{cpu:.1f} s for 1,843,700 records, {cpu / 1.8437:.1f} µs each; ratios {', '.join(f'{r:.2f}' for r in ratios)}")
    line("peak memory of collect, MiB", max(c[2] for c in collect), 800, f"strict read_json {max(s[2] for s in strict):.0f}")
    short, long = read(folder, "short")[-1], read(folder, "long")[-1]
    events = [int(read(folder, f"{n}.events")[0][0]) for n in ("short", "long")]
    for i, what in enumerate(("processor time", "wall time")):
        line(f"one more night after {events[1]:,} events over {events[0]:,}, {what}", long[i] / short[i], 1.5,
             f"{long[i]:.2f} s over {short[i]:.2f} s")
    line("peak memory of that night, MiB", long[2], 1024, f"with the short history {short[2]:.0f}")


def busiest(folder, names):
    for name in names:
        _, wall, peak = read(folder, f"busiest.{name}")[-1]
        line(f"peak memory of {name} of the busiest identity, MiB", peak, 2300, f"{wall:.1f} s, the file opened anew")


def flat(folder, names):
    # Both are told in parts, within 420 MB of the database; for one of its answers an export takes more.
    for name, bound in zip(names, (1024, 1536)):
        tenth, whole = read(folder, f"{name}.tenth")[-1], read(folder, f"{name}.all")[-1]
        line(f"peak memory of {name} over all the time, MiB", whole[2], bound, f"{whole[1]:.1f} s; over a tenth {tenth[2]:.0f} MiB, {tenth[1]:.1f} s")


if sys.argv[1] == "--report":
    report(sys.argv[2])
elif sys.argv[1] == "--busiest":
    busiest(sys.argv[2], sys.argv[3:])
elif sys.argv[1] == "--flat":
    flat(sys.argv[2], sys.argv[3:])
else:
    run(sys.argv[1], sys.argv[2:])

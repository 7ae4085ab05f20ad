#!/usr/bin/env python3
"""The tables of an evaluation, from backtests NAME-SEED.csv in a work folder (see eval.sh).

score.py gives recall and its like. This adds the list a person would see (rows that are listed, benign ones among them,
campaigns ever listed and on their first night) and the calibration (benign rows a night at or below a nominal E, of the
ten least expected). Means are over seeds, with the standard deviation behind them; exit 1 when a target is missed."""
import argparse, csv, glob, importlib.util, json, os, sys
from collections import defaultdict
from statistics import mean, stdev

NOMINAL = (.2, .5, 1, 3)
# name, target, and whether more is better
TARGETS = [("rec@1", .74, 1), ("rec@3", .93, 1), ("AP", .86, 1), ("lost@5", .63, 0), ("look@5", .25, 0), ("beaten", .035, 0),
           ("rows", 2.3, 0), ("benign", .75, 0), ("listed", .96, 1), ("first", .88, 1)]
FACTOR = 1.4
DEGRADED = {"no-asn": .80, "no-address": .68, "no-token": .75, "no-country": .78}


def judge(score, truth, path, work):
    rows = list(csv.DictReader(open(path, newline="")))
    ranked = os.path.join(work, "ranked.tmp")
    with open(ranked, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["day", "identity", "score"])
        w.writerows((r["night"], r["identity_name"], r["score"]) for r in rows)
    labels, looks, meta = score.load(truth)
    o = score.judge(ranked, labels, looks, meta)
    out = {"rec@1": o["recall@1"], "rec@3": o["recall@3"], "AP": o["AP"], "lost@5": o["lost@5"], "look@5": o["look@5"], "beaten": o["beaten"]}
    bad = {(d["day"], a) for c in labels for d in c["days"] for a in [d["actor"]] + c.get("aliases", [])}
    rows = [r for r in rows if meta["eval_from"] <= r["night"] <= meta["end"]]
    key = lambda r: (r["night"], r["identity_name"])
    listed = [r for r in rows if r["listed"] == "true"]
    out["rows"] = len(listed) / meta["nights"]
    out["benign"] = sum(key(r) not in bad for r in listed) / meta["nights"]
    seen = {key(r) for r in listed}
    caught = [c for c in labels if any((d["day"], d["actor"]) in seen for d in c["days"])]
    first = [c for c in caught if any((d["day"], d["actor"]) in seen for d in c["days"] if d["day"] == min(x["day"] for x in c["days"]))]
    out["listed"], out["first"] = len(caught) / len(labels), len(first) / max(1, len(caught))
    for e in NOMINAL:
        nights = defaultdict(list)
        for r in rows:
            if float(r["expected_benign"]) <= e:
                nights[r["night"]].append(r)
        top = [r for v in nights.values() for r in sorted(v, key=lambda r: int(r["rank"]))[:10]]
        out["E=%g" % e] = sum(key(r) not in bad for r in top) / meta["nights"]
    return out


def planted(work, seeds):
    """What became of the campaigns of the self-test, by scenario."""
    got = defaultdict(lambda: [0, 0, 0])
    for seed in seeds:
        path = os.path.join(work, seed + ".planted")
        if not os.path.exists(path):
            return
        for r in csv.DictReader(open(path, newline="")):
            if not r["not_planted"]:
                for i, yes in enumerate((True, r["listed"] == "true", r["night"] == "1")):
                    got[r["scenario"]][i] += yes
    print("\nPlanted by the self-test:\n\n| scenario | planted | listed | on the first night |\n|---|---|---|---|")
    for name, (n, listed, first) in got.items():
        print("| %s | %d | %d | %d |" % (name, n, listed, first))


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    for a in ("score", "cache", "work", "seeds"):
        ap.add_argument("--" + a, required=True)
    a = ap.parse_args()
    spec = importlib.util.spec_from_file_location("score", a.score)
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    seeds = a.seeds.split()
    names = sorted({os.path.basename(p).rsplit("-", 1)[0] for p in glob.glob(os.path.join(a.work, "*-*.csv"))})
    got = {n: [judge(score, os.path.join(a.cache, s, "truth"), os.path.join(a.work, "%s-%s.csv" % (n, s)), a.work) for s in seeds] for n in names}
    avg = {n: {k: mean(r[k] for r in v) for k in v[0]} for n, v in got.items()}
    cols = [t[0] for t in TARGETS] + ["E=%g" % e for e in NOMINAL]
    line = lambda name, values: print("| " + " | ".join([name] + values) + " |")
    line("seed", cols)
    print("|---" * (len(cols) + 1) + "|")
    for s, r in zip(seeds, got["full"]):
        line(s, ["%.3f" % r[k] for k in cols])
    line("**mean**", ["%.3f" % avg["full"][k] for k in cols])
    if len(seeds) > 1:
        line("sd", ["%.3f" % stdev(r[k] for r in got["full"]) for k in cols])
    line("target", ["%s %g" % ("≥" if up else "≤", t) for _, t, up in TARGETS] + ["%.3g to %.3g" % (e / FACTOR, e * FACTOR) for e in NOMINAL])
    missed = [k for k, t, up in TARGETS if round(avg["full"][k], 3) * (1 if up else -1) < t * (1 if up else -1)]
    missed += ["E=%g" % e for e in NOMINAL if not e / FACTOR <= avg["full"]["E=%g" % e] <= e * FACTOR]
    print("\nWhat a host may not give:\n")
    short = ["AP"] + [c for c in cols[:10] if c != "AP"]
    line("without", ["AP target"] + short)
    print("|---" * (len(short) + 2) + "|")
    for n, t in DEGRADED.items():
        line(n[3:], ["≥ %g" % t] + ["%.3f" % avg[n][k] for k in short])
        missed += [n] if avg[n]["AP"] < t else []
    ablated = [n for n in names if n.startswith("without-")]
    if ablated:
        print("\nAblation (difference to the full score; beaten and look@5 above zero are worse):\n")
        line("without", cols[:10])
        print("|---" * 11 + "|")
        for n in sorted(ablated, key=lambda n: avg[n]["rec@1"] + avg[n]["rec@3"] + avg[n]["AP"] + avg[n]["listed"]):
            line(n[8:].replace("_", " "), ["%+.3f" % (avg[n][k] - avg["full"][k]) for k in cols[:10]])
    planted(a.work, seeds)
    print("\n" + ("missed: " + ", ".join(missed) if missed else "every target is met"))
    sys.exit(1 if missed and len(seeds) > 1 else 0)


if __name__ == "__main__":
    main()

package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Names carry no weight: other names of identities, repositories and tokens, in
// another order of the alphabet, give the same scores under those names.
func TestNamesCarryNoWeight(t *testing.T) {
	t.Parallel()
	o, byDay, networks := organisationLog(t)
	var plain, renamed []string
	for _, d := range slices.Sorted(maps.Keys(byDay)) {
		for _, line := range byDay[d] {
			plain = append(plain, line)
			renamed = append(renamed, renameLine(t, line))
		}
	}
	backtest := func(lines []string) map[string][]string {
		folder, config := house(t, "threads: 1\nenrich: {networks: netinfo.csv}\n")
		write(t, filepath.Join(folder, "netinfo.csv"), string(networks))
		write(t, filepath.Join(folder, "logs", "all.ndjson"), strings.Join(lines, ""))
		command(t, "--quiet", "--config", config, "collect")
		text := command(t, "--quiet", "--config", config, "backtest", "--all", "--format", "csv",
			"--from", o.From.AddDate(0, 0, 20).Format(time.DateOnly), "--to", o.From.AddDate(0, 0, 59).Format(time.DateOnly))
		return byFacet(t, text)
	}
	want, got := backtest(plain), backtest(renamed)
	if len(got) != len(want) || len(want) < 500 {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for facet, row := range want {
		night, rest, _ := strings.Cut(facet, "|")
		identity, family, _ := strings.Cut(rest, "|")
		as := night + "|github:" + renameIdentity(strings.TrimPrefix(identity, "github:")) + "|" + family
		if !alike(row, got[as]) {
			t.Fatalf("%s has %v; as %s it has %v", facet, row, as, got[as])
		}
	}
}

// byFacet are the rows of a backtest without their names: score, expectation,
// listed, kind, hypothesis, raw, ongoing, status, new repositories.
func byFacet(t *testing.T, text string) map[string][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	of := map[string][]string{}
	for _, r := range rows[1:] {
		var kept []string
		for _, name := range []string{"score", "expected_benign", "listed", "kind", "hypothesis", "raw", "ongoing", "status", "new_repositories"} {
			kept = append(kept, r[column[name]])
		}
		of[r[column["night"]]+"|"+r[column["identity"]]+"|"+r[column["family"]]] = kept
	}
	return of
}

// alike compares rows; sums taken in another order may differ in their last
// digits.
func alike(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool {
		f, errF := strconv.ParseFloat(x, 64)
		g, errG := strconv.ParseFloat(y, 64)
		if errF != nil || errG != nil {
			return x == y
		}
		return math.Abs(f-g) <= 1e-4*math.Max(1, math.Abs(f))
	})
}

// renameLine gives a record's actor, repository and token other names.
func renameLine(t *testing.T, line string) string {
	t.Helper()
	var r struct {
		Actor string `json:"actor"`
		Repo  string `json:"repo"`
		Token string `json:"hashed_token"`
	}
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatal(err)
	}
	var pairs []string
	if r.Repo != "" {
		pairs = append(pairs, r.Repo, "acme/"+digest(r.Repo))
	}
	if r.Actor != "" {
		pairs = append(pairs, `"`+r.Actor+`"`, `"`+renameIdentity(r.Actor)+`"`)
	}
	if r.Token != "" {
		sum := sha256.Sum256([]byte(r.Token))
		pairs = append(pairs, `"`+r.Token+`"`, `"`+base64.StdEncoding.EncodeToString(sum[:])+`"`)
	}
	return strings.NewReplacer(pairs...).Replace(line)
}

// machineWord is what makes a machine of a name; it must stay in the new one.
var machineWord = regexp.MustCompile(`(?i)(\[bot\]$)|(^|[-_.])(ci|bot|svc|build|runner|backup|mirror|scan|scanner|deploy|jenkins|automation|service|robot)([-_.\d]|$)`)

func renameIdentity(name string) string {
	switch {
	case strings.HasSuffix(name, "[bot]"):
		return digest(name) + "[bot]"
	case machineWord.MatchString(name):
		return digest(name) + "-svc"
	}
	return digest(name)
}

func digest(name string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(name)))
	return "x" + hex.EncodeToString(sum[:5])
}

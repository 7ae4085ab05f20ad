// Package evaluate judges nightly rankings against what is known to have
// happened: on organisations that were made up with attacks in them, and on
// one's own data with attacks planted into a copy of it.
//
// The measures are those of the evaluation kit (eval/score.py, which a test
// agrees with) for rankings, and beside them those of the list that a person is
// shown. All of them are shares or means over campaigns and nights; none says how
// often a real attack happens.
package evaluate

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Truth is what happened in a trace.
type Truth struct {
	Campaigns  []Campaign
	LookAlikes []LookAlike
	// From and Until are the first and last judged night, Nights how many.
	From, Until string
	Nights      int
}

// Campaign is one attack over its days.
type Campaign struct {
	ID       string `json:"campaign"`
	Scenario string `json:"scenario"`
	// Aliases are other names under which an alert on its days counts, too.
	Aliases []string `json:"aliases"`
	Days    []Day    `json:"days"`
}

// LookAlike is something benign that was made to look like an attack.
type LookAlike struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Days []Day  `json:"days"`
}

// Day is what one actor did on one UTC day of it.
type Day struct {
	Day   string `json:"day"`
	Actor string `json:"actor"`
	// PrivateRepositories touched, each once.
	PrivateRepositories int `json:"private_repos"`
}

// ReadTruth reads a trace's truth folder: labels.ndjson, benign_lookalikes.ndjson
// and meta.json.
func ReadTruth(folder string) (Truth, error) {
	var t Truth
	var meta struct {
		From   string `json:"eval_from"`
		Until  string `json:"end"`
		Nights int    `json:"nights"`
	}
	text, err := os.ReadFile(filepath.Join(folder, "meta.json"))
	if err != nil {
		return t, fmt.Errorf("reading the truth: %w (a trace is a folder with events.ndjson.gz, netinfo.csv and truth/, as `midwatch simulate` writes)", err)
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		return t, fmt.Errorf("reading %s: %w", filepath.Join(folder, "meta.json"), err)
	}
	if meta.From == "" || meta.Until == "" || meta.Nights < 1 {
		return t, fmt.Errorf("%s: eval_from, end and nights are needed", filepath.Join(folder, "meta.json"))
	}
	t.From, t.Until, t.Nights = meta.From, meta.Until, meta.Nights
	err = errors.Join(
		lines(filepath.Join(folder, "labels.ndjson"), &t.Campaigns),
		lines(filepath.Join(folder, "benign_lookalikes.ndjson"), &t.LookAlikes),
	)
	return t, err
}

// lines reads one JSON object a line.
func lines[T any](path string, into *[]T) error {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("reading the truth: %w", err)
	}
	defer f.Close()
	d := json.NewDecoder(bufio.NewReader(f))
	for n := 1; ; n++ {
		var x T
		err := d.Decode(&x)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s, object %d: %w", path, n, err)
		}
		*into = append(*into, x)
	}
}

// key is one actor on one day.
type key struct{ day, actor string }

// malicious is every day and actor of a campaign, with the other names that
// count.
func (t Truth) malicious() (named, aliased map[key]bool) {
	named, aliased = map[key]bool{}, map[key]bool{}
	for _, c := range t.Campaigns {
		for _, d := range c.Days {
			named[key{d.Day, d.Actor}] = true
			for _, a := range c.Aliases {
				aliased[key{d.Day, a}] = true
			}
		}
	}
	return named, aliased
}

// judged reports whether a day is one of those that count.
func (t Truth) judged(day string) bool { return t.From <= day && day <= t.Until }

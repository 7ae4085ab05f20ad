package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
)

// planted is the truth about a synthetic organisation, for the demonstration to
// show beside what was found.
type planted struct {
	// attack by day and identity name, first day by attack.
	attack map[string]string
	first  map[string]time.Time
	// seen are the attacks that were listed, benign counts other rows.
	seen   map[string]bool
	benign int
}

// readPlanted reads the labels of a synthetic organisation.
func readPlanted(path string) (*planted, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("reading what was planted: %w", err)
	}
	defer f.Close()
	p := &planted{attack: map[string]string{}, first: map[string]time.Time{}, seen: map[string]bool{}}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var l struct {
			Scenario string
			Days     []struct{ Day, Actor string }
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("reading what was planted: %w", err)
		}
		for _, d := range l.Days {
			day, err := time.Parse(time.DateOnly, d.Day)
			if err != nil {
				return nil, fmt.Errorf("reading what was planted: %w", err)
			}
			p.attack[d.Day+" "+d.Actor] = l.Scenario
			if was, ok := p.first[l.Scenario]; !ok || day.Before(was) {
				p.first[l.Scenario] = day
			}
		}
	}
	return p, lines.Err()
}

// begins is the first night of an attack.
func (p *planted) begins(attack string) time.Time { return p.first[attack] }

// of is the attack that a finding of a night is part of; "" for none.
func (p *planted) of(n report.Night, f analyzer.Finding) string {
	return p.attack[n.Night.Format(time.DateOnly)+" "+f.Assessment.Name]
}

// lists says whether a night lists an attack.
func (p *planted) lists(n report.Night, attack string) bool {
	return slices.ContainsFunc(n.Findings, func(f analyzer.Finding) bool { return p.of(n, f) == attack })
}

// goesOn says whether an attack has acts on a night.
func (p *planted) goesOn(attack string, night time.Time) bool {
	for key, of := range p.attack {
		if of == attack && strings.HasPrefix(key, night.Format(time.DateOnly)+" ") {
			return true
		}
	}
	return false
}

// among names the identities of a night's findings that were part of an attack,
// each with the attack.
func (p *planted) among(n report.Night) string {
	var all []string
	for _, f := range n.Findings {
		name := f.Assessment.Name
		if attack := p.of(n, f); attack != "" {
			all = append(all, fmt.Sprintf("%s (%s)", name, attack))
		}
	}
	switch len(all) {
	case 0:
		return "none"
	case len(n.Findings):
		return strings.Join(all, ", ") + "; none is benign"
	}
	return strings.Join(all, ", ") + "; the others are benign"
}

// on names the attack that an identity was part of on a night, "" for none, and
// counts it as seen.
func (p *planted) on(night time.Time, name string) string {
	attack := p.attack[night.Format(time.DateOnly)+" "+name]
	if attack == "" {
		p.benign++
		return ""
	}
	p.seen[attack] = true
	return attack
}

// caught returns how many of all planted attacks were listed.
func (p *planted) caught() (seen, all int) { return len(p.seen), len(p.first) }

package casework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"midwatch/analyzer/report"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

// Export is what the evidence of a case is taken from.
type Export struct {
	Case     Case
	Snapshot Snapshot
	// Spool is the folder where pulled records are kept as received; Formats and,
	// by source, Zones are how logs are read again.
	Spool   string
	Formats []queries.Script
	Zones   map[string]string
	// Version of the program and time of the export, for about.json.
	Version string
	At      time.Time
}

// Exported is what an export wrote.
type Exported struct {
	// SumsDigest is the SHA-256 of the pack's SumsName, which names all of it.
	SumsDigest string
	// Coverage says what could be seen of the window, in one sentence; Unseen what
	// could not be, and which records are not at hand as received.
	Coverage string
	Unseen   []string
}

// Write writes the pack to a new folder, or, where the name ends in .zip, to a new
// zip; whole or not at all.
func (e Export) Write(ctx context.Context, out string) (done Exported, err error) {
	if len(e.Case.Subjects()) == 0 {
		return done, UsageError{fmt.Errorf("the case %s has no subject: midwatch case add %s SUBJECT", e.Case.Name, e.Case.Name)}
	}
	r, err := openReader(ctx, e.Snapshot)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	x := &export{Export: e, ctx: ctx, reader: r}
	if x.seen, err = r.Seen(ctx, e.Case.Since, e.Case.Until); err != nil {
		return done, err
	}
	if done.SumsDigest, err = writePack(out, x.fill); err != nil {
		return done, err
	}
	done.Coverage, done.Unseen = x.seen.Sentence(), append(x.missing, x.seen.Unseen()...)
	return done, nil
}

// about is what about.json says.
type about struct {
	Tool       string `json:"tool"`
	Version    string `json:"version"`
	Case       string `json:"case"`
	Since      string `json:"since_utc"`
	Until      string `json:"until_utc"`
	Snapshot   string `json:"snapshot_published_utc"`
	Coverage   string `json:"coverage"`
	ExportedAt string `json:"exported_at"`
}

// export is one export being made.
type export struct {
	Export
	*pack
	ctx     context.Context
	reader  *reader
	seen    warehouse.Window
	numbers int
	// missing are records that could not be found as received.
	missing []string
}

// fill writes everything in a fixed order.
func (x *export) fill(p *pack) error {
	x.pack = p
	for _, f := range []struct {
		name  string
		value any
	}{
		{"about.json", about{
			Tool: "midwatch", Version: x.Version, Case: x.Case.Name, Since: timeText(x.Case.Since), Until: timeText(x.Case.Until),
			Snapshot: timeText(x.reader.info.ModTime()), Coverage: x.seen.Sentence(), ExportedAt: timeText(x.At),
		}},
		{"case.json", x.Case},
	} {
		if err := p.add(f.name, func(w io.Writer) error { return report.JSON(w, f.value) }); err != nil {
			return err
		}
	}
	if err := x.answer("coverage", nil); err != nil {
		return err
	}
	if err := x.answer("revoked", nil); err != nil {
		return err
	}
	for _, s := range x.Case.Subjects() {
		if err := x.answers(s); err != nil {
			return err
		}
	}
	if err := x.events(); err != nil {
		return err
	}
	if err := x.records(); err != nil {
		return err
	}
	return p.add("coverage.txt", func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(append([]string{report.Inert(x.seen.Sentence())}, x.missing...), "\n")+"\n")
		return err
	})
}

// asked are the questions that each kind of subject is asked.
func asked(kind string) []string {
	switch kind {
	case "identity", "person":
		return []string{kind, "timeline", "blast", "secret", "copies", "stale", "context", "similar", "normal", "untouched", "contain"}
	case "credential":
		return []string{"credential", "timeline", "blast", "secret", "copies", "stale", "context", "similar", "contain"}
	case "repository":
		return []string{"who"}
	}
	return []string{kind}
}

func (x *export) answers(s Entry) error {
	for _, name := range asked(s.Kind) {
		if err := x.answer(name, []warehouse.Argument{{Name: "subject", Value: s.Text}}); err != nil {
			return err
		}
	}
	return nil
}

// answer asks a question about the case's window and writes the rows and the
// SQL.
func (x *export) answer(name string, args []warehouse.Argument) error {
	q, err := warehouse.QuestionNamed(name)
	if err != nil {
		return err
	}
	switch name {
	case "finding":
	case "normal": // what was normal is what was before the window
		args = append(args, warehouse.WindowArguments(time.Time{}, x.Case.Since)...)
	default:
		args = append(args, warehouse.WindowArguments(x.Case.Since, x.Case.Until)...)
	}
	x.numbers++
	stem := fmt.Sprintf("answers/%02d-%s", x.numbers, name)
	err = x.add(stem+".sql", func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "-- %s\n%s\n\n-- The macro:\n%s", q.Asked, q.Show(args), q.SQL)
		return err
	})
	if err != nil {
		return err
	}
	return x.add(stem+".csv", func(w io.Writer) error {
		rows, err := x.reader.Ask(x.ctx, q, args)
		if err != nil {
			return err
		}
		return errors.Join(report.Rows(w, rows, "csv"), rows.Close())
	})
}

// workFolder makes a folder to work in, for the owner only.
func (x *export) workFolder() (string, error) {
	dir, err := os.MkdirTemp(filepath.Dir(x.Snapshot.Path), ".midwatch-case-")
	if err != nil {
		return "", fmt.Errorf("making a folder to work in beside the snapshot: %w", err)
	}
	return dir, nil
}

// timeText writes a time; the zero time is empty.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

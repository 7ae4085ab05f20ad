package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"
)

// History is what was read of a repository's own history.
type History struct {
	Repository string
	// Whole is true where it is of all commits and replaces what is kept, false
	// where it is of new ones and is added.
	Whole         bool
	Contributions []Contribution
	Owners        []CodeOwner
	// LastAt is the newest commit's time; zero where there is none.
	LastAt time.Time
	// Heads and Mailmap are how far it was read.
	Heads   []string
	Mailmap string
}

// Contribution is what one contributor, by a hash, wrote to a repository.
type Contribution struct {
	Contributor string
	First, Last time.Time
	Commits     int
}

// CodeOwner is one owner on one line of a CODEOWNERS file.
type CodeOwner struct {
	Line           int
	Pattern, Owner string
}

// SeenHistory says how far a repository's history was read; nothing where it was
// not.
func (w *Warehouse) SeenHistory(ctx context.Context, repository string) (heads []string, mailmap string, err error) {
	var text string
	err = w.conn.QueryRowContext(ctx, "SELECT heads, mailmap FROM repository_history WHERE repository = ?", repository).Scan(&text, &mailmap)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("reading how far the history of %s was read: %w", repository, err)
	}
	return strings.Fields(text), mailmap, nil
}

// SaveHistory keeps what was read of a repository together with how far it was
// read, so that no commit is counted twice or left out.
func (w *Warehouse) SaveHistory(ctx context.Context, h History, now time.Time) error {
	err := w.inTransaction(ctx, func() error {
		if h.Whole {
			if _, err := w.conn.ExecContext(ctx, "DELETE FROM contribution WHERE repository = ?", h.Repository); err != nil {
				return err
			}
		}
		if err := w.addContributions(ctx, h); err != nil {
			return err
		}
		if err := w.replaceOwners(ctx, h); err != nil {
			return err
		}
		return w.setSeen(ctx, h, now)
	})
	if err != nil {
		return fmt.Errorf("storing the history of %s: %w", h.Repository, err)
	}
	return nil
}

// addContributions adds new commits to those that are known.
func (w *Warehouse) addContributions(ctx context.Context, h History) error {
	if len(h.Contributions) == 0 {
		return nil
	}
	if _, err := w.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE contribution_new AS FROM contribution LIMIT 0"); err != nil {
		return err
	}
	err := w.append("contribution_new", func(row func(...driver.Value) error) error {
		for _, c := range h.Contributions {
			if err := row(h.Repository, c.Contributor, c.First.UTC(), c.Last.UTC(), int64(c.Commits)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, step := range []string{
		`INSERT INTO contribution_new SELECT * FROM contribution WHERE repository = $1
		 AND contributor IN (SELECT contributor FROM contribution_new)`,
		"DELETE FROM contribution WHERE repository = $1 AND contributor IN (SELECT contributor FROM contribution_new)",
		`INSERT INTO contribution SELECT repository, contributor, min(first_at), max(last_at), sum(commits)
		 FROM contribution_new WHERE repository = $1 GROUP BY ALL ORDER BY contributor`,
	} {
		if _, err := w.conn.ExecContext(ctx, step, h.Repository); err != nil {
			return err
		}
	}
	return nil
}

func (w *Warehouse) replaceOwners(ctx context.Context, h History) error {
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM code_owner WHERE repository = ?", h.Repository); err != nil {
		return err
	}
	return w.append("code_owner", func(row func(...driver.Value) error) error {
		for _, o := range h.Owners {
			if err := row(h.Repository, int32(o.Line), o.Pattern, o.Owner); err != nil {
				return err
			}
		}
		return nil
	})
}

// setSeen records how far a repository was read. Its last time only moves on
// where new commits were added.
func (w *Warehouse) setSeen(ctx context.Context, h History, now time.Time) error {
	last := sql.NullTime{Time: h.LastAt.UTC(), Valid: !h.LastAt.IsZero()}
	if !h.Whole {
		var before sql.NullTime
		err := w.conn.QueryRowContext(ctx, "SELECT last_at FROM repository_history WHERE repository = ?", h.Repository).Scan(&before)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if before.Valid && before.Time.After(last.Time) {
			last = before
		}
	}
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM repository_history WHERE repository = ?", h.Repository); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, "INSERT INTO repository_history VALUES (?, ?, ?, ?, ?)",
		h.Repository, last, strings.Join(h.Heads, " "), h.Mailmap, now.UTC())
	return err
}

// ForgetHistories takes back what was read of repositories.
func (w *Warehouse) ForgetHistories(ctx context.Context) error {
	for _, table := range []string{"contribution", "code_owner", "repository_history"} {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("forgetting the histories: %w", err)
		}
	}
	return nil
}

package warehouse

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// surrounding is one kind of file that says what is known around an access.
type surrounding struct {
	// name it has in the configuration and in the table of what is installed.
	name, table string
	columns     []csvColumn
	// key is how many of the first columns name a row; it stands once.
	key int
	// whole gives the table's row; nil where it is the file's.
	whole func([]driver.Value) []driver.Value
	// own limits what is replaced to the rows that came from the file.
	own string
}

// ReadRoster loads who is behind which identity: a CSV with the columns
// identity and person, and as known team, manager, start_date, leave_date and
// time_zone. An identity is written as events have it, such as github:ana, or as
// sso:NAME for all that sign in by one name of the identity provider, or as
// email:ADDRESS for what the histories of repositories know somebody by. An
// empty path takes back what was loaded. Errors name the file, line and field.
func (w *Warehouse) ReadRoster(ctx context.Context, path string) error {
	return w.readSurrounding(ctx, path, surrounding{name: "roster", table: "roster_entry", key: 1, columns: []csvColumn{
		{"identity", true, readIdentity}, {"person", true, readText}, {"team", false, readText}, {"manager", false, readText},
		{"start_date", false, readDate}, {"leave_date", false, readDate}, {"time_zone", false, readZone},
	}})
}

// ReadRepositories loads what is known of repositories: a CSV with the column
// repository, and as known tier, owner and canary.
func (w *Warehouse) ReadRepositories(ctx context.Context, path string) error {
	return w.readSurrounding(ctx, path, surrounding{name: "repositories", table: "repository_fact", key: 1, columns: []csvColumn{
		{"repository", true, readRepository}, {"tier", false, readTier}, {"owner", false, readText}, {"canary", false, readBool},
	}})
}

// ReadCredentials loads what is known of credentials: a CSV with the column
// credential (hash or id, never the secret itself), and as known forge, dead_at,
// owner and purpose.
func (w *Warehouse) ReadCredentials(ctx context.Context, path string) error {
	return w.readSurrounding(ctx, path, surrounding{
		name: "credentials", table: "credential_fact", key: 2, own: "source = 'credentials file'",
		columns: []csvColumn{
			{"credential", true, readCredential}, {"forge", false, readLower}, {"dead_at", false, readInstant},
			{"owner", false, readText}, {"purpose", false, readText},
		},
		whole: func(row []driver.Value) []driver.Value { return append(row, "credentials file") },
	})
}

// ReadSecrets loads open secret-scanning alerts: a CSV with the columns
// repository and secret_type, and as known opened_at, url and state (open where
// it is left out).
func (w *Warehouse) ReadSecrets(ctx context.Context, path string) error {
	return w.readSurrounding(ctx, path, surrounding{name: "secrets", table: "secret_alert", columns: []csvColumn{
		{"repository", true, readRepository}, {"secret_type", true, readText}, {"opened_at", false, readInstant},
		{"url", false, readText}, {"state", false, readState},
	}})
}

// readSurrounding replaces a table's rows by those of its file, where the file
// has changed.
func (w *Warehouse) readSurrounding(ctx context.Context, path string, s surrounding) error {
	var rows [][]driver.Value
	sum := ""
	if path != "" {
		text, err := readWhole(path, s.name)
		if err != nil {
			return err
		}
		if rows, err = parseCSV(path, text, s.columns, s.key); err != nil {
			return err
		}
		sum = digest(text)
	}
	if have, err := w.installed(ctx, s.name); err != nil || have == sum {
		return err
	}
	return w.inTransaction(ctx, func() error {
		if err := w.replaceRows(ctx, s, rows); err != nil {
			return err
		}
		return w.setInstalled(ctx, s.name, sum)
	})
}

func (w *Warehouse) replaceRows(ctx context.Context, s surrounding, rows [][]driver.Value) error {
	clear := "DELETE FROM " + s.table
	if s.own != "" {
		clear += " WHERE " + s.own
	}
	if _, err := w.conn.ExecContext(ctx, clear); err != nil {
		return fmt.Errorf("storing the %s: %w", s.name, err)
	}
	return w.append(s.table, func(add func(...driver.Value) error) error {
		for _, row := range rows {
			if s.whole != nil {
				row = s.whole(row)
			}
			if err := add(row...); err != nil {
				return err
			}
		}
		return nil
	})
}

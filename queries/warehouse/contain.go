package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// DeadCredential is a credential that should not work any more.
type DeadCredential struct {
	// Credential by hash or id, as the host logs it.
	Credential string
	// Forge it is of, "" where that is not known.
	Forge string
	// Since when it is dead.
	Since time.Time
	// Owner and Purpose where known.
	Owner, Purpose string
}

// contained is the source of what a containment records.
const contained = "contain"

// WatchDead records credentials as dead, so that a later use is a finding, and
// returns how many were not recorded as dead by a containment before: the first
// time stands.
func (w *Warehouse) WatchDead(ctx context.Context, dead []DeadCredential) (int, error) {
	added := 0
	err := w.inTransaction(ctx, func() error {
		for _, d := range dead {
			done, err := w.conn.ExecContext(ctx,
				`INSERT INTO credential_fact (credential, forge, dead_at, owner, purpose, source)
				 SELECT $1, $2, $3::TIMESTAMP, $4, $5, $6 WHERE NOT EXISTS (
				 FROM credential_fact WHERE credential = $1 AND source = $6 AND dead_at IS NOT NULL)`,
				d.Credential, orNull(d.Forge), d.Since, orNull(d.Owner), orNull(d.Purpose), contained)
			if err != nil {
				return fmt.Errorf("recording a dead credential: %w", err)
			}
			n, err := done.RowsAffected()
			if err != nil {
				return fmt.Errorf("recording a dead credential: %w", err)
			}
			added += int(n)
		}
		return nil
	})
	return added, err
}

func orNull(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

// Containment reads the answer of the question contain: the credentials of it
// that have a hash or id and so can be watched.
func (r *Reader) Containment(ctx context.Context, q Question, args []Argument) ([]DeadCredential, error) {
	rows, err := r.Ask(ctx, q, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("reading what to revoke: %w", err)
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var all []DeadCredential
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("reading what to revoke: %w", err)
		}
		of := map[string]string{}
		for i, name := range columns {
			of[name], _ = values[i].(string)
		}
		if of["credential"] == "" {
			continue
		}
		forge, _, _ := strings.Cut(of["owner"], ":")
		if !strings.Contains(of["owner"], ":") {
			forge = ""
		}
		all = append(all, DeadCredential{Credential: of["credential"], Forge: forge, Owner: of["owner"], Purpose: of["purpose"]})
	}
	return all, rows.Err()
}

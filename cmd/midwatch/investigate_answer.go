package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// answer asks and prints the rows, and what could be seen of their window.
func (k *ask) answer(c *cobra.Command, r *warehouse.Reader, args []warehouse.Argument, since, until time.Time) error {
	n := 0
	err := k.paged(c, func(w io.Writer) (err error) {
		n, err = k.rows(c.Context(), w, r, args)
		return err
	})
	if err != nil {
		return err
	}
	missing, err := k.missing(c.Context(), r, args)
	if err != nil {
		return err
	}
	return k.closing(c, r, n, missing, since, until)
}

// paged gives write the standard output, through a pager where a table is more
// than a screen. What follows it stays on the screen.
func (k *ask) paged(c *cobra.Command, write func(io.Writer) error) error {
	if k.format == "csv" || k.format == "json" {
		return write(c.OutOrStdout())
	}
	return paged(c.OutOrStdout(), write)
}

// rows asks and prints the rows, and counts them.
func (k *ask) rows(ctx context.Context, w io.Writer, r *warehouse.Reader, args []warehouse.Argument) (int, error) {
	rows, err := r.Ask(ctx, k.question, args)
	if err != nil {
		return 0, err
	}
	n, err := report.CountedRows(w, rows, k.format)
	if err := errors.Join(err, rows.Close()); err != nil {
		return 0, fmt.Errorf("answering %s: %w", k.question.Name, err)
	}
	return n, nil
}

// missing says what the answer rests on and was never brought in.
func (k *ask) missing(ctx context.Context, r *warehouse.Reader, args []warehouse.Argument) ([]string, error) {
	if k.rests != nil {
		if subject, _ := args[0].Value.(string); !k.rests(subject) {
			return nil, nil
		}
	}
	return r.Missing(ctx, k.question)
}

// closing ends an answer with its coverage. It is an error of its own kind when
// not everything could be seen: also where there are no rows, and there could be
// none.
func (k *ask) closing(c *cobra.Command, r *warehouse.Reader, rows int, missing []string, since, until time.Time) error {
	out := c.OutOrStdout()
	if k.format == "csv" || k.format == "json" {
		out = c.ErrOrStderr()
	}
	for _, m := range missing {
		if err := report.Say(out, fmt.Sprintf("NOT KNOWN: %s.\n", m)); err != nil {
			return err
		}
	}
	if note := k.question.OpenEnd; note != "" && until.IsZero() {
		if err := report.Say(out, fmt.Sprintf("NOTE: without --until %s.\n", note)); err != nil {
			return err
		}
	}
	err := sayCoverage(c.Context(), out, r, k.seen(rows), since, until)
	if err == nil && rows == 0 && len(missing) > 0 {
		return night.BlindError{Reasons: missing}
	}
	return err
}

// seen counts the rows in words. No rows of a token is no proof: only GitHub
// logs a hash that can be made of the token itself.
func (k *ask) seen(rows int) string {
	switch {
	case rows == 1:
		return "1 row."
	case rows > 0:
		return fmt.Sprintf("%d rows.", rows)
	case k.raw != "":
		return "Nothing was seen by this token's SHA-256, which GitHub logs and other hosts do not."
	}
	return "Nothing was seen."
}

// sayCoverage prints what was seen and what could be seen of a window.
func sayCoverage(ctx context.Context, out io.Writer, r *warehouse.Reader, seen string, since, until time.Time) error {
	w, err := r.Seen(ctx, since, until)
	if err != nil {
		return err
	}
	if err := report.Say(out, fmt.Sprintf("%s %s\n", seen, report.Inert(w.Sentence()))); err != nil {
		return err
	}
	if unseen := w.Unseen(); len(unseen) > 0 {
		return night.BlindError{Reasons: []string{report.Inert(fmt.Sprintf("spans of this window: %d, the first: %s", len(unseen), unseen[0]))}}
	}
	return nil
}

package mcp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// asked are the arguments of the questions; each tool's schema has those that
// its question takes.
type asked struct {
	Subject string `json:"subject"`
	Since   string `json:"since"`
	Until   string `json:"until"`
	Days    *int   `json:"days"`
	Hours   *int   `json:"hours"`
	Pause   *int   `json:"pause"`
	Limit   int    `json:"limit"`
}

// number is a question's own flag, nil where it was not given.
func (a asked) number(name string) *int {
	return map[string]*int{"days": a.Days, "hours": a.Hours, "pause": a.Pause}[name]
}

// toolName is investigate_who for `investigate who`, and contain for `contain`.
func toolName(q warehouse.Question) string {
	if strings.HasPrefix(q.Command, "investigate ") && q.Name != "coverage" {
		return "investigate_" + q.Name
	}
	return q.Name
}

// addQuestion adds the tool of a question, made from its header.
func addQuestion(s *mcp.Server, o Options, q warehouse.Question) {
	says := q.Asked + " " + q.Summary
	if q.OpenEnd != "" {
		says += " Without until " + q.OpenEnd + "."
	}
	if q.Name == "contain" {
		says += " This only lists: nothing is revoked or recorded. People record with `midwatch contain SUBJECT --watch --apply`."
	}
	addTool(s, o, toolName(q), q.Short, says, schemaOf(q), func(ctx context.Context, r *warehouse.Reader, in asked) (Answer, error) {
		return ask(ctx, r, q, in)
	})
}

// schemaOf are the arguments of a question.
func schemaOf(q warehouse.Question) *jsonschema.Schema {
	p := map[string]*jsonschema.Schema{"limit": limitSchema()}
	var required []string
	if q.Subject != "" {
		p["subject"] = textSchema(q.Subject+": in full, or by a short name; what names several or none is an error that says which are near", 1, mostText)
		required = []string{"subject"}
	}
	if q.Windowed {
		p["since"] = textSchema("beginning of the window, UTC: 2026-07-22, 2026-07-22T10:30 or RFC 3339", 0, 40)
		p["until"] = textSchema("end of the window, exclusive", 0, 40)
	}
	for _, f := range q.Flags {
		least := 0.0
		p[f.Name] = &jsonschema.Schema{Type: "integer", Minimum: &least, Description: fmt.Sprintf("%s (%d)", f.Says, f.Preset)}
	}
	return object(p, required...)
}

func object(properties map[string]*jsonschema.Schema, required ...string) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", Properties: properties, Required: required, AdditionalProperties: &jsonschema.Schema{Not: &jsonschema.Schema{}}}
}

func textSchema(says string, least, most int) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Description: says, MinLength: &least, MaxLength: &most}
}

func limitSchema() *jsonschema.Schema {
	least, most := 1.0, float64(mostRows)
	return &jsonschema.Schema{Type: "integer", Minimum: &least, Maximum: &most, Description: fmt.Sprintf("the most rows to give (%d)", presetRows)}
}

// ask answers a question.
func ask(ctx context.Context, r *warehouse.Reader, q warehouse.Question, in asked) (a Answer, err error) {
	since, until, err := window(in.Since, in.Until)
	if err != nil {
		return a, err
	}
	var args []warehouse.Argument
	if q.Subject != "" {
		s, err := r.Resolve(ctx, in.Subject, q.Subjects...)
		if err != nil {
			return a, err
		}
		args = append(args, warehouse.Argument{Name: "subject", Value: s.Name})
	}
	args = append(args, warehouse.WindowArguments(since, until)...)
	for _, f := range q.Flags {
		if n := in.number(f.Name); n != nil {
			args = append(args, warehouse.Argument{Name: f.Name, Value: *n})
		}
	}
	rows, err := r.Ask(ctx, q, args)
	if err != nil {
		return a, err
	}
	if err := errors.Join(a.take(rows, preset(in.Limit)), rows.Close()); err != nil {
		return a, fmt.Errorf("answering %s: %w", q.Name, err)
	}
	a.Outside.SQL = bounded(report.Inert(q.Show(args)), 2*mostText)
	if a.NotKnown, err = r.Missing(ctx, q); err != nil {
		return a, err
	}
	return a, a.close(ctx, r, since, until)
}

// preset is how many rows are given where nothing else was asked for.
func preset(limit int) int {
	if limit == 0 {
		return presetRows
	}
	return limit
}

// window reads both ends.
func window(since, until string) (from, to time.Time, err error) {
	if from, err = warehouse.ParseTime(since); err != nil {
		return from, to, err
	}
	if to, err = warehouse.ParseTime(until); err != nil {
		return from, to, err
	}
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		err = fmt.Errorf("the window is empty: since %s is not before until %s", since, until)
	}
	return from, to, err
}

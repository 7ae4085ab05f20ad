package mcp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// listed are the arguments of findings.
type listed struct {
	Since string `json:"since"`
	Until string `json:"until"`
	Limit int    `json:"limit"`
}

// addFindings adds the tool that lists what was listed.
func addFindings(s *mcp.Server, o Options) {
	in := object(map[string]*jsonschema.Schema{
		"since": textSchema("first night, by its UTC day", 0, 40), "until": textSchema("the night after the last", 0, 40), "limit": limitSchema(),
	})
	addTool(s, o, "findings", "Findings by night", "What each night listed, newest first: who, why, the expected false alarms (how many harmless accounts are expected to look this unusual on a night), and the finding_id that explain takes.",
		in, func(ctx context.Context, r *warehouse.Reader, in listed) (a Answer, err error) {
			since, until, err := window(in.Since, in.Until)
			if err != nil {
				return a, err
			}
			rows, err := r.Listed(ctx, since, until)
			if err != nil {
				return a, err
			}
			if err := errors.Join(a.take(rows, preset(in.Limit)), rows.Close()); err != nil {
				return a, fmt.Errorf("reading findings: %w", err)
			}
			return a, a.close(ctx, r, since, until)
		})
}

// explained are the arguments of explain.
type explained struct {
	Finding string `json:"finding"`
	Limit   int    `json:"limit"`
}

// addExplain adds the tool that tells everything behind one finding.
func addExplain(s *mcp.Server, o Options) {
	in := object(map[string]*jsonschema.Schema{"finding": textSchema("finding_id, such as mw-20260722-1a2b3c4d", 1, mostText), "limit": limitSchema()}, "finding")
	addTool(s, o, "explain", "Everything behind a finding", "What was counted, observed and expected; the hypothesis that won and the second; the benign cause to rule out; what to do; the rows of its nights.",
		in, func(ctx context.Context, r *warehouse.Reader, in explained) (a Answer, err error) {
			id, err := r.Resolve(ctx, in.Finding, "finding")
			if err != nil {
				return a, err
			}
			nights, err := night.KeptFinding(ctx, r, id.Name)
			if err != nil {
				return a, err
			}
			q, err := warehouse.QuestionNamed("finding")
			if err != nil {
				return a, err
			}
			rows, err := r.Ask(ctx, q, []warehouse.Argument{{Name: "subject", Value: id.Name}})
			if err != nil {
				return a, err
			}
			if err := errors.Join(a.take(rows, preset(in.Limit)), rows.Close()); err != nil {
				return a, fmt.Errorf("reading the rows of a finding: %w", err)
			}
			var b strings.Builder
			if err := report.Explain(&b, nights); err != nil {
				return a, err
			}
			a.Outside.Text = bounded(report.Lines(b.String()), 40*mostText)
			return a, a.close(ctx, r, nights[0].First, nights[0].Assessment.Day.Add(24*time.Hour))
		})
}

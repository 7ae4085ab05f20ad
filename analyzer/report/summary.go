package report

import "midwatch/analyzer"

// Summary is a finding in a few inert sentences, for a message.
type Summary struct {
	ID         string   `json:"finding_id"`
	Night      string   `json:"night"`
	State      string   `json:"state"`
	Status     string   `json:"status"`
	Severity   string   `json:"severity"`
	Confidence string   `json:"confidence"`
	Title      string   `json:"title"`
	Who        string   `json:"who"`
	Reason     string   `json:"reason"`
	RuleOut    string   `json:"rule_out_first"`
	Action     string   `json:"do_next"`
	Expected   *float64 `json:"expected_false_alarms,omitempty"`
	// Denied is true where the holder was asked and says that it was not them.
	Denied bool `json:"denied,omitempty"`
}

// Summaries are the findings that a morning tells, those of earlier nights first.
func Summaries(n Night) []Summary {
	var all []Summary
	_ = n.each(func(of Night, f analyzer.Finding) error {
		a := f.Assessment
		advice := analyzer.Advise(a)
		s := Summary{
			ID: f.ID, Night: date(of.Night), State: f.State(), Status: string(f.Status), Severity: string(analyzer.SeverityOf(a)),
			Confidence: string(analyzer.ConfidenceOf(a)), Title: clip(advice.Title, 160), Who: clip(a.Identity, 100), Reason: clip(why(f), 1000),
			RuleOut: clip(advice.Twin, 300), Action: clip(advice.Action, 300), Denied: f.Around.Denied,
		}
		if a.Judged() {
			s.Expected = &a.Expected
		}
		all = append(all, s)
		return nil
	})
	return all
}

package night

import (
	"context"
	"fmt"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

// The roles in which a person is asked about a finding.
const (
	RolePerson  = "person"
	RoleManager = "manager"
)

// The answers.
const (
	AnswerYes = "yes"
	AnswerNo  = "no"
)

// holders are the questions about findings that were answered, by finding.
type holders map[string][]warehouse.Asked

// readHolders reads what people answered.
func readHolders(ctx context.Context, r *warehouse.Reader) (holders, error) {
	asked, err := r.AskedQuestions(ctx)
	if err != nil {
		return nil, err
	}
	all := holders{}
	for _, q := range asked {
		if q.Answer.Valid {
			all[q.Finding] = append(all[q.Finding], q)
		}
	}
	return all, nil
}

// note writes onto a finding what its holder said. One no outweighs every yes: a
// thief says yes too, and the holder has no reason to say no.
func (h holders) note(f *analyzer.Finding) {
	var said warehouse.Asked
	for _, q := range h[f.ID] {
		if q.Answer.String == AnswerNo && q.Night.Equal(f.Assessment.Day.UTC()) {
			f.Around.Denied = true
		}
		if said.Answer.String != AnswerNo {
			said = q
		}
	}
	if !said.Answer.Valid {
		return
	}
	who, on := "The holder", said.AnsweredAt.Time.UTC().Format(time.DateOnly)
	if said.Role == RoleManager {
		who = "The manager"
	}
	if said.Answer.String == AnswerNo {
		f.Around.Holder = fmt.Sprintf("%s says it was not them, or is not sure (asked, answered on %s).", who, on)
		return
	}
	f.Around.Holder = fmt.Sprintf("%s says it was them (asked, answered on %s).", who, on)
}

// noteAll is note for several findings.
func (h holders) noteAll(all []analyzer.Finding) {
	for i := range all {
		h.note(&all[i])
	}
}

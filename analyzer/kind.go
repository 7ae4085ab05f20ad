package analyzer

// Kind tells machines from people; they are judged by different hypotheses.
type Kind string

// The kinds.
const (
	Human   Kind = "human"
	Machine Kind = "machine"
)

// kindDays is how many active nights a facet needs before its name and the hours it
// keeps say that it is a machine (queries/rollups/counted_night.sql): an attacker who
// makes an account has chosen its name (Cloudflare 2023 had one made that looked like
// its own), and a newcomer who takes everything must not pass for a new pipeline.
const kindDays = 5

// Package night does the work of a night: it collects what every source has,
// rolls it up, scores, describes what was found, publishes the snapshot and
// writes the reports.
//
// Each step can be had alone: Collection reads the sources, Scoring judges,
// Describe reads a night back from what is kept of it, Reports writes the files,
// and Job does all of them in that order. None of them knows of a configuration
// file or a command line.
package night

// Step is told how far a long step is; a total of 0 is unknown.
type Step interface {
	// At tells how much is done.
	At(done, total int64)
	// Done ends the step.
	Done()
}

// Progress begins a step by its name, such as "scoring"; nil shows none.
type Progress func(what string) Step

// begin begins a step, one that shows nothing where there is no progress.
func (p Progress) begin(what string) Step {
	if p == nil {
		return silent{}
	}
	return p(what)
}

// count is At for those who count nights and days.
func count(s Step) func(done, total int) {
	return func(done, total int) { s.At(int64(done), int64(total)) }
}

// silent is a step that shows nothing.
type silent struct{}

// At shows nothing.
func (silent) At(int64, int64) {}

// Done shows nothing.
func (silent) Done() {}

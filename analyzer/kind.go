package analyzer

import (
	"math/bits"
	"regexp"
)

// Kind tells machines from people; they are judged by different hypotheses.
type Kind string

// The kinds.
const (
	Human   Kind = "human"
	Machine Kind = "machine"
)

// machineName matches names that organisations give to machines: "[bot]" at the
// end, or one of the usual words between separators.
var machineName = regexp.MustCompile(`(?i)(\[bot\]$)|(^|[-_.])(ci|bot|svc|build|runner|backup|mirror|scan|scanner|deploy|jenkins|automation|service|robot)([-_.\d]|$)`)

// Thresholds of the hours of a day: nobody works fifteen different hours of the
// day on average, and a stranger's single day needs more to be sure.
const (
	machineHours      = 14.5
	machineHoursYoung = 18
	kindDays          = 5
)

// isMachine tells whether a facet is a machine tonight: by its family, by the
// host's word, by its name or by the hours it keeps. What was called a machine
// stays one once it has kindDays active days.
func isMachine(p *profile, f Family, bot bool, name string, hours uint32) bool {
	switch f {
	case App, DeployKey, DeployToken:
		return true
	}
	if bot || machineName.MatchString(name) {
		return true
	}
	if p.Active < kindDays {
		return bits.OnesCount32(hours) >= machineHoursYoung
	}
	return p.Machine || float64(p.HourCount)/float64(p.Active) >= machineHours
}

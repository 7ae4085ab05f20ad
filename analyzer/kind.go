package analyzer

import (
	"math/bits"
	"regexp"
	"strings"
)

// Kind tells machines from people; they are judged by different hypotheses.
type Kind string

// The kinds.
const (
	Human   Kind = "human"
	Machine Kind = "machine"
)

// botName is what GitHub alone gives to apps: no person can have brackets in a name.
const botName = "[bot]"

// machineName matches names that organisations give to machines: one of the usual
// words between separators.
var machineName = regexp.MustCompile(`(?i)(^|[-_.])(ci|bot|svc|build|runner|backup|mirror|scan|scanner|deploy|jenkins|automation|service|robot)([-_.\d]|$)`)

// Thresholds of the hours of a day: nobody works fifteen different hours of the
// day on average, and a stranger's single day needs more to be sure.
const (
	machineHours      = 14.5
	machineHoursYoung = 18
	kindDays          = 5
)

// isMachine tells whether a facet is a machine tonight: by its family, by the
// host's word, by its name or by the hours it keeps. A name counts, and what was
// called a machine stays one, from kindDays active days on: before that an attacker
// who makes an account has chosen it (Cloudflare 2023 had one made that looked like
// its own), and a newcomer who takes everything must not pass for a new pipeline.
func isMachine(p *profile, f Family, bot bool, name string, hours uint32) bool {
	switch f {
	case App, DeployKey, DeployToken:
		return true
	}
	if bot || strings.HasSuffix(strings.ToLower(name), botName) {
		return true
	}
	if p.Active < kindDays {
		return bits.OnesCount32(hours) >= machineHoursYoung
	}
	return p.Machine || machineName.MatchString(name) || float64(p.HourCount)/float64(p.Active) >= machineHours
}

package synthetic

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// oldClients are git versions that distributions shipped and people keep.
var oldClients = []string{"2.25.1", "2.30.2", "2.34.1", "2.39.5", "2.43.0", "2.43.5", "2.45.2", "2.47.3"}

// ideClients are libraries that editors fetch with instead of git.
var ideClients = []string{"JGit/6.10.1.202505221210-r", "JGit/7.3.0.202506031305-r", "git/2.0 (libgit2 1.9.1)", "go-git/5.16.2", "go-git/5.12.0"}

const (
	browserAgent  = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
	commandAgent  = "GitHub CLI 2.81.0"
	reviewAgent   = "review-app/3.2 git/2.45.2"
	codingAgent   = "coding-agent/1.9 git/2.47.3"
	libraryAgent  = "python-requests/2.32.5"
	scannerAgent  = "go-git/5.16.2"
	appleGitAgent = "git/2.39.5 (Apple Git-154)"
)

// gitRelease is the newest git on a day: a minor release about every eighty
// days, which from 2.40 (13 March 2023) to 2.55 (29 June 2026) meets the real
// ones within a month.
func gitRelease(t time.Time) string {
	since := t.Sub(time.Date(2023, time.March, 13, 0, 0, 0, 0, time.UTC))
	minor := 40 + max(0, int(since/(80*24*time.Hour)))
	return fmt.Sprintf("2.%d.0", minor)
}

// laptop is the client somebody works with; upgrade lag says how many days a
// release takes to reach it, and pinned ones never move.
type laptop struct {
	pinned string
	lag    int
	suffix string
}

func newLaptop(r *rand.Rand) laptop {
	switch weighted(r, []float64{22, 20, 20, 38}) {
	case 0:
		return laptop{pinned: appleGitAgent}
	case 1:
		return laptop{pinned: "git/" + pick(r, oldClients)}
	case 2:
		return laptop{lag: whole(r, 3, 120), suffix: ".windows.1"}
	}
	return laptop{lag: whole(r, 3, 120)}
}

// agent is what the laptop's git calls itself on a day.
func (l laptop) agent(t time.Time) string {
	if l.pinned != "" {
		return l.pinned
	}
	return "git/" + gitRelease(t.AddDate(0, 0, -l.lag)) + l.suffix
}

// anyGit is some git somewhere.
func anyGit(r *rand.Rand, t time.Time) string {
	if chance(r, .5) {
		return "git/" + pick(r, oldClients)
	}
	return "git/" + gitRelease(t)
}

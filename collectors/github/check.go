package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"midwatch/collectors"
)

// Check asks for three pages: the newest events, the newest git events and the
// oldest one. It waits for no rate limit. A refusal is a failed check; the error
// says that the host could not be asked.
func (c *Collector) Check(ctx context.Context, now time.Time) ([]collectors.Check, error) {
	newest, err := c.call(ctx, c.look("desc", c.options.Include, "100", 0), nil)
	if err != nil {
		return refusal(err)
	}
	checks := []collectors.Check{{Name: "audit log", Status: collectors.OK, Detail: "the audit log of " + c.owner() + " can be read"}}
	counts, err := c.checkCounts(ctx, now)
	if err != nil {
		return refusal(err)
	}
	checks = append(checks, c.checkClock(newest.header), c.checkLate(now), counts)
	checks = append(checks, c.checkScopes(newest.header)...)
	if c.options.Include == "web" {
		checks = append(checks, collectors.Check{Name: "git events", Status: collectors.Warning,
			Detail: "include is web, so clones and fetches are not asked for", Fix: "set include to all"})
		return append(checks, c.checkCovered(now), checkRate(newest.header, now)), nil
	}
	since := now.Add(-c.options.Retention).UnixMilli()
	git, err := c.call(ctx, c.look("desc", "git", "100", since), nil)
	if err != nil {
		return refusal(err)
	}
	oldest, err := c.call(ctx, c.look("asc", "git", "1", since), nil)
	if err != nil {
		return refusal(err)
	}
	checks = append(checks, checkGit(git.entries, now), checkAddresses(git.entries), checkHashes(git.entries), checkOldest(oldest.entries, now))
	return append(checks, c.checkCovered(now), checkRate(oldest.header, now)), nil
}

// look is a search that changes no checkpoint.
func (c *Collector) look(order, include, perPage string, since int64) url.Values {
	query := c.search(since)
	query.Set("order", order)
	query.Set("include", include)
	query.Set("per_page", perPage)
	if since == 0 {
		query.Set("phrase", c.options.Phrase)
	}
	return query
}

// refusal is a failed check of what the host answered, or the error when it
// did not answer.
func refusal(err error) ([]collectors.Check, error) {
	var refused *Error
	if !errors.As(err, &refused) || refused.Status == 0 {
		return nil, err
	}
	check := collectors.Check{Name: "audit log", Status: collectors.Failed, Detail: refused.Problem, Fix: refused.Fix}
	if refused.Status == http.StatusTooManyRequests || strings.HasPrefix(refused.Problem, "the rate limit") {
		check.Name, check.Status = "rate limit", collectors.Warning
	}
	return []collectors.Check{check}, nil
}

// enough is the one scope that a classic token needs (docs.github.com, "Scopes
// for OAuth apps").
const enough = "read:audit_log"

// checkScopes warns of a classic token that can do more than it needs: whoever
// steals it from here can, too. Other credentials do not tell.
func (c *Collector) checkScopes(h http.Header) []collectors.Check {
	if c.options.App != nil || h.Get("X-OAuth-Scopes") == "" {
		return nil
	}
	scopes := strings.Split(strings.ReplaceAll(h.Get("X-OAuth-Scopes"), " ", ""), ",")
	check := collectors.Check{Name: "token scope", Status: collectors.OK, Detail: "the token has " + clean(strings.Join(scopes, ", "))}
	more := slices.DeleteFunc(scopes, func(scope string) bool { return scope == enough })
	if len(more) > 0 {
		check.Status = collectors.Warning
		check.Fix = "use a token with the scope " + enough + " only: this one can also do " + clean(strings.Join(more, ", "))
	}
	return []collectors.Check{check}
}

// checkGit tells whether git events come at all.
func checkGit(entries []json.RawMessage, now time.Time) collectors.Check {
	check := collectors.Check{Name: "git events", Status: collectors.OK}
	newest, found := extreme(entries, now, func(a, b int64) bool { return a > b })
	if len(entries) == 0 || !found {
		check.Status, check.Detail = collectors.Warning, "there is no git event in what the host keeps"
		check.Fix = "on Enterprise Server switch git events on in the audit log's settings; on github.com they come by themselves, so see whether anybody cloned"
		return check
	}
	check.Detail = "the newest is of " + day(newest)
	return check
}

// checkAddresses tells whether IP addresses are disclosed.
func checkAddresses(entries []json.RawMessage) collectors.Check {
	with := having(entries, "actor_ip")
	check := collectors.Check{Name: "ip addresses", Status: collectors.OK, Detail: fmt.Sprintf("%d of the %d newest git events have one", with, len(entries))}
	if with == 0 {
		check.Status = collectors.Warning
		check.Fix = "switch on the disclosure of actor IP addresses in the audit log's settings: without it no strange network can be seen"
	}
	return check
}

// checkHashes tells whether tokens can be told apart.
func checkHashes(entries []json.RawMessage) collectors.Check {
	with := having(entries, "hashed_token")
	check := collectors.Check{Name: "token hashes", Status: collectors.OK, Detail: fmt.Sprintf("%d of the %d newest git events have one", with, len(entries))}
	if with == 0 {
		check.Status = collectors.Warning
		check.Fix = "expect credentials not to be told apart: only Enterprise Cloud gives hashes, for tokens and by degrees for keys"
	}
	return check
}

// checkOldest tells how far back the host can still be asked.
func checkOldest(entries []json.RawMessage, now time.Time) collectors.Check {
	oldest, found := extreme(entries, now, func(a, b int64) bool { return a < b })
	if !found {
		return collectors.Check{Name: "oldest event", Status: collectors.Warning, Detail: "there is no git event to be had",
			Fix: "see the check of git events"}
	}
	return collectors.Check{Name: "oldest event", Status: collectors.OK, Detail: "git events can be had since " + day(oldest)}
}

// checkCovered tells whether events were lost since the last run.
func (c *Collector) checkCovered(now time.Time) collectors.Check {
	check := collectors.Check{Name: "gap", Status: collectors.OK, Detail: "nothing was collected yet"}
	last, err := parse(c.options.Checkpoint)
	if err != nil {
		check.Status, check.Detail = collectors.Failed, "the checkpoint cannot be read"
		check.Fix = "use the program that wrote it, or collect without a checkpoint: nothing is stored twice"
		return check
	}
	if last.covered() == 0 {
		return check
	}
	check.Detail = "collected up to " + day(last.covered())
	if gap := last.gap(now, c.options.Retention); gap != nil {
		check.Status = collectors.Warning
		check.Detail += ", and events until " + day(gap.Until.UnixMilli()) + " are gone"
		check.Fix = gap.Reason
	}
	return check
}

// mostSkew is how far two clocks may be apart before it is told.
const mostSkew = time.Minute

// checkClock compares this machine's clock with the host's, which its answers tell.
func (c *Collector) checkClock(h http.Header) collectors.Check {
	check := collectors.Check{Name: "clock", Status: collectors.OK, Detail: "the host does not tell its time"}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return check
	}
	skew := c.options.Clock.Now().Sub(date).Round(time.Second)
	switch {
	case skew.Abs() <= mostSkew:
		check.Detail = "this machine's clock and the host's are less than a minute apart"
		return check
	case skew > 0:
		check.Detail = fmt.Sprintf("this machine's clock is %v ahead of the host's", skew)
	default:
		check.Detail = fmt.Sprintf("this machine's clock is %v behind the host's", -skew)
	}
	check.Status = collectors.Warning
	check.Fix = "set the clock by NTP (timedatectl set-ntp true): what a run takes for late or for a gap goes by it"
	return check
}

// checkLate tells how late events were seen to arrive, and what a run does about it.
func (c *Collector) checkLate(now time.Time) collectors.Check {
	check := collectors.Check{Name: "late events", Status: collectors.OK, Detail: "nothing was collected yet"}
	last, err := parse(c.options.Checkpoint)
	if err != nil || last.Newest == 0 {
		return check
	}
	check.Detail = fmt.Sprintf("events were seen up to %s late; a run reaches back %v behind the newest one", hours(time.Duration(last.Late)*time.Millisecond), c.overlap(last, now).Round(time.Minute))
	if last.Passed > 0 {
		check.Detail += ", and all that the host keeps was last looked through at " + day(last.Passed)
	}
	return check
}

// checkCounts tells whether the host says how many events it has of a day, which is
// what shows that it withholds some. That it does not is no mistake of anybody's.
func (c *Collector) checkCounts(ctx context.Context, now time.Time) (collectors.Check, error) {
	check := collectors.Check{Name: "count of a day", Status: collectors.OK}
	n, pages, told, err := c.counted(ctx, today(now).AddDate(0, 0, -1), nil)
	switch {
	case err != nil:
		return check, err
	case n >= mostCounted:
		check.Detail = fmt.Sprintf("yesterday has %d events or more, from where on the host's count is not to be believed: such days cannot be held to their count", mostCounted)
	case told && pages:
		check.Detail = fmt.Sprintf("the host counts %d events yesterday; each run that looks through all days holds them to their counts", n)
	case told:
		check.Detail = fmt.Sprintf("the log has %d events of yesterday, too few to see whether the host counts them", n)
	default:
		check.Detail = "the host tells no count of a day (github.com pages by cursor), so an event that its log never gives cannot be noticed here: compare a day with an export at times"
	}
	return check, nil
}

// checkRate tells what is left of the rate limit.
func checkRate(h http.Header, now time.Time) collectors.Check {
	remaining, err1 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	limit, err2 := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	if err1 != nil || err2 != nil || limit <= 0 {
		return collectors.Check{Name: "rate limit", Status: collectors.OK, Detail: "the host states none"}
	}
	check := collectors.Check{Name: "rate limit", Status: collectors.OK, Detail: fmt.Sprintf("%d of %d requests an hour are left", remaining, limit)}
	if remaining*10 < limit {
		check.Status = collectors.Warning
		check.Fix = fmt.Sprintf("expect a run to wait up to %v, and see what else asks with the same account",
			limitPause(http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": h["X-Ratelimit-Reset"], "Date": h["Date"]}, now, 1).Round(time.Second))
	}
	return check
}

// extreme is the first of the entries' times by before.
func extreme(entries []json.RawMessage, now time.Time, before func(a, b int64) bool) (ms int64, found bool) {
	for _, entry := range entries {
		at, ok := eventTime(entry, now.Add(24*time.Hour).UnixMilli())
		if ok && (!found || before(at, ms)) {
			ms, found = at, true
		}
	}
	return ms, found
}

// having counts the entries in which a field says something.
func having(entries []json.RawMessage, field string) int {
	n := 0
	for _, entry := range entries {
		var fields map[string]json.RawMessage
		if json.Unmarshal(entry, &fields) != nil {
			continue
		}
		if value := string(fields[field]); value != "" && value != "null" && value != `""` {
			n++
		}
	}
	return n
}

func day(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

package synthetic

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// action is what was done. The first three are git events and carry a
// transport; the others are of the web and API log.
type action uint8

const (
	gitClone action = iota
	gitFetch
	gitPush
	downloadZip
	apiRequest
	addMember
	removeMember
	addCollaborator
	grantToken
	createRepo
	createKey
	installApp
)

// actionNames is how the log spells them, in the same order.
var actionNames = [...]string{
	"git.clone", "git.fetch", "git.push", "repo.download_zip", "api.request", "org.add_member", "org.remove_member",
	"org.add_outside_collaborator", "personal_access_token.access_granted", "repo.create", "public_key.create",
	"integration_installation.create",
}

func (a action) git() bool { return a <= gitPush }

// identity is an account as the log names it.
type identity struct {
	number int
	login  string
	id     int64
	bot    bool
	nameID string // single sign-on name, empty for machines
}

// event is one record before it is written.
type event struct {
	at      int64 // ms since 1970
	action  action
	actor   *identity
	repo    *repository // nil where the act is about no repository
	from    origin
	agent   string
	cred    *credential
	subject *identity // whom a control-plane act is about, or nil
	archive bool      // an api.request for an archive instead of a file
	mark    *mark     // the attack or look-alike it belongs to, or nil
}

// timeline holds events until no earlier one can come, then passes them on in
// time order.
type timeline struct {
	from, until int64   // events outside are not part of the log
	passed      int64   // all before it were passed on
	late        int     // events that came too late to be in order
	fresh       []event // put since the last pass
	ordered     []event // what earlier passes left, in order
	held        []event // the array ordered is part of
	spare       []event // an array to merge into
}

func (l *timeline) put(e event) {
	if e.at < l.from || e.at >= l.until {
		return
	}
	if e.at < l.passed {
		l.late++
		return
	}
	l.fresh = append(l.fresh, e)
}

// pass hands on every event before a time, in an order that depends on what the
// events are and not on who put them there.
func (l *timeline) pass(before int64, to func(*event) error) error {
	if l.late > 0 {
		return fmt.Errorf("synthetic organisation: %d events were planned before %d ms, which is written already: this is a defect, please report the options", l.late, l.passed)
	}
	slices.SortFunc(l.fresh, compareEvents)
	old, young := l.ordered, l.fresh
	for {
		e := first(&old, &young, before)
		if e == nil {
			break
		}
		if err := to(e); err != nil {
			return err
		}
	}
	l.keep(old, young)
	l.passed = before
	return nil
}

// first takes the earliest event of two ordered lists, nil when none is before
// the time.
func first(a, b *[]event, before int64) *event {
	from := a
	if len(*a) == 0 || len(*b) > 0 && compareEvents((*b)[0], (*a)[0]) < 0 {
		from = b
	}
	if len(*from) == 0 || (*from)[0].at >= before {
		return nil
	}
	e := &(*from)[0]
	*from = (*from)[1:]
	return e
}

// keep merges what was not passed on.
func (l *timeline) keep(old, young []event) {
	l.ordered = old
	if len(young) > 0 {
		merged := l.spare[:0]
		for e := first(&old, &young, l.until); e != nil; e = first(&old, &young, l.until) {
			merged = append(merged, *e)
		}
		l.ordered, l.held, l.spare = merged, merged, l.held
	}
	l.fresh = l.fresh[:0]
}

func compareEvents(a, b event) int {
	switch {
	case a.at != b.at:
		return sign(a.at - b.at)
	case a.actor.number != b.actor.number:
		return a.actor.number - b.actor.number
	case a.action != b.action:
		return int(a.action) - int(b.action)
	case a.repo != nil && b.repo != nil:
		return a.repo.number - b.repo.number
	}
	return 0
}

func sign(n int64) int {
	if n < 0 {
		return -1
	}
	return 1
}

// clone puts a clone. Over HTTP the log also shows one or two fetches within
// about 100 ms before it: the requests of protocol version 2.
func (l *timeline) clone(r *rand.Rand, e event) {
	e.action = gitClone
	l.put(e)
	if e.cred.ssh {
		return
	}
	e.action = gitFetch
	e.at -= int64(whole(r, 8, 52))
	l.put(e)
	if chance(r, .5) {
		e.at -= int64(whole(r, 8, 52))
		l.put(e)
	}
}

func (l *timeline) fetch(e event) {
	e.action = gitFetch
	l.put(e)
}

func (l *timeline) push(e event) {
	e.action = gitPush
	l.put(e)
}

// zip puts the download of a repository's archive; through the API the request
// comes first.
func (l *timeline) zip(r *rand.Rand, e event) {
	if e.cred.kind != browserSession {
		e.action, e.archive = apiRequest, true
		l.put(e)
		e.at += int64(whole(r, 20, 160))
	}
	e.action, e.archive = downloadZip, false
	l.put(e)
}

// contents puts the reading of one file through the API.
func (l *timeline) contents(e event) {
	e.action = apiRequest
	l.put(e)
}

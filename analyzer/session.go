package analyzer

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// sessionKey is what a session has in common, by number; 0 is not given.
type sessionKey struct {
	network, block, system, country, agent, credential, accessType int
}

// session is what one facet did tonight from one network with one client,
// credential and country. Evidence is weighed by session, so that a strange
// network and new repositories must meet to weigh together.
type session struct {
	sessionKey
	kind                       string // of the network
	first, last                time.Time
	hours                      uint32
	operations, copies, pushes int
	repositories               []int // all, ascending
	fresh                      []int // private ones that are new to the facet, ascending
	copied                     []int // known private ones copied whole, ascending
	standing                   standing
}

// facetNight is one facet tonight.
type facetNight struct {
	facet        int // number in state.Profiles
	profile      *profile
	name         string
	machine      bool
	first        time.Time
	hours        uint32
	operations   int
	copies       int
	pushes       int
	accesses     []access
	sessions     []*session
	repositories []int // all, ascending
	fresh        []int // private ones that are new, ascending
	pushed       map[int]bool
}

// access is an Access by numbers.
type access struct {
	*Access
	sessionKey
}

// isFresh reports whether a repository is among the new ones.
func (f *facetNight) isFresh(repository int) bool {
	_, ok := slices.BinarySearch(f.fresh, repository)
	return ok
}

// inOrder sorts a copy of a night's accesses so that neither the order in which
// they came nor, but for exact ties, what things are called has any influence.
func inOrder(accesses []Access) []Access {
	sorted := slices.Clone(accesses)
	slices.SortStableFunc(sorted, func(a, b Access) int {
		return cmp.Or(
			a.First.Compare(b.First), a.Last.Compare(b.Last), cmp.Compare(a.Hours, b.Hours),
			cmp.Compare(a.Operations, b.Operations), cmp.Compare(a.Copies, b.Copies), cmp.Compare(a.Pushes, b.Pushes),
			strings.Compare(a.Country, b.Country), strings.Compare(a.ASN, b.ASN), strings.Compare(a.NetworkKind, b.NetworkKind),
			strings.Compare(a.Network, b.Network), strings.Compare(a.Agent, b.Agent), strings.Compare(a.AccessType, b.AccessType),
			cmp.Compare(a.Family, b.Family), strings.Compare(a.Identity, b.Identity), strings.Compare(a.Repository, b.Repository),
			strings.Compare(a.Credential, b.Credential), strings.Compare(a.Name, b.Name), strings.Compare(a.Block, b.Block))
	})
	return sorted
}

// add takes one access into the facet's night.
func (f *facetNight) add(a access) {
	f.accesses = append(f.accesses, a)
	f.hours |= a.Hours
	f.operations += a.Operations
	f.copies += a.Copies
	f.pushes += a.Pushes
	f.repositories = append(f.repositories, a.repository)
	if a.Pushes > 0 {
		f.pushed[a.repository] = true
	}
}

// group makes the sessions, in order of first appearance. The new repositories
// must have been found before.
func (f *facetNight) group() {
	byKey := map[sessionKey]*session{}
	for _, a := range f.accesses {
		s := byKey[a.sessionKey]
		if s == nil {
			s = &session{sessionKey: a.sessionKey, kind: a.NetworkKind, first: a.First, last: a.Last}
			byKey[a.sessionKey] = s
			f.sessions = append(f.sessions, s)
		}
		s.add(a, f.isFresh(a.repository))
	}
	for _, s := range f.sessions {
		s.repositories, s.fresh, s.copied = distinct(s.repositories), distinct(s.fresh), distinct(s.copied)
	}
}

// add takes one access into the session.
func (s *session) add(a access, fresh bool) {
	if a.First.Before(s.first) {
		s.first = a.First
	}
	if a.Last.After(s.last) {
		s.last = a.Last
	}
	s.hours |= a.Hours
	s.operations += a.Operations
	s.copies += a.Copies
	s.pushes += a.Pushes
	s.repositories = append(s.repositories, a.repository)
	switch {
	case fresh:
		s.fresh = append(s.fresh, a.repository)
	case !a.Public && a.Copies > 0:
		s.copied = append(s.copied, a.repository)
	}
}

// distinct sorts numbers and drops the repeated ones.
func distinct(n []int) []int {
	slices.Sort(n)
	return slices.Compact(n)
}

package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"midwatch/queries/warehouse"
)

// The kinds of network that an attack comes from, as the networks table has them.
const (
	rented = "hosting"
	home   = "isp"
)

// planner writes one campaign.
type planner struct {
	rand         *rand.Rand
	campaign     string
	night        time.Time
	subjects     []warehouse.PlantingFacet
	repositories []warehouse.PrivateRepository
	prefixes     []warehouse.Prefix
	taken        map[string]bool // identities of other campaigns
	acts         []warehouse.PlantedAct
}

// place is where and with what an act is done.
type place struct{ ip, country, agent string }

// Planted is a campaign that was written, or why it could not be.
type Planted struct {
	Campaign
	// Begins is its first night.
	Begins time.Time
	// Not says why it was not planted, "" where it was.
	Not string
	// Repositories it takes, and the identities it uses.
	Repositories int
	Identities   []string
	acts         []warehouse.PlantedAct
}

// Plan writes n campaigns of each scenario, each within the nights from first to
// last; no identity is used twice. The same seed gives the same campaigns.
func Plan(ctx context.Context, c *warehouse.Copy, seed uint64, n int, first, last time.Time) ([]Planted, error) {
	prefixes, err := c.Prefixes(ctx)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	var all []Planted
	for _, s := range Scenarios() {
		for i := range n {
			p := &planner{campaign: fmt.Sprintf("%s-%d", s.Name, i+1), prefixes: prefixes, taken: taken}
			p.rand = rand.New(rand.NewPCG(seed, hashed(p.campaign)))
			p.night = first.AddDate(0, 0, p.rand.IntN(max(1, int(last.Sub(first).Hours()/24)+2-s.Nights)))
			for s.Nights == 1 && (p.night.Weekday() == time.Saturday || p.night.Weekday() == time.Sunday) && p.night.Before(last) {
				p.night = p.night.AddDate(0, 0, 1)
			}
			if p.subjects, err = c.PlantingFacets(ctx, p.night); err != nil {
				return nil, err
			}
			if p.repositories, err = c.PrivateRepositories(ctx, p.night); err != nil {
				return nil, err
			}
			all = append(all, p.write(s, last))
		}
	}
	return all, nil
}

func hashed(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum64()
}

// write makes the campaign; acts after the last night are left out.
func (p *planner) write(s Scenario, last time.Time) Planted {
	out := Planted{Campaign: Campaign{ID: p.campaign, Scenario: s.Name}, Begins: p.night}
	if err := s.plan(p); err != nil {
		out.Not = err.Error()
		return out
	}
	end := last.AddDate(0, 0, 1)
	p.acts = slices.DeleteFunc(p.acts, func(a warehouse.PlantedAct) bool { return !a.At.Before(end) })
	if len(p.acts) == 0 {
		out.Not = "nothing is left to take: whom it befell knows every repository it could be after"
		return out
	}
	slices.SortStableFunc(p.acts, func(a, b warehouse.PlantedAct) int { return a.At.Compare(b.At) })
	took, per := map[string]bool{}, map[key]map[string]bool{}
	for i := range p.acts {
		a := &p.acts[i]
		a.ID = fmt.Sprintf("planted:%s:%d", p.campaign, i+1)
		k := key{a.At.Format(time.DateOnly), a.Identity}
		if per[k] == nil {
			per[k] = map[string]bool{}
		}
		took[a.Repository], per[k][a.Repository] = true, true
	}
	for k, repositories := range per {
		out.Days = append(out.Days, Day{k.day, k.actor, len(repositories)})
		out.Identities = append(out.Identities, k.actor)
	}
	slices.SortFunc(out.Days, func(a, b Day) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Actor, b.Actor)) })
	slices.Sort(out.Identities)
	out.Identities = slices.Compact(out.Identities)
	out.Repositories, out.acts = len(took), p.acts
	out.Begins, _ = time.Parse(time.DateOnly, out.Days[0].Day)
	return out
}

// choose draws a subject that no other campaign uses; what names whom in the error.
func (p *planner) choose(what string, fit func(*planner, warehouse.PlantingFacet) bool) (warehouse.PlantingFacet, error) {
	var fits []warehouse.PlantingFacet
	for _, s := range p.subjects {
		if !p.taken[s.Identity] && fit(p, s) {
			fits = append(fits, s)
		}
	}
	if len(fits) == 0 {
		return warehouse.PlantingFacet{}, fmt.Errorf("nobody fit and unused is %s", what)
	}
	s := fits[p.rand.IntN(len(fits))]
	p.taken[s.Identity] = true
	return s, nil
}

// sample draws at most n repositories.
func (p *planner) sample(from []warehouse.PrivateRepository, n int) []warehouse.PrivateRepository {
	var out []warehouse.PrivateRepository
	for _, i := range p.rand.Perm(len(from))[:min(n, len(from))] {
		out = append(out, from[i])
	}
	return out
}

// unknown draws at most n repositories that the subject never read.
func (p *planner) unknown(s warehouse.PlantingFacet, from []warehouse.PrivateRepository, n int) []warehouse.PrivateRepository {
	return p.sample(slices.DeleteFunc(slices.Clone(from), func(r warehouse.PrivateRepository) bool {
		_, known := slices.BinarySearch(s.Known, r.Name)
		return known
	}), n)
}

// leastRead are the twentieth of the repositories, three at least, that the
// fewest people read, of those older than 30 days.
func (p *planner) leastRead() []warehouse.PrivateRepository {
	old := slices.DeleteFunc(slices.Clone(p.repositories), func(r warehouse.PrivateRepository) bool {
		return r.FirstDay.AddDate(0, 0, 30).After(p.night)
	})
	slices.SortStableFunc(old, func(a, b warehouse.PrivateRepository) int { return cmp.Compare(a.Readers, b.Readers) })
	return old[:min(len(old), max(3, len(old)/20))]
}

// usual is where the subject mostly comes from.
func usual(s warehouse.PlantingFacet) place { return place{s.IP, s.Country, s.Agent} }

// elsewhere is another place: an address of a kind of network, in a country where
// one is given, with a plain git client. Where the log gives the subject no
// address or country, the attack has none either. Addresses for documentation
// stand in where the networks table has none that fits.
func (p *planner) elsewhere(s warehouse.PlantingFacet, kind, country string) place {
	out := place{agent: "git/2.43.0"}
	if s.IP != "" {
		out.ip = map[string]string{rented: "203.0.113.", home: "198.51.100."}[kind] + fmt.Sprint(1+p.rand.IntN(250))
	}
	if s.Country != "" {
		out.country = cmp.Or(country, s.Country)
	}
	var fit []netip.Prefix
	var countries []string
	for _, x := range p.prefixes {
		prefix, err := netip.ParsePrefix(x.Prefix)
		if err != nil || !prefix.Addr().Is4() || x.Kind != kind || country != "" && x.Country != country || contains(prefix, s.IP) {
			continue
		}
		fit, countries = append(fit, prefix), append(countries, x.Country)
	}
	if len(fit) == 0 || s.IP == "" {
		return out
	}
	i := p.rand.IntN(len(fit))
	out.ip = p.within(fit[i])
	if s.Country != "" {
		out.country = cmp.Or(countries[i], out.country)
	}
	return out
}

func contains(p netip.Prefix, ip string) bool {
	addr, err := netip.ParseAddr(ip)
	return err == nil && p.Contains(addr)
}

// within draws an address of an IPv4 prefix.
func (p *planner) within(prefix netip.Prefix) string {
	b := prefix.Addr().As4()
	base := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	base |= p.rand.Uint32() & (1<<(32-prefix.Bits()) - 1)
	return netip.AddrFrom4([4]byte{byte(base >> 24), byte(base >> 16), byte(base >> 8), byte(base)}).String()
}

// abroad draws a country of a home network that is not the given one.
func (p *planner) abroad(country string) string {
	var all []string
	for _, x := range p.prefixes {
		if x.Kind == home && x.Country != "" && x.Country != country {
			all = append(all, x.Country)
		}
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > 0 {
		return all[p.rand.IntN(len(all))]
	}
	if country == "NZ" {
		return "IE"
	}
	return "NZ"
}

// hours draws a time of day between two hours.
func (p *planner) hours(from, to int) time.Duration {
	return time.Duration((float64(from) + p.rand.Float64()*float64(to-from)) * float64(time.Hour))
}

// atWorkTime draws a time of the subject's usual day.
func (p *planner) atWorkTime(s warehouse.PlantingFacet) time.Duration {
	at := time.Duration(s.UsualHour)*time.Hour + time.Duration(p.rand.Float64()*float64(max(1, s.Hours))*float64(time.Hour))
	return min(at, 24*time.Hour-time.Second)
}

// pause draws the time between two acts from its mean in seconds.
func (p *planner) pause(mean float64) time.Duration {
	return time.Duration(p.rand.ExpFloat64() * mean * float64(time.Second))
}

func (p *planner) clone(at time.Time, s warehouse.PlantingFacet, repository string, from place) {
	p.act("clone", at, s, repository, from)
}

func (p *planner) act(action string, at time.Time, s warehouse.PlantingFacet, repository string, from place) {
	p.acts = append(p.acts, warehouse.PlantedAct{
		At: at.UTC().Truncate(time.Millisecond), Action: action, Identity: s.Identity, AccessType: s.AccessType, Family: s.Family,
		Credential: s.Credential, Repository: repository, IP: from.ip, Country: from.country, Agent: from.agent,
	})
}

// Nights is on how many nights something was planted.
func (p Planted) Nights() int { return len(p.days()) }

package synthetic

import "fmt"

// whereabouts is where a person reads from.
type whereabouts struct {
	isp    provider
	home   origin  // the /24 of the connection at home
	leased int     // days an address there lasts; 0 for good
	office float64 // share of weekdays in the office
	tunnel float64 // share of the time behind the VPN
	box    origin  // a rented machine, address 0 for most
	abroad *trip
}

// trip is time spent in another country.
type trip struct {
	until int // first day back
	hotel origin
	phone origin
	mark  *mark
}

func (p *person) house(w *world) {
	r := p.r
	p.isp = pick(r, w.networks.home[p.country.code])
	p.home = pick(r, p.isp).subnet(r)
	p.leased = []int{0, 1, whole(r, 10, 60)}[weighted(r, []float64{40, 15, 45})]
	if chance(r, .4) {
		p.office = uniform(r, .2, .7)
	}
	if chance(r, .5) {
		p.tunnel = uniform(r, 0, .5) * r.Float64()
	}
	if chance(r, .06) {
		p.box = w.networks.server(r)
	}
}

// buildOffices opens an office wherever at least four people go to one.
func (w *world) buildOffices() {
	r := source(w.o.Seed, "offices")
	count := map[string]int{}
	for _, p := range w.people {
		if p.office > 0 {
			count[p.country.code]++
		}
	}
	for _, code := range w.networks.codes() {
		n := count[code]
		for i := 0; n >= 4 && i <= n/25; i++ {
			w.offices[code] = append(w.offices[code], w.networks.office[code][0].address(r))
		}
	}
}

// atHome is the address of the day at home. A daily one is drawn from the whole
// network: the carrier shares addresses out among its customers.
func (p *person) atHome(w *world) origin {
	if p.leased == 0 {
		return p.home.host(1 + p.number%250)
	}
	r := source(w.o.Seed, fmt.Sprintf("lease/%d/%d", p.number, w.day/p.leased))
	if p.leased == 1 {
		return p.isp[0].address(r)
	}
	return p.home.host(whole(r, 1, 254))
}

// origins draws where the four quarters of a working day are spent.
func (p *person) origins(w *world) [4]origin {
	base, alt := p.base(w), origin{}
	tunnel := p.tunnel
	if p.abroad != nil && p.tunnel > 0 {
		tunnel = .6
	}
	if p.box.ip != 0 && chance(p.r, .5) {
		alt = p.box
	}
	var o [4]origin
	for i := range o {
		o[i] = base
		switch {
		case chance(p.r, tunnel):
			o[i] = w.networks.gateway(p.country.offset)
		case alt.ip != 0 && chance(p.r, .4):
			o[i] = alt
		}
	}
	return o
}

// base is the day's place: abroad, office, home, and now and then a phone or
// somebody else's connection.
func (p *person) base(w *world) origin {
	if p.abroad != nil {
		if chance(p.r, .15) {
			return p.abroad.phone
		}
		return p.abroad.hotel
	}
	if offices := w.offices[p.country.code]; len(offices) > 0 && !weekend(w.date()) && chance(p.r, p.office) {
		return offices[p.number%len(offices)]
	}
	switch weighted(p.r, []float64{95, 3, 2}) {
	case 1:
		return w.networks.handset(p.r, p.country.code)
	case 2:
		return w.networks.household(p.r, p.country.code, nil)
	}
	return p.atHome(w)
}

// travel starts a trip about once in 260 days and ends one that is over. From
// then on what is done from there is a look-alike: the network and the country
// are new, the work is not.
func (p *person) travel(w *world) {
	if p.abroad != nil && w.day >= p.abroad.until {
		p.abroad = nil
	}
	if p.abroad != nil || !chance(p.r, 1./260) {
		return
	}
	code := pick(p.r, countries).code
	if code == p.country.code {
		return
	}
	p.abroad = &trip{
		until: w.day + pick(p.r, []int{2, 3, 4, 5, 5, 7, 10}),
		hotel: w.networks.household(p.r, code, nil), phone: w.networks.handset(p.r, code),
		mark: w.ledger.open(false, "conference_trip", "", ""),
	}
}

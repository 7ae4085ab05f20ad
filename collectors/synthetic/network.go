package synthetic

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
)

// The kinds of network an address database tells apart.
const (
	residential = "isp"
	mobile      = "mobile"
	business    = "business"
	hosting     = "hosting"
	runner      = "cloud-runner"
	vpnNetwork  = "vpn"
)

// network is an allocation of 65,536 addresses.
type network struct {
	base    uint32
	asn     int
	name    string
	country string
	kind    string
}

// provider is one network operator in one country.
type provider []*network

// origin is an address and the network it belongs to.
type origin struct {
	ip uint32
	on *network
}

// networks is the part of the internet the organisation meets. Only its shape
// is meant to be real.
type networks struct {
	all     []*network
	free    []uint32
	asn     int
	home    map[string][]provider
	mobile  map[string][]provider
	office  map[string]provider
	hosting []*network
	runners []*network
	vpn     []origin
}

// reservedBlocks are first octets of which no network here is cut.
var reservedBlocks = []int{10, 100, 127, 169, 172, 192, 198, 203}

func newNetworks(seed uint64) *networks {
	r := source(seed, "networks")
	n := &networks{asn: 20_000, home: map[string][]provider{}, mobile: map[string][]provider{}, office: map[string]provider{}}
	for a := 2; a < 223; a++ {
		if slices.Contains(reservedBlocks, a) {
			continue
		}
		for b := range 256 {
			n.free = append(n.free, uint32(a)<<24|uint32(b)<<16)
		}
	}
	r.Shuffle(len(n.free), func(i, j int) { n.free[i], n.free[j] = n.free[j], n.free[i] })
	for _, code := range n.codes() {
		n.addCountry(r, code)
	}
	n.addClouds(r)
	return n
}

// codes lists every country once, in a fixed order.
func (n *networks) codes() []string {
	var codes []string
	for _, c := range countries {
		codes = append(codes, c.code)
	}
	codes = append(codes, elsewhere...)
	slices.Sort(codes)
	return slices.Compact(codes)
}

func (n *networks) take(r *rand.Rand, count int, name, country, kind string) provider {
	n.asn += whole(r, 1, 59)
	p := make(provider, count)
	for i := range p {
		p[i] = &network{base: n.free[0], asn: n.asn, name: name, country: country, kind: kind}
		n.free = n.free[1:]
	}
	n.all = append(n.all, p...)
	return p
}

func (n *networks) addCountry(r *rand.Rand, code string) {
	for i := range 5 {
		n.home[code] = append(n.home[code], n.take(r, whole(r, 2, 4), fmt.Sprintf("ISP-%s-%d", code, i), code, residential))
	}
	for i := range 3 {
		n.mobile[code] = append(n.mobile[code], n.take(r, 2, fmt.Sprintf("MOBILE-%s-%d", code, i), code, mobile))
	}
	n.office[code] = n.take(r, 2, "BUSINESS-"+code, code, business)
}

func (n *networks) addClouds(r *rand.Rand) {
	regions := []string{"US", "DE", "NL", "SG", "GB", "FR", "IN", "JP"}
	for i := range 9 {
		name := fmt.Sprintf("HOSTING-%d", i)
		n.hosting = append(n.hosting, n.take(r, 2, name, "US", hosting)...)
		for _, code := range sample(r, regions[1:], 3) {
			n.hosting = append(n.hosting, n.take(r, 1, name, code, hosting)...)
		}
	}
	n.runners = n.take(r, 12, "CLOUD-RUNNERS", "US", runner)
	for _, code := range []string{"US", "DE", "IN", "SG"} {
		gateways := n.take(r, 1, "SASE-VPN", code, vpnNetwork)
		n.vpn = append(n.vpn, gateways[0].address(r))
	}
}

// address draws one of the network's addresses.
func (n *network) address(r *rand.Rand) origin {
	return origin{n.base | uint32(whole(r, 0, 255))<<8 | uint32(whole(r, 1, 254)), n}
}

// subnet draws a /24 of the network, as the address of its host 0.
func (n *network) subnet(r *rand.Rand) origin {
	return origin{n.base | uint32(whole(r, 0, 255))<<8, n}
}

// host is the address of that host, 1 to 254, of the /24.
func (o origin) host(n int) origin { return origin{o.ip&^0xff | uint32(n), o.on} }

// household draws an address of a residential provider in the country that owns
// none of the networks of except.
func (n *networks) household(r *rand.Rand, code string, except provider) origin {
	for {
		p := pick(r, n.home[code])
		if len(except) == 0 || p[0] != except[0] {
			return pick(r, p).address(r)
		}
	}
}

// server draws an address of a hosting provider.
func (n *networks) server(r *rand.Rand) origin { return pick(r, n.hosting).address(r) }

func (n *networks) handset(r *rand.Rand, code string) origin {
	return pick(r, pick(r, n.mobile[code])).address(r)
}

// gateway is the VPN's exit that people in a country are sent to.
func (n *networks) gateway(offset int) origin {
	switch {
	case offset < -60:
		return n.vpn[0]
	case offset < 240:
		return n.vpn[1]
	case offset < 400:
		return n.vpn[2]
	}
	return n.vpn[3]
}

func (n *networks) writeCSV(to io.Writer) error {
	b := bufio.NewWriter(to)
	c := csv.NewWriter(b)
	if err := c.Write([]string{"prefix", "asn", "as_name", "country", "kind"}); err != nil {
		return err
	}
	all := slices.Clone(n.all)
	slices.SortFunc(all, func(a, b *network) int { return int(int64(a.base) - int64(b.base)) })
	for _, x := range all {
		prefix := string(appendAddress(nil, x.base)) + "/16"
		if err := c.Write([]string{prefix, strconv.Itoa(x.asn), x.name, x.country, x.kind}); err != nil {
			return err
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return b.Flush()
}

func appendAddress(b []byte, ip uint32) []byte {
	for shift := 24; shift >= 0; shift -= 8 {
		b = strconv.AppendUint(b, uint64(ip>>shift&0xff), 10)
		if shift > 0 {
			b = append(b, '.')
		}
	}
	return b
}

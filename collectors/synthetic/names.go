package synthetic

import (
	"fmt"
	"math/rand/v2"
)

var (
	syllables = []string{"an", "ba", "be", "bo", "ca", "da", "de", "di", "el", "fa", "ga", "ha", "in", "ja", "ka", "ki", "la", "le", "li",
		"lo", "ma", "mi", "mo", "na", "ne", "ni", "no", "or", "pa", "ra", "re", "ri", "ro", "sa", "si", "so", "ta", "te", "to", "va", "vi", "ya", "yo", "zo"}
	areas = []string{"payments", "billing", "ledger", "checkout", "search", "catalog", "identity", "session", "notify", "mobile", "web",
		"ingest", "stream", "metrics", "tracing", "storage", "gateway", "edge", "fraud", "risk", "mail", "reports", "console", "device",
		"fleet", "maps", "pricing", "orders", "partner", "support", "data", "ml", "docs", "design", "release", "platform"}
	parts = []string{"service", "api", "client", "ui", "worker", "models", "schema", "helm", "terraform", "config", "deploy", "sdk",
		"cli", "tools", "proxy", "jobs", "tests", "libs", "operator", "secrets", "pipeline", "docs"}
)

// naming gives names that are used once.
type naming struct {
	r    *rand.Rand
	used map[string]bool
}

func newNaming(r *rand.Rand) *naming { return &naming{r, map[string]bool{}} }

// once gives the first of base, base-2, base-3, ... that is not taken.
func (n *naming) once(base string) string {
	name := base
	for i := 2; n.used[name]; i++ {
		name = fmt.Sprintf("%s-%d", base, i)
	}
	n.used[name] = true
	return name
}

func (n *naming) login() string {
	s := ""
	for range whole(n.r, 2, 4) {
		s += pick(n.r, syllables)
	}
	switch weighted(n.r, []float64{7, 2, 1}) {
	case 1:
		s += "-" + pick(n.r, []string{"dev", "k", "s", "io", "x"})
	case 2:
		s += fmt.Sprint(whole(n.r, 2, 99))
	}
	return n.once(s)
}

func (n *naming) repository() string { return n.once(pick(n.r, areas) + "-" + pick(n.r, parts)) }

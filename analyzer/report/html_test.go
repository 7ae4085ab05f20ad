package report_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
)

func html(t *testing.T, n report.Night) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.HTML(&out, n); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPage(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]report.Night{"quiet.html": quietNight(), "blind.html": blindNight(), "full.html": fullNight()} {
		golden(t, name, func(w io.Writer) error { return report.HTML(w, n) })
	}
}

// The first line counts, whatever there is; the sentence under it never reads as
// if nothing had happened.
func TestVerdict(t *testing.T) {
	t.Parallel()
	part, silent, failed, one := quietNight(), quietNight(), quietNight(), quietNight()
	part.Hours[20].Blind = true
	part.Seen.Sources[0].BlindHours = 1
	silent.Seen.Sources[0].Records, silent.Seen.Sources[1].Records = 0, 0
	failed.Seen.Unread = []string{"source cloud: refused"}
	one.Findings = []analyzer.Finding{factFinding()}
	for _, x := range []struct {
		what string
		n    report.Night
		want string
		lede string
	}{
		{"quiet", quietNight(), "0 need action, 0 to review, 0 blind hours", "Nothing is listed. 2,640 records of 2 sources were read and 143 accounts (by kind of access) judged"},
		{"an hour", said(part), "0 need action, 0 to review, 1 blind hour", "Nothing is listed, but not everything was seen: the empty list says nothing about what is missing below."},
		{"silent", said(silent), "0 need action, 0 to review, 24 blind hours", "the empty list says nothing"},
		{"a source that failed", said(failed), "0 need action, 0 to review, 1 not seen in full", "the empty list says nothing"},
		{"one", one, "1 needs action, 0 to review, 0 blind hours", "2,640 records"},
		{"a source that was silent", blindNight(), "0 need action, 0 to review, 24 blind hours", "the empty list says nothing"},
		{"full", fullNight(), "4 need action, 7 to review, 0 blind hours", "2,640 records"},
	} {
		page := html(t, x.n)
		if got := tag.ReplaceAllString(between(page, "<h1>", "</h1>"), ""); got != x.want {
			t.Errorf("%s: the verdict is %q, want %q", x.what, got, x.want)
		}
		if got := between(page, `<p class="lede">`, "</p>"); !strings.Contains(got, x.lede) || strings.Contains(got, "nothing happened") {
			t.Errorf("%s: the sentence is %q", x.what, got)
		}
		if blind := strings.Contains(page, "Not everything was seen</h2>"); blind != (len(x.n.Blind) > 0) {
			t.Errorf("%s: says it was blind %t", x.what, blind)
		}
	}
}

// A gap counts the hours that it touches, and none beside them.
func TestAGapIsBlindHours(t *testing.T) {
	t.Parallel()
	n := blindNight()
	n.Seen.Sources[0].Blind, n.Seen.Sources[0].Records = false, 2400
	for i := range n.Hours {
		n.Hours[i].Blind = n.Hours[i].At.Hour() == 4
	}
	if got := tag.ReplaceAllString(between(html(t, said(n)), "<h1>", "</h1>"), ""); !strings.HasSuffix(got, "3 blind hours") {
		t.Errorf("%q", got)
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	inside, _, _ := strings.Cut(rest, to)
	return inside
}

// Every listed finding shows all that a lead needs to act on it.
func TestACardHasAll(t *testing.T) {
	t.Parallel()
	page := html(t, fullNight())
	card := between(page, `id="mw-20260720-00000002">`, "</article>")
	for _, want := range []string{
		"needs action", "ongoing", "severity <b>critical</b>", "confidence <b>medium</b>", "expected false alarms <b>0.012</b>", "person Ben Arslan", "team payments",
		"Read 41 private repositories it had never opened before; on a working day it opens 6.2, rarely more than 14 (15 days of history).",
		`aria-label="seen 41, usual 6.2, rarely more than 14"`, "a thief with stolen credentials", "an insider reading outside their work",
		"Pushed 2 times, which thieves seldom do", "back from leave", "Ask ben in person or by phone", "T1213.003, T1078.004 (version 19)", "country",
		"midwatch explain mw-20260720-00000002", "midwatch contain github:ben", "FROM signal.repository_count(TIMESTAMP &#39;2026-07-22&#39;)",
		"and 33 more in finding_repos.csv", "listed on 2 nights since 2026-07-20; rank 2, was 3", "2 open secret alerts", "northwind-labs/keys", "AS64500",
	} {
		if !strings.Contains(card, want) {
			t.Errorf("the card lacks %q", want)
		}
	}
	if strings.Contains(card, "nats)</bdi>") && strings.Contains(card, "prior") {
		t.Error("a piece that only carries a weight is shown")
	}
	if !strings.Contains(page, "One campaign: 3 findings that share the network 198.51.100.0/24") {
		t.Error("the campaign is not named")
	}
	if got := strings.Count(page, "<article"); got != 10 {
		t.Errorf("%d findings are shown", got)
	}
	if !strings.Contains(page, "<b>1 more</b> is in findings.csv") {
		t.Error("what is left out is not said")
	}
}

// What changed is told of every finding, in five kinds.
func TestChanges(t *testing.T) {
	t.Parallel()
	changes := between(html(t, fullNight()), `<dl class="changes">`, "</dl>")
	var got []string
	for _, d := range strings.Split(changes, "<dt>")[1:] {
		got = append(got, tag.ReplaceAllString(between(">"+d, ">", " <span"), ""))
	}
	if text := strings.Join(got, ", "); text != "New 3, Escalated 1, Ongoing 7, Quiet 1, Resolved 1" {
		t.Errorf("%s", text)
	}
	if page := html(t, quietNight()); !strings.Contains(page, "Nothing is new, escalated, ongoing, quiet or resolved.") {
		t.Error("a night without a change does not say so")
	}
	for _, want := range []string{
		"github:farid</bdi> <span class=\"note\">last listed 2026-07-20, rank 5; mw-20260715-00000020",
		"github:gita</bdi> <span class=\"note\">listed on 4 nights, last on 2026-07-06; mw-20260701-00000021",
		"github:ben</bdi> <span class=\"note\">rank 2, was 3; night 2 since 2026-07-20; <a href=\"#mw-20260720-00000002\">",
	} {
		if !strings.Contains(changes, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

// A page loads nothing, runs nothing, links to nothing but itself, and is small
// enough to be mailed.
func TestPageStandsAlone(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`href="([^"]*)"`)
	for name, n := range map[string]report.Night{"quiet": quietNight(), "blind": blindNight(), "full": fullNight()} {
		page := html(t, n)
		for _, never := range []string{
			"<script", "<link", "<img", "<iframe", "<object", "<embed", "<form", "<base", "src=", "srcset", "url(", "@import", "http:", "https:", "//", "javascript:", "data:", "xmlns", "ZgotmplZ",
		} {
			if i := strings.Index(page, never); i >= 0 {
				t.Errorf("%s holds %q: %.80q", name, never, page[max(0, i-30):])
			}
		}
		if handler := regexp.MustCompile(`<[^>]*\son[a-z]+\s*=`).FindString(page); handler != "" {
			t.Errorf("%s runs something: %s", name, handler)
		}
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			if !strings.HasPrefix(m[1], "#mw-") || !strings.Contains(page, ` id="`+m[1][1:]+`"`) {
				t.Errorf("%s links to %q", name, m[1])
			}
		}
		if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'"`) {
			t.Errorf("%s does not forbid what it does not use", name)
		}
		if len(page) > 200_000 {
			t.Errorf("%s has %d bytes", name, len(page))
		}
		if page != html(t, n) {
			t.Errorf("%s differs when it is written again", name)
		}
	}
}

// Hostile names change no tag of a page, hide nothing and keep it small: the page
// of any name has the tags of the page of a harmless one.
func TestHostileNamesOnThePage(t *testing.T) {
	t.Parallel()
	tags := func(page string) string {
		var b strings.Builder
		for z := nethtml.NewTokenizer(strings.NewReader(page)); ; {
			switch z.Next() {
			case nethtml.ErrorToken:
				return b.String()
			case nethtml.TextToken:
			default:
				b.WriteString(z.Token().String())
			}
		}
	}
	want := tags(html(t, hostileNight("ana")))
	for _, text := range append([]string{
		strings.Repeat("agent ", 200_000), `"><img src=x onerror=alert(1)>`, `</style><script>alert(1)</script>`, `</title><b>`, "{{.Night}}", "<!--", "--><b>", `' onload='x`,
		"אבג\u202eabc", "שלום", "&lt;b&gt;", "javascript:alert(1)", "\ufeffana", "a\u2028b",
	}, hostile...) {
		page := html(t, hostileNight(text))
		if got := tags(page); got != want {
			t.Errorf("%.40q changed the tags", text)
		}
		inert(t, fmt.Sprintf("the page of %.20q", text), page)
		if len(page) > 200_000 {
			t.Errorf("the page of %.20q has %d bytes", text, len(page))
		}
	}
	if !strings.Contains(html(t, hostileNight("<script>alert(1)</script>")), "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("the text is not shown as it is")
	}
}

// hostileNight has a text everywhere a log, a file or a source can put one.
func hostileNight(text string) report.Night {
	n := blindNight()
	for i := range 12 {
		f := finding(text)
		f.ID = fmt.Sprintf("mw-20260721-000000%02d", i)
		f.Around = analyzer.Around{Person: text, Team: text, Manager: text, OtherIdentities: []string{text, text}, Sensitive: []string{text}}
		a := &f.Assessment
		a.Sessions = 1
		for _, name := range []analyzer.EvidenceName{analyzer.EvidenceNetwork, analyzer.EvidenceClient, analyzer.EvidenceUnlikelyRepositories, analyzer.EvidencePushed} {
			a.Evidence = append(a.Evidence,
				analyzer.Evidence{Name: name, Nats: 2, Level: text, Value: text, Examples: []string{text, text, text, text, text}},
				analyzer.Evidence{Name: name, Nats: -2, Level: text, Value: text, Examples: []string{text}})
		}
		a.Certain = []analyzer.Fact{{Signal: "canary_touched", Night: tonight, Title: text, Reason: text, Quiet: text, NextStep: text, Technique: "T1213"}}
		for range 30 {
			a.NewRepositories = append(a.NewRepositories, a.NewRepositories[0])
		}
		n.Findings = append(n.Findings, f)
		n.Before = append(n.Before, report.Earlier{Finding: f, NightsAgo: 2})
		n.Resolved = append(n.Resolved, f)
	}
	n.Blind = append(n.Blind, text)
	n.Seen.Gaps = append(n.Seen.Gaps, text)
	n.Seen.Sources[1].Source, n.Seen.Sources[1].Format = text, text
	return n
}

// A finding whose campaign begins elsewhere says so; one alone has no campaign.
func TestACampaignThatBeganElsewhere(t *testing.T) {
	t.Parallel()
	n := quietNight()
	f := thiefFinding()
	f.Campaign = "mw-20260718-00000099"
	n.Findings = []analyzer.Finding{f}
	if page := html(t, n); !strings.Contains(page, "Part of the campaign mw-20260718-00000099, whose first finding is not on this page") {
		t.Error("the campaign is not named")
	}
	f.Campaign = f.ID
	n.Findings = []analyzer.Finding{f}
	if page := html(t, n); strings.Contains(page, `<section class="campaign"`) {
		t.Error("a finding alone is in a campaign")
	}
}

// Everything that is read or looked at stands out from its ground: text by 4.5 to
// 1, drawings by 3 to 1 (WCAG 2.1, 1.4.3 and 1.4.11), in each of the three looks.
func TestContrast(t *testing.T) {
	t.Parallel()
	looks := regexp.MustCompile(`:root\{([^}]*)\}`).FindAllStringSubmatch(html(t, quietNight()), -1)
	if len(looks) != 3 {
		t.Fatalf("%d looks: light, dark and print are expected", len(looks))
	}
	for i, look := range looks {
		colour := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z]+):#([0-9a-f]+)`).FindAllStringSubmatch(look[1], -1) {
			colour[m[1]] = m[2]
		}
		for _, pair := range []struct {
			over, ground string
			least        float64
		}{
			{"ink", "ground", 4.5}, {"ink", "card", 4.5}, {"soft", "ground", 4.5}, {"soft", "card", 4.5}, {"link", "ground", 4.5}, {"link", "card", 4.5},
			{"red", "ground", 4.5}, {"red", "redwash", 4.5}, {"amber", "ground", 4.5}, {"amber", "amberwash", 4.5}, {"green", "greenwash", 4.5},
			{"ink", "redwash", 4.5}, {"ink", "greenwash", 4.5}, {"bar", "ground", 3}, {"bar", "card", 3}, {"strong", "ground", 3}, {"red", "card", 3},
		} {
			if got := contrast(t, colour[pair.over], colour[pair.ground]); got < pair.least {
				t.Errorf("look %d: %s on %s has a contrast of %.2f", i, pair.over, pair.ground, got)
			}
		}
	}
}

// contrast is the ratio of WCAG 2.1 of two colours in hexadecimal.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light := func(s string) float64 {
		if len(s) == 3 {
			s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
		}
		rgb, err := hex.DecodeString(s)
		if err != nil || len(rgb) != 3 {
			t.Fatalf("%q is no colour", s)
		}
		sum := 0.
		for i, weight := range []float64{.2126, .7152, .0722} {
			v := float64(rgb[i]) / 255
			if v <= .04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+.055)/1.055, 2.4)
			}
			sum += weight * v
		}
		return sum
	}
	x, y := light(a), light(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

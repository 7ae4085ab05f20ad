package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// spelling is how a person may write a subject of a kind: each of same names it,
// several names more than one, and none names nothing ("" where every text of
// this kind is an answer).
type spelling struct {
	same          []string
	several, none string
}

func spellings() map[string]spelling {
	return map[string]spelling{
		"identity":   {[]string{"github:ana", "ana", "ANA", "GitHub:Ana"}, "ana@acme.example", "github:annna"},
		"repository": {[]string{"acme/vault", "vault", "ACME/Vault", "git@github.com:acme/vault.git", "https://github.com/Acme/vault"}, "api", "acme/valt"},
		"credential": {[]string{"ANATOKEN0000000000000000000000000000000000000", "ANATOK", "anatoken0000000000000000000000000000000000000"}, "MIRROR", "NOSUCH"},
		"person":     {[]string{"Bo Ek", "bo ek"}, "", "Boo Ek"},
		"finding":    {[]string{"mw-20260720-00000001", "MW-20260720-00000001"}, "", "mw-none"},
		"network":    {[]string{"192.0.2.4", "::ffff:192.0.2.4"}, "", "300.1.1.1"},
		"client":     {[]string{"JGit", "jgit"}, "", " "},
		"app":        {[]string{"mirror[bot]", "mirror", "MIRROR[bot]"}, "", "no-such-app"},
	}
}

// TestMacroAndCommandNameTheSame asks every question as the command does, which
// resolves first, and as a person in a DuckDB shell does. Each spelling resolves
// to the name in full; the macros take turns with them, for each answer takes its
// time.
func TestMacroAndCommandNameTheSame(t *testing.T) {
	r, turn := incident(t), map[string]int{}
	for _, q := range Questions() {
		if q.Subject == "" {
			continue
		}
		kind := q.Subjects[turn[q.Subject]%len(q.Subjects)]
		turn[q.Subject]++
		s := spellings()[kind]
		if len(s.same) == 0 {
			t.Fatalf("%s: no spelling of a %s is tried", q.Name, kind)
		}
		full := resolved(t, r, q, s.same[0])
		want := answers(t, r, strings.TrimSuffix(q.Show([]Argument{{"subject", full}}), ";"))
		turn[kind]++
		for n, text := range s.same {
			if got := resolved(t, r, q, text); got != full && kind != "client" && kind != "app" {
				t.Errorf("%s %q: the command asks about %q", q.Name, text, got)
			}
			if n != 1+turn[kind]%(len(s.same)-1) {
				continue
			}
			if got, err := tryAnswers(t, r, "FROM investigate."+q.Name+"("+literal(text)+")"); err != nil || got != want {
				t.Errorf("%s %q: by macro\n%s%v\nby command\n%s", q.Name, text, got, err, want)
			}
		}
		text := s.several
		if text == "" || turn[kind]%2 == 0 {
			text = s.none
		}
		_, err := tryAnswers(t, r, "FROM investigate."+q.Name+"("+literal(text)+")")
		if problem := resolved(t, r, q, text); err == nil || strings.TrimPrefix(err.Error(), "Invalid Input Error: ") != problem {
			t.Errorf("%s %q: by macro %v, by command %s", q.Name, text, err, problem)
		}
	}
}

// resolved is the name that the command asks about, or what it says of a text
// that names none or several.
func resolved(t *testing.T, r *Reader, q Question, text string) string {
	t.Helper()
	s, err := r.Resolve(context.Background(), text, q.Subjects...)
	var unclear *Unclear
	if errors.As(err, &unclear) {
		return unclear.Error()
	}
	must(t, err)
	return s.Name
}

// TestAHostileNameDoesNothingInAnError shows names that are near as text.
func TestAHostileNameDoesNothingInAnError(t *testing.T) {
	r := incident(t)
	_, err := tryAnswers(t, r, "FROM investigate.who('acme/v\x1b[2J\u202e\nault"+strings.Repeat("x", 300)+"')")
	if text := fmt.Sprint(err); !strings.Contains(text, `"acme/v\u001b[2J\u202e\u000aault`) || strings.ContainsAny(text, "\x1b\u202e\n") || len(text) > 600 {
		t.Errorf("got %q", text)
	}
}

// TestNetworksAreToldFromOtherText holds both sides of what an address is.
func TestNetworksAreToldFromOtherText(t *testing.T) {
	r := incident(t)
	for text, want := range map[string]string{
		"198.51.100.7": "198.51.100.7", "198.51.100.0/24": "198.51.100.0/24", "as64500": "AS64500", "64500": "64500", "::ffff:1.2.3.4": "1.2.3.4",
		"2001:db8::1": "2001:db8::1", "2001:db8::/32": "2001:db8::/32", "fe80::1%eth0": "fe80::1", "::1": "::1", "1:2:3:4:5:6:7:8": "1:2:3:4:5:6:7:8",
		"198.51.100.0/33": "", "256.1.1.1": "", "1.2.3": "", "2001:db8::/129": "", "1::2::3:4:5:6:7:8:9": "", "12345::": "", "x": "", "": "", "1.2.3.4/": "", "/8": "",
	} {
		s, err := r.Resolve(context.Background(), text, "network")
		var unclear *Unclear
		if s.Name != want || errors.As(err, &unclear) != (want == "") {
			t.Errorf("%q: got %q, %v, want %q", text, s.Name, err, want)
		}
	}
}

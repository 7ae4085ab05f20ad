package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestResolve finds what a person means, and says so when that is several or
// nothing.
func TestResolve(t *testing.T) {
	r := incident(t)
	for _, x := range []struct{ text, kinds, want string }{
		{"github:ana", "identity", "identity github:ana"},
		{"ana", "identity", "identity github:ana"},
		{"ANA", "identity", "identity github:ana"},
		{"acme/api", "repository", "repository acme/api"},
		{"vault", "repository", "repository acme/vault"},
		{"ANATOK", "identity,credential", "credential ANATOKEN0000000000000000000000000000000000000"},
		{"ANATO", "credential", `"ANATO" was never seen here, which does not say that there was no access`},
		{"ana@acme.example", "identity", `"ana@acme.example" names several: identity "github:ana", identity "github:ana-admin": name one in full`},
		{"api", "repository", `"api" names several: repository "acme/api", repository "beta/api": name one in full`},
		{"acme/valt", "repository", `"acme/valt" was never seen here, which does not say that there was no access; nearest: repository "acme/vault"`},
		{"ana", "repository", `"ana" was never seen here`},
		{"%", "identity", `"%" was never seen here`},
	} {
		s, err := r.Resolve(context.Background(), x.text, strings.Split(x.kinds, ",")...)
		got := s.Kind + " " + s.Name
		var unclear *Unclear
		if errors.As(err, &unclear) {
			got = err.Error()
		} else {
			must(t, err)
		}
		if !strings.HasPrefix(got, x.want) {
			t.Errorf("%s as %s: got %s, want %s", x.text, x.kinds, got, x.want)
		}
	}
}

// TestComplete offers what begins so, in full or by its name alone.
func TestComplete(t *testing.T) {
	r := incident(t)
	for _, x := range []struct{ text, kinds, want string }{
		{"an", "identity", "github:ana github:ana-admin"},
		{"github:an", "identity", "github:ana github:ana-admin"},
		{"acme/a", "repository", "acme/api acme/attic"},
		{"AN", "credential", "ANATOKEN0000000000000000000000000000000000000"},
		{"_", "identity", ""},
	} {
		all, err := r.Complete(context.Background(), x.text, strings.Split(x.kinds, ",")...)
		must(t, err)
		var names []string
		for _, s := range all {
			names = append(names, s.Name)
		}
		if got := strings.Join(names, " "); got != x.want {
			t.Errorf("%s: got %s, want %s", x.text, got, x.want)
		}
	}
}

// TestSeveralAreNotTakenForAll names twenty, and says that there are more.
func TestSeveralAreNotTakenForAll(t *testing.T) {
	facts := filepath.Join(t.TempDir(), "facts.sql")
	must(t, os.WriteFile(facts, []byte(`
		INSERT INTO identity_form (identity_id, identity, kind, name, sso)
		SELECT 900000 + i, 'github:n' || lpad(i::VARCHAR, 2, '0'), 'human', 'n', CASE WHEN i < 20 THEN 'twenty' ELSE 'more' END FROM range(41) AS t(i)`), 0o600))
	r := published(t, filepath.Join(fixtures, "events.ndjson"), facts)
	for text, want := range map[string]bool{"twenty": false, "more": true} {
		_, err := r.Resolve(context.Background(), text, "identity")
		if got := strings.Contains(fmt.Sprint(err), ", and more: name one in full"); got != want || strings.Count(fmt.Sprint(err), `identity "github:n`) != 20 {
			t.Errorf("%s: %v", text, err)
		}
	}
}

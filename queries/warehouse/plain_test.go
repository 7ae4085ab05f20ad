package warehouse

import "testing"

func TestPlainLines(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a b\tc\n", "a b\tc\n"},
		{"a\r\nb\r\n", "a\nb\n"},
		{"a\rb\n", "a\ufffdb\n"},
		{"a\x00b\x01c\xffd\n", "a\ufffdb\ufffdc\ufffdd\n"},
		{"ünï\x1b[31m\n", "ünï\x1b[31m\n"},
	} {
		if got := string(plainLines([]byte(c.in))); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

// TestGluedRecords loads two records that share a line, as "cat a b" makes them
// where a has no line end, and a record with rubbish behind it: all records are read,
// and the rubbish is told.
func TestGluedRecords(t *testing.T) {
	w := openTest(t)
	out := loadText(t, w, "github", githubRecord(`"_document_id":"a"`)+githubRecord(`"_document_id":"b"`), githubRecord(`"_document_id":"c"`)+" rubbish", githubRecord(`"_document_id":"d"`))
	if out.Quarantined != 1 {
		t.Errorf("got %+v, want one record in quarantine", out)
	}
	expect(t, w, "SELECT event_id FROM event ORDER BY 1", "a", "b", "c", "d")
}

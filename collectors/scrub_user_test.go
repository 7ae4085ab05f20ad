package collectors_test

import (
	"testing"

	"midwatch/collectors"
)

// Two tokens that stand as users stay two users, none of which can be read; what only
// looks like a token stays.
func TestTokensAsUsersKeepADigest(t *testing.T) {
	t.Parallel()
	const hex, other = "0123456789abcdef0123456789abcdef01234567", "1123456789abcdef0123456789abcdef01234567"
	const digest = "REDACTED-deb87fabd17715bb"
	access := func(user string) string {
		return "203.0.113.3 - " + user + ` [12/Nov/2026:17:31:32 +0100] "GET /a/` + hex + `/b HTTP/1.1" 200 1`
	}
	tests := []struct{ name, in, want string }{
		{"access log", access(hex), access(digest)},
		{"Gerrit", "203.0.113.3 [HTTP-12] - " + hex + " [2026-11-12T16:31:32.000Z] ok", "203.0.113.3 [HTTP-12] - " + digest + " [2026-11-12T16:31:32.000Z] ok"},
		{"Bitbucket", "203.0.113.3 | https | o1x2 | " + hex + " | 2026-11-12", "203.0.113.3 | https | o1x2 | " + digest + " | 2026-11-12"},
		{"JSON", `{"remote_user":"` + hex + `","sha":"` + other + `"}`, `{"remote_user":"` + digest + `","sha":"` + other + `"}`},
		{"JSON in a text", `{"log":"{\"user\":\"` + hex + `\"}"}`, `{"log":"{\"user\":\"` + digest + `\"}"}`},
		{"logfmt", "user=" + hex + " id=" + other, "user=" + digest + " id=" + other},
		{"known prefix", access("glpat-AAAAAAAAAAAAAAAAAAAA"), access("glpat-REDACTED-cdd8900684b9143b")},
		{"another of it", access("glpat-BBBBBBBBBBBBBBBBBBBB"), access("glpat-REDACTED-620b91fb7c928aaa")},
		{"base64", access("nZ8xQm7Lk2Vb9Tn4Rw6Yp3Hd5Jc0Fs1Ga8Ue+A=="), access("REDACTED-808f49d5ee3bca27")},
		{"in a URL nothing of it", `{"user":"https://` + hex + `@h/"}`, `{"user":"https://REDACTED@h/"}`},
		{"a name", access("maria-christina.longlastname-2026-Berlin"), access("maria-christina.longlastname-2026-Berlin")},
		{"a service's name", access("2f1d9B3c-0a1b-4C2d-8e3f-0123456789ab"), access("2f1d9B3c-0a1b-4C2d-8e3f-0123456789ab")},
		{"39 digits", access(hex[1:]), access(hex[1:])},
		{"what an earlier scrubbing left", access("github_pat_" + digest), access("github_pat_" + digest)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := string(collectors.Scrub(collectors.Record(test.in)))
			if got != test.want {
				t.Errorf("Scrub(%s)\n got %s\nwant %s", test.in, got, test.want)
			}
			if again := string(collectors.Scrub(collectors.Record(got))); again != got {
				t.Errorf("scrubbing again gave %s", again)
			}
		})
	}
}

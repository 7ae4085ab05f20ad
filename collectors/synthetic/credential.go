package synthetic

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// The texts GitHub writes into programmatic_access_type.
const (
	classicToken   = "Personal access token (classic)"
	fineGrained    = "Fine-grained personal access token"
	oauthToken     = "OAuth access token"
	appToken       = "GitHub App server-to-server token"
	userToServer   = "GitHub App user-to-server token"
	sshKey         = "SSH key"
	deployKey      = "Deploy key"
	browserSession = ""
)

// credential is a token or key as the log shows it: by hash and number.
type credential struct {
	kind string
	hash string
	id   int64
	ssh  bool
}

// browser is no credential: somebody logged in on the website.
var browser = &credential{kind: browserSession}

func newCredential(r *rand.Rand, kind string) *credential {
	var sum [32]byte
	for i := range 4 {
		binary.LittleEndian.PutUint64(sum[8*i:], r.Uint64())
	}
	c := &credential{kind: kind, hash: base64.StdEncoding.EncodeToString(sum[:]), ssh: kind == sshKey || kind == deployKey}
	c.id = int64(whole(r, 1_200_000_000, 2_900_000_000))
	if c.ssh {
		c.id = int64(whole(r, 90_000_000, 130_000_000))
	}
	return c
}

// rotating is a credential that is replaced every period: an installation token
// lives one hour, an app's token for a person eight
// (https://docs.github.com/en/organizations/managing-programmatic-access-to-your-organization/github-credential-types).
type rotating struct {
	seed   uint64
	label  string
	kind   string
	period int64
	issued map[int64]*credential
}

func newRotating(seed uint64, label, kind string, period int64) *rotating {
	return &rotating{seed, label, kind, period, map[int64]*credential{}}
}

// at gives the credential in force at a time.
func (o *rotating) at(ms int64) *credential {
	n := ms / o.period
	c := o.issued[n]
	if c == nil {
		c = newCredential(source(o.seed, fmt.Sprintf("token/%s/%d", o.label, n)), o.kind)
		o.issued[n] = c
		o.forget(n)
	}
	return c
}

// forget drops what can no longer be asked for; a step looks two days around it.
func (o *rotating) forget(n int64) {
	keep := 4*oneDay/o.period + 2
	if int64(len(o.issued)) <= 2*keep {
		return
	}
	for k := range o.issued {
		if k < n-keep {
			delete(o.issued, k)
		}
	}
}

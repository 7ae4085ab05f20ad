package stream

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
)

// writeCertificate makes a certificate for 127.0.0.1 that ends at a time.
func writeCertificate(t *testing.T, dir string, serial int64, until time.Time) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: until.AddDate(-1, 0, 0), NotAfter: until, DNSNames: []string{"localhost"}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		// Whatever the clock of the file system: each certificate is a newer file.
		at := noon.Add(time.Duration(serial) * time.Minute)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

func TestARenewedCertificateIsTakenWithoutARestart(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := writeCertificate(t, dir, 1, time.Now().AddDate(0, 6, 0))
	l, err := Listen("127.0.0.1:0", certFile, keyFile, false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	secure := l.Secure(l.Listener)
	go func() {
		for {
			c, err := secure.Accept()
			if err != nil {
				return
			}
			_ = c.(*tls.Conn).Handshake()
		}
	}()
	serial := func() int64 {
		c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Errorf("certificate %d", got)
	}
	writeCertificate(t, dir, 2, time.Now().AddDate(0, 6, 0))
	if got := serial(); got != 2 {
		t.Errorf("after renewal certificate %d", got)
	}
	if err := os.WriteFile(certFile, []byte("half written"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("with a broken file certificate %d", got)
	}
}

func TestPlainHTTPIsOnlyForLoopbackAndOnlyWhenAskedFor(t *testing.T) {
	certFile, keyFile := writeCertificate(t, t.TempDir(), 1, time.Now().AddDate(0, 6, 0))
	for name, c := range map[string]struct {
		address, cert, key string
		plain              bool
		want               string
	}{
		"no certificate":         {"127.0.0.1:0", "", "", false, "there is no certificate"},
		"all addresses":          {"0.0.0.0:0", "", "", true, "only for a loopback address"},
		"no address named":       {":0", "", "", true, "only for a loopback address"},
		"a name":                 {"localhost:0", "", "", true, "only for a loopback address"},
		"both":                   {"127.0.0.1:0", certFile, keyFile, true, "take one of them away"},
		"a key that is not here": {"127.0.0.1:0", certFile, keyFile + "x", false, "no such file"},
		"plain":                  {"127.0.0.1:0", "", "", true, ""},
		"plain on IPv4 loopback": {"127.8.8.8:0", "", "", true, ""},
		"TLS":                    {"127.0.0.1:0", certFile, keyFile, false, ""},
	} {
		l, err := Listen(c.address, c.cert, c.key, c.plain)
		if err == nil {
			_ = l.Close()
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestCheckNamesEachThingThatWouldLoseEvents(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := writeCertificate(t, dir, 1, noon.Add(expiring))
	c, err := New(CollectorOptions{Words: plain{}.Words(), Dir: dir, Address: "0.0.0.0:443", CertFile: certFile, KeyFile: keyFile})
	if err != nil {
		t.Fatal(err)
	}
	find := func(now time.Time) map[string]collectors.Status {
		checks, err := c.Check(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]collectors.Status{}
		for _, k := range checks {
			got[k.Name] = k.Status
		}
		return got
	}
	if got := find(noon); got["receiver"] != collectors.Failed || got["certificate"] != collectors.OK {
		t.Errorf("never started, a month of certificate left: %v", got)
	}
	alive := status{AliveAt: noon, Running: true, ReceivedAt: noon.Add(-quietEvents)}
	for name, step := range map[string]struct {
		change func(*status)
		now    time.Time
		check  string
		want   collectors.Status
	}{
		"running":            {nil, noon.Add(silent - 1), "receiver", collectors.OK},
		"dead":               {nil, noon.Add(silent), "receiver", collectors.Failed},
		"ended by itself":    {func(s *status) { s.Running = false }, noon, "receiver", collectors.Failed},
		"disk full":          {func(s *status) { s.Failing = "disk full" }, noon, "receiver", collectors.Failed},
		"events":             {nil, noon, "events", collectors.OK},
		"quiet":              {nil, noon.Add(1), "events", collectors.Warning},
		"no event ever":      {func(s *status) { s.ReceivedAt = time.Time{} }, noon, "events", collectors.Warning},
		"a crowd":            {func(s *status) { s.Silenced = 2 }, noon, "crowd", collectors.Warning},
		"wrong tokens":       {func(s *status) { s.WrongToken = 2 }, noon, "wrong token", collectors.Warning},
		"less than a month":  {nil, noon.Add(1), "certificate", collectors.Warning},
		"certificate is out": {nil, noon.Add(expiring), "certificate", collectors.Failed},
	} {
		s := alive
		if step.change != nil {
			step.change(&s)
		}
		if err := s.write(dir); err != nil {
			t.Fatal(err)
		}
		if got := find(step.now)[step.check]; got != step.want {
			t.Errorf("%s: %s is %q, want %q", name, step.check, got, step.want)
		}
	}
}

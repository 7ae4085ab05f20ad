package stream

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Listener is an open address, with the TLS that it is served with.
type Listener struct {
	net.Listener
	tls *tls.Config
}

// Secure puts TLS over a listener, where there is any.
func (l *Listener) Secure(below net.Listener) net.Listener {
	if l.tls == nil {
		return below
	}
	return tls.NewListener(below, l.tls)
}

// Listen opens the address, with TLS where a certificate is named. Plain HTTP
// must be asked for and is only for loopback addresses: the token would else go
// over the network readable. A certificate that is renewed on disk is taken
// without a restart.
func Listen(address, certFile, keyFile string, plain bool) (*Listener, error) {
	switch {
	case plain && certFile != "":
		return nil, fmt.Errorf("stream: plain HTTP is asked for and a certificate is named: take one of them away")
	case plain && !isLoopback(address):
		return nil, fmt.Errorf("stream: plain HTTP is only for a loopback address such as 127.0.0.1:8080, and %q is none: name tls_cert_file and tls_key_file", address)
	case !plain && certFile == "":
		return nil, fmt.Errorf("stream: there is no certificate: name tls_cert_file and tls_key_file, or give --plain-http with a loopback address behind a proxy that ends TLS")
	}
	var config *tls.Config
	if !plain {
		c := &certificate{certFile: certFile, keyFile: keyFile}
		if _, err := c.get(nil); err != nil {
			return nil, err
		}
		config = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"http/1.1"}}
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("stream: listen on %q: %w; name a free address as host:port under listen", address, err)
	}
	return &Listener{Listener: l, tls: config}, nil
}

// certificate is read again when its file has changed.
type certificate struct {
	certFile, keyFile string

	mu   sync.Mutex
	pair *tls.Certificate
	read time.Time
}

// get returns the certificate. One that cannot be read again leaves the one
// before in use.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.certFile)
	if err == nil && c.pair != nil && info.ModTime().Equal(c.read) {
		return c.pair, nil
	}
	var pair tls.Certificate
	if err == nil {
		pair, err = tls.LoadX509KeyPair(c.certFile, c.keyFile)
	}
	switch {
	case err == nil:
		c.pair, c.read = &pair, info.ModTime()
	case c.pair == nil:
		return nil, fmt.Errorf("stream: read the certificate: %w; make tls_cert_file and tls_key_file PEM files of one certificate", err)
	}
	return c.pair, nil
}

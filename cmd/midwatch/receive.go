package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"midwatch/collectors"
	"midwatch/collectors/gitlab"
	"midwatch/collectors/hec"
	"midwatch/collectors/spool"
	"midwatch/collectors/stream"
)

func newReceive(a *app) *cobra.Command {
	var plain bool
	c := &cobra.Command{
		Use:   "receive [SOURCE...]",
		Short: "Take the audit-event streams of GitHub and GitLab over HTTPS",
		Long: `Runs the HTTPS endpoints that hosts stream their audit events to, until it is told
to end (SIGTERM or Ctrl-C): for each source of kind gitlab or hec, or for those that
are named. Run it as a service that is started again by itself: GitLab never sends
again what it could not deliver, and GitHub for some days only.

An event is answered 200 only when it is on disk, in the spool that "collect"
takes from; the database is not touched. A source of kind gitlab takes one event a
request with the token in X-Gitlab-Event-Streaming-Token. A source of kind hec is a
Splunk HTTP Event Collector (/services/collector, /event, /raw, /ack, /health) and on
any other path an HTTPS Event Collector: JSON objects one after the other or lists of
them, also with gzip, with the token in Authorization.

Requests without the right token are answered 401 or 403, and hold nothing: their
connections are bounded, in all and for each address, and make room for one another.
What had to be refused, and the time in which nothing could be received, are gaps
that every report names. GET /health answers 200 while events can be kept and 503
while they cannot.

Where the configuration has "ask" with listen, it also serves the pages on which
people answer "midwatch ask"; where sources are named, it does not.`,
		Example: "  midwatch receive\n  midwatch receive github-stream\n  midwatch receive --plain-http   # behind a proxy on this machine that ends TLS",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			sources, err := cfg.receivers(args)
			if err != nil {
				return usageError{err}
			}
			if len(args) > 0 {
				cfg.Ask.Listen = "" // only what is named
			}
			return a.receive(c, cfg, sources, plain)
		},
	}
	c.Flags().BoolVar(&plain, "plain-http", false, "no TLS; only where the addresses are loopback ones")
	return c
}

// dialectOf is how the senders of a kind of source speak, and how large a body of
// theirs may be by default; nil for a source that nobody pushes to.
func dialectOf(kind string) (dialect stream.Dialect, maxBody int64) {
	switch kind {
	case "gitlab":
		return gitlab.Dialect{}, gitlab.MaxBody
	case "hec":
		return hec.New(), hec.MaxBody
	}
	return nil, 0
}

// receives says whether a source is one that hosts push to.
func receives(s SourceConfig) bool {
	dialect, _ := dialectOf(s.Kind)
	return dialect != nil
}

// receivers are the configured sources that are meant: those named, or all.
func (c *Config) receivers(names []string) ([]SourceConfig, error) {
	var all []SourceConfig
	known := map[string]bool{}
	for _, s := range c.Sources {
		if receives(s) {
			all, known[s.Name] = append(all, s), true
		}
	}
	if len(all) == 0 && (len(names) > 0 || c.Ask.Listen == "") {
		return nil, fmt.Errorf("%s: no source is of kind gitlab or hec: `midwatch init --print` shows one", c.path)
	}
	if len(names) == 0 {
		return all, nil
	}
	var named []SourceConfig
	for _, s := range all {
		for _, name := range names {
			if s.Name == name {
				named = append(named, s)
				break
			}
		}
	}
	for _, name := range names {
		if !known[name] {
			return nil, fmt.Errorf("%s: no source of kind gitlab or hec is named %q", c.path, name)
		}
	}
	return named, nil
}

// receive runs the receivers of sources until the command's context is over. All
// listen before any takes an event, so that a wrong setting starts none.
func (a *app) receive(c *cobra.Command, cfg *Config, sources []SourceConfig, plain bool) error {
	var all []*receiving
	defer func() {
		for _, r := range all {
			_ = r.listener.Close()
		}
	}()
	for _, s := range sources {
		r := &receiving{SourceConfig: s}
		if err := r.listen(plain); err != nil {
			return usageError{fmt.Errorf("%s: source %s: %w", cfg.path, s.Name, err)}
		}
		all = append(all, r)
	}
	pages, err := cfg.answersListener(plain)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(c.Context())
	if pages != nil {
		defer pages.Close()
		group.Go(func() error { return a.serveAnswers(ctx, cfg, pages, a.log(c)) })
	}
	for _, r := range all {
		group.Go(func() error {
			if err := r.run(ctx, a, c, cfg, plain); err != nil {
				return fmt.Errorf("source %s: %w", r.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// receiving is a source while it is received.
type receiving struct {
	SourceConfig
	token    string
	listener *stream.Listener
}

// listen reads the token and opens the address.
func (r *receiving) listen(plain bool) (err error) {
	if r.token, err = secret(r.TokenEnv, r.TokenFile); err != nil {
		return err
	}
	r.listener, err = stream.Listen(r.Listen, r.TLSCertFile, r.TLSKeyFile, plain)
	return err
}

// run takes events until ctx is over.
func (r *receiving) run(ctx context.Context, a *app, c *cobra.Command, cfg *Config, plain bool) (err error) {
	kept, err := spool.Open(cfg.Spool, r.Name)
	if err != nil {
		return err
	}
	sealer, err := kept.Lock(formatOf(r.SourceConfig), time.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sealer.Close()) }()
	// Read under the lock: it says which journals are sealed.
	from, err := kept.Checkpoint()
	if err != nil {
		return err
	}
	dialect, maxBody := dialectOf(r.Kind)
	if r.MaxBody > 0 {
		maxBody = r.MaxBody
	}
	receiver, err := stream.NewReceiver(ctx, stream.Options{
		Dialect: dialect, Dir: filepath.Join(cfg.Spool, r.Name), Token: r.token, Sealer: sealer, From: from,
		MaxBody: maxBody, MaxMemory: r.MaxMemory, MaxRate: r.MaxRate, Now: time.Now, Logger: a.log(c),
	})
	if err != nil {
		return err
	}
	a.log(c).Info("receiving", "source", r.Name, "address", r.listener.Addr().String(), "tls", !plain)
	return receiver.Serve(ctx, r.listener)
}

// checkReceiver finds what is wrong with a receiver's settings.
func checkReceiver(s SourceConfig) error {
	_, maxBody := dialectOf(s.Kind)
	switch {
	case s.Listen == "":
		return errors.New("listen: name the address to receive on, such as 0.0.0.0:8443")
	case s.TokenEnv == "" && s.TokenFile == "":
		return errors.New("name token_env or token_file")
	case s.MaxBody < 0 || s.MaxMemory < 0 || s.MaxRate < 0:
		return errors.New("max_body, max_memory and max_rate cannot be below 0; 0 is the default")
	case s.MaxMemory > 0 && s.MaxMemory < max(s.MaxBody, maxBody):
		return fmt.Errorf("max_memory must hold at least one body of max_body (%d bytes by default)", maxBody)
	}
	return nil
}

// newReceived makes the collector that looks after a receiver.
func newReceived(dir string, s SourceConfig) (collectors.Collector, error) {
	_, err := secret(s.TokenEnv, s.TokenFile)
	dialect, _ := dialectOf(s.Kind)
	return stream.New(stream.CollectorOptions{
		Words: dialect.Words(), Dir: filepath.Join(dir, s.Name), Address: s.Listen, CertFile: s.TLSCertFile, KeyFile: s.TLSKeyFile, TokenErr: err,
	})
}

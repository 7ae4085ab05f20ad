package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"midwatch/collectors"
	"midwatch/collectors/gitlab"
	"midwatch/collectors/spool"
)

func newReceive(a *app) *cobra.Command {
	var plain bool
	c := &cobra.Command{
		Use:   "receive [SOURCE]",
		Short: "Take GitLab's audit-event stream over HTTPS",
		Long: `Runs the HTTPS endpoint that GitLab streams its audit events to, until it is told
to end (SIGTERM or Ctrl-C). Run it as a service that is started again by itself:
GitLab never sends again what it could not deliver.

An event is answered 200 only when it is on disk, in the spool that "collect"
takes from; the database is not touched. Requests without the right token in
X-Gitlab-Event-Streaming-Token are answered 401. What had to be refused, and the
time in which the receiver did not run, are gaps that every report names.
GET /health answers 200 while events can be kept and 503 while they cannot.

SOURCE is needed only where several sources of kind gitlab are configured.`,
		Example: "  midwatch receive\n  midwatch receive --plain-http   # behind a proxy on this machine that ends TLS",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			s, err := cfg.receiver(args)
			if err != nil {
				return usageError{err}
			}
			return a.receive(c, cfg, s, plain)
		},
	}
	c.Flags().BoolVar(&plain, "plain-http", false, "no TLS; only where the address is a loopback one")
	return c
}

// receiver is the configured source that is meant.
func (c *Config) receiver(names []string) (SourceConfig, error) {
	var all []SourceConfig
	for _, s := range c.Sources {
		if s.Kind == "gitlab" && (len(names) == 0 || names[0] == s.Name) {
			all = append(all, s)
		}
	}
	switch {
	case len(all) == 1:
		return all[0], nil
	case len(names) == 1:
		return SourceConfig{}, fmt.Errorf("%s: no source of kind gitlab is named %q", c.path, names[0])
	case len(all) == 0:
		return SourceConfig{}, fmt.Errorf("%s: no source is of kind gitlab: `midwatch init --print` shows one", c.path)
	}
	return SourceConfig{}, fmt.Errorf("%s: several sources are of kind gitlab: say which one to receive", c.path)
}

// receive runs a source's receiver until the command's context is over.
func (a *app) receive(c *cobra.Command, cfg *Config, s SourceConfig, plain bool) (err error) {
	token, err := secret(s.TokenEnv, s.TokenFile)
	if err != nil {
		return usageError{fmt.Errorf("%s: source %s: %w", cfg.path, s.Name, err)}
	}
	l, err := gitlab.Listen(s.Listen, s.TLSCertFile, s.TLSKeyFile, plain)
	if err != nil {
		return usageError{fmt.Errorf("%s: source %s: %w", cfg.path, s.Name, err)}
	}
	defer l.Close()
	kept, err := spool.Open(cfg.Spool, s.Name)
	if err != nil {
		return err
	}
	sealer, err := kept.Lock(formatOf(s), time.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sealer.Close()) }()
	// Read under the lock: it says which journals are sealed.
	from, err := kept.Checkpoint()
	if err != nil {
		return err
	}
	r, err := gitlab.NewReceiver(c.Context(), gitlab.Options{
		Dir: filepath.Join(cfg.Spool, s.Name), Token: token, Sealer: sealer, From: from,
		MaxBody: s.MaxBody, MaxMemory: s.MaxMemory, MaxRate: s.MaxRate, Now: time.Now, Logger: a.log(c),
	})
	if err != nil {
		return err
	}
	a.log(c).Info("receiving", "source", s.Name, "address", l.Addr().String(), "tls", !plain)
	return r.Serve(c.Context(), l)
}

// checkGitLab finds what is wrong with a receiver's settings.
func checkGitLab(s SourceConfig) error {
	switch {
	case s.Listen == "":
		return errors.New("listen: name the address to receive on, such as 0.0.0.0:8443")
	case s.TokenEnv == "" && s.TokenFile == "":
		return errors.New("name token_env or token_file")
	case s.MaxBody < 0 || s.MaxMemory < 0 || s.MaxRate < 0:
		return errors.New("max_body, max_memory and max_rate cannot be below 0; 0 is the default")
	case s.MaxMemory > 0 && s.MaxMemory < max(s.MaxBody, 1<<20):
		return errors.New("max_memory must hold at least one body of max_body (1 MiB by default)")
	}
	return nil
}

// newGitLab makes the collector that looks after a receiver.
func newGitLab(dir string, s SourceConfig) (collectors.Collector, error) {
	_, err := secret(s.TokenEnv, s.TokenFile)
	return gitlab.New(gitlab.CollectorOptions{
		Dir: filepath.Join(dir, s.Name), Address: s.Listen, CertFile: s.TLSCertFile, KeyFile: s.TLSKeyFile, TokenErr: err,
	})
}

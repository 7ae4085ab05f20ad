package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"midwatch/analyzer/night"
	"midwatch/collectors"
	"midwatch/collectors/files"
	"midwatch/collectors/github"
	"midwatch/collectors/gitlab"
	"midwatch/collectors/hec"
	"midwatch/collectors/spool"
	"midwatch/queries"
)

// kinds is THE list of ways of collecting.
var kinds = []string{"files", "github", "gitlab", "hec"}

// checkSource finds what is wrong with one source's settings.
func checkSource(s SourceConfig, formats []queries.Script) error {
	if !slices.Contains(kinds, s.Kind) {
		return fmt.Errorf("kind %q is not one of: %s", s.Kind, strings.Join(kinds, ", "))
	}
	if _, err := queries.Named(formats, formatOf(s)); err != nil && (s.Kind != "files" || s.Format != "") {
		return fmt.Errorf("format: %w", err)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil {
		return fmt.Errorf("time_zone: %q is no zone such as Europe/Berlin", s.TimeZone)
	}
	switch {
	case s.Kind == "files" && len(s.Paths) == 0:
		return fmt.Errorf("paths: name the files, globs or folders to read, or \"-\" for standard input")
	case s.Kind == "github":
		return checkGitHub(s)
	case receives(s):
		return checkReceiver(s)
	}
	return nil
}

// checkGitHub finds what is wrong with the settings of an audit log.
func checkGitHub(s SourceConfig) error {
	token, app := s.TokenEnv != "" || s.TokenFile != "", s.App != AppConfig{}
	switch {
	case (s.Organisation == "") == (s.Enterprise == ""):
		return fmt.Errorf("name either organisation or enterprise")
	case token == app:
		return fmt.Errorf("name either token_env or token_file, or an app")
	case app && (s.App.ID <= 0 || s.App.Installation <= 0 || s.App.PrivateKeyFile == ""):
		return fmt.Errorf("app: give it all of id, installation and private_key_file: the numbers stand in the app's settings, and at the end of the address of its installation's")
	}
	// A number without a unit would be taken for nanoseconds.
	for _, d := range []struct {
		key   string
		value time.Duration
	}{{"overlap", s.Overlap}, {"timeout", s.Timeout}} {
		if d.value != 0 && d.value < time.Millisecond {
			return fmt.Errorf("%s: write it with its unit, such as 45m or 60s", d.key)
		}
	}
	return nil
}

// formatOf is the format of a source's records; some ways of collecting have
// only one.
func formatOf(s SourceConfig) string {
	only := map[string]string{"github": "github", "gitlab": gitlab.Format, "hec": hec.Format}
	if s.Format == "" {
		return only[s.Kind]
	}
	return s.Format
}

// open makes the collectors of the configured sources.
func (c *Config) open(log *slog.Logger) ([]night.Source, error) {
	if len(c.Sources) == 0 {
		return nil, usageError{fmt.Errorf("%s: sources: there are none; name at least one", c.path)}
	}
	var all []night.Source
	for _, s := range c.Sources {
		kept, err := spool.Open(c.Spool, s.Name)
		if err != nil {
			return nil, err
		}
		from, damage := kept.Checkpoint()
		var col collectors.Collector
		sealing := night.NoSegments
		switch s.Kind {
		case "files":
			col, err = files.New(files.Options{Paths: s.Paths})
		case "github":
			sealing = night.LockFirst
			col, err = newGitHub(s, from, log)
		case "gitlab", "hec":
			sealing = night.LockLate
			col, err = newReceived(c.Spool, s)
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("%s: source %s: %w", c.path, s.Name, err)}
		}
		all = append(all, night.Source{
			Name: s.Name, Kind: s.Kind, Format: formatOf(s), TimeZone: s.TimeZone, Collector: col, Formats: c.formats,
			Spool: kept, From: from, Damage: damage, Sealing: sealing,
		})
	}
	return all, nil
}

// newGitHub reads the secrets that a source names and makes its collector.
func newGitHub(s SourceConfig, at collectors.Checkpoint, log *slog.Logger) (collectors.Collector, error) {
	o := github.Options{
		Organization: s.Organisation, Enterprise: s.Enterprise, BaseURL: s.BaseURL,
		Include: s.Include, Phrase: s.Phrase, Overlap: s.Overlap, Timeout: s.Timeout, Retries: s.Retries, Checkpoint: at, Logger: log,
	}
	if s.App.ID != 0 {
		key, err := os.ReadFile(filepath.Clean(s.App.PrivateKeyFile))
		if err != nil {
			return nil, fmt.Errorf("app.private_key_file: %w", err)
		}
		o.App = &github.App{ID: s.App.ID, InstallationID: s.App.Installation, PrivateKey: key}
		return github.New(o)
	}
	token, err := secret(s.TokenEnv, s.TokenFile)
	if err != nil {
		return nil, err
	}
	o.Token = func(context.Context) (string, error) { return token, nil }
	return github.New(o)
}

// secret reads a secret from an environment variable or a file.
func secret(env, file string) (string, error) {
	if env != "" {
		if v := strings.TrimSpace(os.Getenv(env)); v != "" {
			return v, nil
		}
		if file == "" {
			return "", fmt.Errorf("token_env: the environment variable %s is empty: set it to the token", env)
		}
	}
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return "", fmt.Errorf("token_file: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", fmt.Errorf("token_file: %s is empty: write the token into it", file)
	}
	return token, nil
}

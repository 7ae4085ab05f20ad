package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/viper"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries"
)

// Config is the configuration file. Paths in it are relative to its folder.
// Secrets never stand in it: it names the environment variable or the file that
// holds them.
type Config struct {
	// Database is the file that everything is kept in.
	Database string `mapstructure:"database"`
	// Snapshot is the copy that analysts read; beside the database by default.
	Snapshot string `mapstructure:"snapshot"`
	// Spool is the folder where pulled records are kept as received.
	Spool string `mapstructure:"spool"`
	// Reports is the folder that each night's reports go to.
	Reports string `mapstructure:"reports"`
	// Formats is a folder of further log formats, one .sql a format; "" is none.
	Formats string `mapstructure:"formats"`
	// Cases is the folder that investigators' cases are kept in.
	Cases string `mapstructure:"cases"`
	// MemoryLimit, Threads and TempDirectory bound the database.
	MemoryLimit   string `mapstructure:"memory_limit"`
	Threads       int    `mapstructure:"threads"`
	TempDirectory string `mapstructure:"temp_directory"`
	// RetentionDays is how long the spool keeps what is loaded.
	RetentionDays int            `mapstructure:"retention_days"`
	Sources       []SourceConfig `mapstructure:"sources"`
	Enrich        EnrichConfig   `mapstructure:"enrich"`
	List          ListConfig     `mapstructure:"list"`
	Notify        NotifyConfig   `mapstructure:"notify"`
	Ask           AskConfig      `mapstructure:"ask"`
	// OCSF says how findings.ocsf.jsonl is written.
	OCSF OCSFConfig `mapstructure:"ocsf"`

	// path is where it was read from; formats are those of the binary and of the folder.
	path    string
	formats []queries.Script
}

// SourceConfig is one source of records.
type SourceConfig struct {
	// Name it is known by in reports; letters, digits, dot, dash, underscore.
	Name string `mapstructure:"name"`
	// Kind is the way of collecting, Format what its records are.
	Kind   string `mapstructure:"kind"`
	Format string `mapstructure:"format"`
	// Paths are files, globs and folders, or "-" (kind files).
	Paths []string `mapstructure:"paths"`
	// TimeZone of times that are written without one, such as Europe/Berlin.
	TimeZone string `mapstructure:"time_zone"`
	// Organisation or Enterprise whose audit log is read (kind github).
	Organisation string `mapstructure:"organisation"`
	Enterprise   string `mapstructure:"enterprise"`
	// BaseURL of a GitHub Enterprise Server, such as https://git.example/api/v3/.
	BaseURL string `mapstructure:"base_url"`
	// Include is web, git or all; Phrase a search phrase to be added.
	Include string `mapstructure:"include"`
	Phrase  string `mapstructure:"phrase"`
	// Overlap is how far before the newest record each run begins again.
	Overlap time.Duration `mapstructure:"overlap"`
	// Timeout of one request, 60s by default, and Retries of one that failed and
	// may pass, 6 by default.
	Timeout time.Duration `mapstructure:"timeout"`
	Retries int           `mapstructure:"retries"`
	// TokenEnv or TokenFile holds a personal access token.
	TokenEnv  string `mapstructure:"token_env"`
	TokenFile string `mapstructure:"token_file"`
	// Listen is the address that events are received on, as host:port (kinds gitlab and hec).
	Listen string `mapstructure:"listen"`
	// TLSCertFile and TLSKeyFile are the receiver's certificate, PEM.
	TLSCertFile string `mapstructure:"tls_cert_file"`
	TLSKeyFile  string `mapstructure:"tls_key_file"`
	// MaxBody and MaxMemory in bytes and MaxRate in requests a second bound what
	// a receiver takes; 0 is the default.
	MaxBody   int64 `mapstructure:"max_body"`
	MaxMemory int64 `mapstructure:"max_memory"`
	MaxRate   int   `mapstructure:"max_rate"`
	// App reads as a GitHub App installation instead.
	App AppConfig `mapstructure:"app"`
}

// AppConfig is a GitHub App installation.
type AppConfig struct {
	ID             int64  `mapstructure:"id"`
	Installation   int64  `mapstructure:"installation"`
	PrivateKeyFile string `mapstructure:"private_key_file"`
}

// EnrichConfig names what is known around an access.
type EnrichConfig struct {
	// Networks is a CSV of prefix,asn,as_name,country,kind.
	Networks string `mapstructure:"networks"`
	// ASNFile and CountryFile are files in MaxMind's format, for the addresses
	// that Networks says nothing of.
	ASNFile     string `mapstructure:"asn_file"`
	CountryFile string `mapstructure:"country_file"`
	// Roster is a CSV of who is behind which identity, Repositories of what
	// matters, Credentials of which should be dead, Secrets of open alerts.
	Roster       string `mapstructure:"roster"`
	Repositories string `mapstructure:"repositories"`
	Credentials  string `mapstructure:"credentials"`
	Secrets      string `mapstructure:"secrets"`
	// Mirrors are repositories whose own history is read: who contributed.
	Mirrors []MirrorConfig `mapstructure:"mirrors"`
}

// ListConfig says what is listed.
type ListConfig struct {
	// Expected is how many benign identities a night may be expected to look as
	// unusual as the last one listed.
	Expected float64 `mapstructure:"expected"`
	// Rows is the most that are listed on a night.
	Rows int `mapstructure:"rows"`
}

// OCSFConfig says how findings are written for a SIEM.
type OCSFConfig struct {
	// Version of the schema, one of report.OCSFVersions.
	Version string `mapstructure:"version"`
}

// reports is where and how a night's reports are written.
func (c *Config) reports() night.Reports {
	return night.Reports{Folder: c.Reports, OCSF: c.OCSF.Version}
}

// loadConfig reads the configuration. Unknown keys, wrong types and missing
// settings are errors that name the file and the key.
func (a *app) loadConfig() (*Config, error) {
	path, v := a.config(), viper.New()
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	v.SetDefault("database", "midwatch.duckdb")
	v.SetDefault("spool", "spool")
	v.SetDefault("reports", "reports")
	v.SetDefault("cases", "cases")
	v.SetDefault("memory_limit", "2GB")
	v.SetDefault("retention_days", 90)
	list := analyzer.Default().Calibration
	v.SetDefault("list.expected", list.ListAt)
	v.SetDefault("list.rows", list.ListMost)
	v.SetDefault("ask.days", 3)
	v.SetDefault("ocsf.version", report.OCSFVersions[0])
	if err := v.ReadInConfig(); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, usageError{fmt.Errorf("there is no %s: write one with `midwatch init`, or name yours with --config", path)}
		}
		return nil, usageError{fmt.Errorf("reading %s: %w", path, err)}
	}
	c := &Config{path: path}
	if err := v.UnmarshalExact(c); err != nil {
		return nil, usageError{fmt.Errorf("%s: %s", path, explainKeys(err))}
	}
	c.resolve()
	return c, c.check()
}

// invalidKeys finds what the decoder says of keys it does not know.
var invalidKeys = regexp.MustCompile(`'([^']*)' has invalid keys: (.+)`)

// explainKeys turns the decoder's words into a person's.
func explainKeys(err error) string {
	var lines []string
	for _, m := range invalidKeys.FindAllStringSubmatch(err.Error(), -1) {
		where := ""
		if m[1] != "" {
			where = " under " + strings.ToLower(m[1])
		}
		lines = append(lines, fmt.Sprintf("unknown key %s%s (`midwatch init --print` shows all that there are; a secret goes into the variable that token_env names)", m[2], where))
	}
	if len(lines) > 0 {
		return strings.Join(lines, "; ")
	}
	// The decoder says in a first line that there are errors, and them below.
	if _, each, many := strings.Cut(err.Error(), "\n"); many {
		return strings.Join(strings.Fields(each), " ")
	}
	return err.Error()
}

// resolve makes paths relative to the configuration's folder.
func (c *Config) resolve() {
	base := filepath.Dir(c.path)
	at := func(p *string) {
		if *p != "" && *p != "-" && !filepath.IsAbs(*p) {
			*p = filepath.Join(base, *p)
		}
	}
	if c.Snapshot == "" && c.Database != "" {
		c.Snapshot = strings.TrimSuffix(c.Database, ".duckdb") + "-snapshot.duckdb"
	}
	for _, p := range []*string{&c.Database, &c.Snapshot, &c.Spool, &c.Reports, &c.Formats, &c.Cases, &c.TempDirectory} {
		at(p)
	}
	e := &c.Enrich
	for _, p := range []*string{&c.Ask.TLSCertFile, &c.Ask.TLSKeyFile, &c.Ask.SecretFile, &e.Networks, &e.ASNFile, &e.CountryFile, &e.Roster, &e.Repositories, &e.Credentials, &e.Secrets} {
		at(p)
	}
	c.Notify.resolve(at)
	for i := range e.Mirrors {
		at(&e.Mirrors[i].Path)
	}
	for i := range c.Sources {
		at(&c.Sources[i].TokenFile)
		at(&c.Sources[i].TLSCertFile)
		at(&c.Sources[i].TLSKeyFile)
		at(&c.Sources[i].App.PrivateKeyFile)
		for j := range c.Sources[i].Paths {
			at(&c.Sources[i].Paths[j])
		}
	}
}

var sourceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// memorySize is what DuckDB takes for its memory_limit, with the units written
// as people do.
var memorySize = regexp.MustCompile(`^[0-9]+(\.[0-9]+)? ?[kKMGT]i?B$`)

// check finds what is wrong with the settings themselves.
func (c *Config) check() error {
	wrong := func(key, why string) error { return usageError{fmt.Errorf("%s: %s: %s", c.path, key, why)} }
	switch {
	case c.Database == "":
		return wrong("database", "name the file to keep everything in")
	case !memorySize.MatchString(c.MemoryLimit):
		return wrong("memory_limit", fmt.Sprintf("%q is no size such as 2GB", c.MemoryLimit))
	case c.Threads < 0:
		return wrong("threads", "must be at least 0, which is one per core")
	case c.List.Expected <= 0:
		return wrong("list.expected", fmt.Sprintf("must be above 0; %g is the default", analyzer.Default().Calibration.ListAt))
	case c.List.Rows < 1:
		return wrong("list.rows", fmt.Sprintf("must be at least 1; %d is the default", analyzer.Default().Calibration.ListMost))
	case !slices.Contains(report.OCSFVersions, c.OCSF.Version):
		return wrong("ocsf.version", fmt.Sprintf("%q cannot be written: name one of %s", c.OCSF.Version, strings.Join(report.OCSFVersions, ", ")))
	case c.RetentionDays < 1:
		return wrong("retention_days", "must be at least 1")
	}
	if err := c.Ask.check(); err != nil {
		return wrong("ask", err.Error())
	}
	var err error
	if c.formats, err = queries.Formats(c.Formats); err != nil {
		return wrong("formats", err.Error())
	}
	for i, m := range c.Enrich.Mirrors {
		if m.Path == "" {
			return wrong(fmt.Sprintf("enrich.mirrors[%d].path", i), "name a repository, or a folder with repositories")
		}
	}
	var seen []string
	for i, s := range c.Sources {
		key := fmt.Sprintf("sources[%d]", i)
		if !sourceName.MatchString(s.Name) {
			return wrong(key+".name", "give it a name of letters, digits, dots, dashes and underscores")
		}
		if slices.Contains(seen, s.Name) {
			return wrong(key+".name", fmt.Sprintf("%q is the name of another source too", s.Name))
		}
		seen = append(seen, s.Name)
		if err := checkSource(s, c.formats); err != nil {
			return wrong(key, err.Error())
		}
	}
	return nil
}

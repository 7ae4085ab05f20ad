package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/analyzer/triage"
	"midwatch/queries/warehouse"
)

// AskConfig is how people answer by a link whether it was them. Without URL, messages
// have no link.
type AskConfig struct {
	// URL is the address at which people reach `midwatch receive`, as https://host.
	URL string `mapstructure:"url"`
	// Listen is the address that `midwatch receive` takes answers on, as host:port,
	// with a certificate, PEM.
	Listen      string `mapstructure:"listen"`
	TLSCertFile string `mapstructure:"tls_cert_file"`
	TLSKeyFile  string `mapstructure:"tls_key_file"`
	// SecretEnv or SecretFile holds the key that links are signed with.
	SecretEnv  string `mapstructure:"secret_env"`
	SecretFile string `mapstructure:"secret_file"`
	// Days is how long a link is good, 3 by default.
	Days int `mapstructure:"days"`
}

// mostAskDays is the longest that a link may be good.
const mostAskDays = 30

// check finds what is wrong with the settings.
func (c AskConfig) check() error {
	u, err := url.Parse(c.URL)
	switch {
	case c == AskConfig{Days: c.Days}:
		return nil
	case c.URL == "" || err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		return errors.New("url: give the address at which people reach `midwatch receive`, such as https://midwatch.example.org")
	case u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost":
		return errors.New("url: must begin with https://, because whoever has a link can answer")
	case c.SecretEnv == "" && c.SecretFile == "":
		return errors.New("name secret_env or secret_file: the key that links are signed with (openssl rand -hex 32 makes one)")
	case c.Days < 1 || c.Days > mostAskDays:
		return fmt.Errorf("days: must be from 1 to %d", mostAskDays)
	}
	return nil
}

// key reads the key that links are signed with.
func (c AskConfig) key() (string, error) {
	key, err := channelSecret("secret", c.SecretEnv, c.SecretFile)
	if err != nil {
		return "", usageError{fmt.Errorf("ask.%w", err)}
	}
	if len(key) < triage.KeyLeast {
		return "", usageError{fmt.Errorf("ask: the key must have at least %d characters: openssl rand -hex 32 makes one", triage.KeyLeast)}
	}
	return key, nil
}

// askPath is where `midwatch receive` answers links.
const askPath = "/ask/"

// link is the address of a token's page.
func (c AskConfig) link(token string) string {
	return strings.TrimRight(c.URL, "/") + askPath + token
}

// answersFolder is where answers wait for the next command that opens the database, in
// the spool; no source has such a name.
func (c *Config) answersFolder() string { return filepath.Join(c.Spool, ".answers") }

// linkAnswer is an answer that came by a link, as it is kept in a file.
type linkAnswer struct {
	triage.Ticket
	Answer string    `json:"answer"`
	Note   string    `json:"note"`
	At     time.Time `json:"at"`
}

// keepAnswer writes an answer down, once for each question; it is false where the
// question was answered before.
func keepAnswer(folder string, a linkAnswer) (bool, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("writing an answer: %w", err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return false, fmt.Errorf("making the folder of answers: %w", err)
	}
	f, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return false, fmt.Errorf("writing an answer: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		// A link to a name that is there fails: the first answer stays.
		err = os.Link(f.Name(), answerFile(folder, a.Question))
	}
	if removed := os.Remove(f.Name()); !errors.Is(err, os.ErrExist) {
		err = errors.Join(err, removed)
	}
	if errors.Is(err, os.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

func answerFile(folder, question string) string {
	return filepath.Join(folder, filepath.Base(question)+".json")
}

// takeAnswers brings the answers that came by links into the database. A file stays
// until its link has expired, so that no link is good twice.
func (c *Config) takeAnswers(ctx context.Context, log *slog.Logger, w *warehouse.Warehouse, now time.Time) error {
	files, err := filepath.Glob(filepath.Join(c.answersFolder(), "*.json"))
	if err != nil {
		return fmt.Errorf("looking for answers: %w", err)
	}
	for _, path := range files {
		a, err := readAnswer(path)
		if err != nil {
			log.Warn("an answer cannot be read and is left where it is", "file", path, "problem", err.Error())
			continue
		}
		kept, err := w.AnswerAsked(ctx, a.Question, a.Answer, "", a.Note, a.At)
		if err != nil {
			return err
		}
		if !kept {
			log.Warn("an answer came by a link to a question that is not known here, or that was answered before; its file is removed when the link expires",
				"finding", report.Inert(a.Finding), "answer", a.Answer, "file", path)
		}
		if now.Unix() >= a.Until {
			if err := os.Remove(path); err != nil {
				return fmt.Errorf("removing an answer that was taken: %w", err)
			}
		}
	}
	return nil
}

func readAnswer(path string) (a linkAnswer, err error) {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, err
	}
	if a.Answer != night.AnswerYes && a.Answer != night.AnswerNo {
		return a, fmt.Errorf("%q is not an answer", a.Answer)
	}
	return a, nil
}

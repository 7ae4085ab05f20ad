package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/template"
	"time"

	"midwatch/analyzer/notify"
)

// NotifyConfig names what is told of a morning. Everything is off by default.
type NotifyConfig struct {
	Channels []ChannelConfig `mapstructure:"channels"`
	// PingURL, or PingEnv with the variable that holds it, is called at the start and
	// the end of each night, as Healthchecks has it.
	PingURL string `mapstructure:"ping_url"`
	PingEnv string `mapstructure:"ping_env"`
	// Metrics is a file for the textfile collector of Prometheus.
	Metrics string `mapstructure:"metrics"`
}

// ChannelConfig is one place that messages go to.
type ChannelConfig struct {
	Name string `mapstructure:"name"`
	Kind string `mapstructure:"kind"`
	// URL, or the variable or file that holds it where it is a secret.
	URL     string `mapstructure:"url"`
	URLEnv  string `mapstructure:"url_env"`
	URLFile string `mapstructure:"url_file"`
	Address string `mapstructure:"address"`
	// SecretEnv or SecretFile holds the key, token or password.
	SecretEnv  string `mapstructure:"secret_env"`
	SecretFile string `mapstructure:"secret_file"`
	Auth       string `mapstructure:"auth"`
	Username   string `mapstructure:"username"`
	// Template is a file that makes the body of a webhook.
	Template string   `mapstructure:"template"`
	From     string   `mapstructure:"from"`
	To       []string `mapstructure:"to"`
	// Severities that it is told of, high and critical by default.
	Severities []string      `mapstructure:"severities"`
	Quiet      bool          `mapstructure:"quiet"`
	Timeout    time.Duration `mapstructure:"timeout"`
	// CAFile has certificates to trust beside the system's, PEM.
	CAFile string `mapstructure:"ca_file"`
}

// channelTimeout bounds what a run spends on a channel, retries included.
const channelTimeout = 20 * time.Second

// resolve makes paths relative to the configuration's folder.
func (n *NotifyConfig) resolve(at func(*string)) {
	at(&n.Metrics)
	for i := range n.Channels {
		c := &n.Channels[i]
		for _, p := range []*string{&c.URLFile, &c.SecretFile, &c.Template, &c.CAFile} {
			at(p)
		}
	}
}

// open reads the secrets and gives the channels, or those of one name. A channel that
// cannot be used is an error.
func (n NotifyConfig) open(only string) ([]notify.Channel, error) {
	all, err := n.forNight(only)
	for _, c := range all {
		if c.Broken != nil {
			return nil, usageError{c.Broken}
		}
	}
	return all, err
}

// forNight is open for a run that does its work whatever is wrong with a channel.
func (n NotifyConfig) forNight(only string) ([]notify.Channel, error) {
	var all []notify.Channel
	var names []string
	for i, c := range n.Channels {
		key := fmt.Sprintf("notify.channels[%d]", i)
		if !sourceName.MatchString(c.Name) || slices.Contains(names, c.Name) {
			return nil, usageError{fmt.Errorf("%s.name: give each channel its own name of letters, digits, dots, dashes and underscores", key)}
		}
		names = append(names, c.Name)
		if only != "" && c.Name != only {
			continue
		}
		channel, err := c.open()
		if err == nil {
			err = channel.Check()
		}
		if err != nil {
			channel.Broken = fmt.Errorf("%s (%s): %w", key, c.Name, err)
		}
		all = append(all, channel)
	}
	if only != "" && len(all) == 0 {
		return nil, usageError{fmt.Errorf("there is no channel %q: the configuration has %s", only, strings.Join(names, ", "))}
	}
	return all, nil
}

// open makes one channel.
func (c ChannelConfig) open() (notify.Channel, error) {
	ch := notify.Channel{
		Name: c.Name, Kind: notify.Kind(c.Kind), URL: c.URL, Address: c.Address, Auth: notify.Auth(c.Auth), Username: c.Username,
		From: c.From, To: c.To, Severities: c.Severities, Quiet: c.Quiet, Timeout: c.Timeout,
	}
	if len(ch.Severities) == 0 {
		ch.Severities = []string{"high", "critical"}
	}
	if ch.Timeout <= 0 {
		ch.Timeout = channelTimeout
	}
	var err error
	if ch.Host, err = os.Hostname(); err != nil {
		ch.Host = ""
	}
	if c.URLEnv != "" || c.URLFile != "" {
		if ch.URL, err = channelSecret("url", c.URLEnv, c.URLFile); err != nil {
			return ch, err
		}
	}
	if c.SecretEnv != "" || c.SecretFile != "" {
		if ch.Secret, err = channelSecret("secret", c.SecretEnv, c.SecretFile); err != nil {
			return ch, err
		}
	}
	if ch.Template, err = readTemplate(c.Template); err != nil {
		return ch, err
	}
	ch.TLS, err = trusting(c.CAFile)
	return ch, err
}

// channelSecret reads a secret; what is wrong is said by the keys of a channel.
func channelSecret(key, env, file string) (string, error) {
	value, err := secret(env, file)
	if err != nil {
		return "", errors.New(strings.NewReplacer("token_env", key+"_env", "token_file", key+"_file", "the token", "the "+key).Replace(err.Error()))
	}
	return value, nil
}

func readTemplate(path string) (*template.Template, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	t, err := notify.ParseTemplate(string(text))
	if err != nil {
		return nil, fmt.Errorf("template: %s: %w", path, err)
	}
	return t, nil
}

// trusting adds the certificates of a file to the system's.
func trusting(path string) (*tls.Config, error) {
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if path == "" {
		return settings, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("ca_file: %s has no certificate in PEM", path)
	}
	settings.RootCAs = pool
	return settings, nil
}

package main

import (
	"bytes"
	"errors"
	"regexp"

	"github.com/spf13/cobra"

	"midwatch/collectors"
)

// subjectText is what the person names: the argument, or the hash of a token
// that standard input has.
func (k *ask) subjectText(c *cobra.Command, args []string) (string, error) {
	switch {
	case k.raw != "" && len(args) > 0:
		return "", usageError{errors.New("name a hash, or give --raw -, not both")}
	case k.raw == "-":
		return hashToken(c.InOrStdin(), c.ErrOrStderr())
	case k.raw != "":
		return "", usageError{errors.New("--raw takes \"-\" alone: a token on a command line stands in the history and the process list; treat it as leaked there, and give it on standard input")}
	case k.naming.raw && len(args) == 0:
		return "", usageError{errors.New("name the hash of a credential, or give the token itself with --raw -")}
	case len(args) == 0:
		return "", nil
	case looksRaw(args[0]):
		return "", usageError{errors.New("that is a token and no hash of one: a token on a command line stands in the history and the process list; treat it as leaked there, and ask with: midwatch investigate credential --raw -")}
	}
	return args[0], nil
}

// rawToken matches the beginnings that forges give their tokens, anywhere in a
// text: GitHub, GitLab, Bitbucket. GitLab's are named one by one, for a
// repository may well be called global-infrastructure. What AWS logs (AKIA...) is
// the id of a key, which is no secret.
var rawToken = regexp.MustCompile(`(^|[^A-Za-z0-9_])(gh[pousr]_|github_pat_|gl(pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|wt)-|BBDC-|ATCTT)[A-Za-z0-9_=-]{10,}`)

// named is how the mappings name identities that are no people; the scrubber
// would take what follows "deploy_token:" for its value.
var named = regexp.MustCompile(`^[a-z]+:(deploy_token|deploy_key|token|unknown):`)

// looksRaw tells a token from a name: the scrubber would take it out of a log,
// or it begins as tokens do.
func looksRaw(text string) bool {
	text = text[len(named.FindString(text)):]
	return rawToken.MatchString(text) || !bytes.Equal(collectors.Scrub(collectors.Record(text)), []byte(text))
}

// asNumber is how the number of an autonomous system is written; only such a
// subject needs the table of networks.
var asNumber = regexp.MustCompile(`^([Aa][Ss])?[0-9]{1,10}$`)

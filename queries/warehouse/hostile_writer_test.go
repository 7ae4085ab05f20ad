package warehouse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// hostile is an act of somebody who chooses whatever he may choose: how the target is
// spelt, the parameters behind it, the client's name and, where a host lets him, his
// own. number tells acts apart, by their address.
type hostile struct {
	number             int
	spelling           uint
	user, query, agent string
}

// Whatever stands in what he writes, these must never be where or whose an act was.
const (
	decoyAddress    = "10.9.9.9"
	decoyName       = "victim"
	decoyRepository = "acme/decoy"
	// planted is a secret that he, or a careless script, sends where it is logged.
	planted = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
)

func (h hostile) address() string {
	return fmt.Sprintf("203.%d.%d.%d", h.number/62500%250+1, h.number/250%250+1, h.number%250+1)
}

// target is a request for a pack, as it is sent: served by whoever decodes and resolves.
func (h hostile) target(repository string) string {
	target := spelt(repository+"/git-upload-pack", h.spelling)
	if h.query != "" {
		target += "?" + h.query
	}
	return target
}

// spelt is another spelling of a path: bits of style say where there are escapes and
// parts that servers take out.
func spelt(path string, style uint) string {
	var out strings.Builder
	for i := range len(path) {
		bit := style >> (uint(i*7+i/5) % 61) & 7
		switch c := path[i]; {
		case c == '/' && bit == 7 && i > 0:
			out.WriteString("//")
		case c == '/' && bit == 5:
			out.WriteString("/./")
		case c == '/' && bit == 6:
			out.WriteString("/zz/../")
		case c != '/' && bit == 3:
			fmt.Fprintf(&out, "%%%02X", c)
		case c != '/' && bit == 2:
			fmt.Fprintf(&out, "%%%02x", c)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// sendable holds for targets that a server takes: no blank, no control character, no
// fragment, which no client sends.
func sendable(target string) bool {
	return !strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '#' || r == '\ufffd' || r == 0x85 || r == 0xa0 })
}

// A log's ways of writing what could break its lines.
func nginxEscaped(s string) string {
	return escapedBytes(s, func(c byte) string {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return fmt.Sprintf(`\x%02X`, c)
		}
		return ""
	})
}

func apacheEscaped(s string) string {
	return escapedBytes(s, func(c byte) string {
		switch {
		case c == '"' || c == '\\':
			return `\` + string(c)
		case c == '\n':
			return `\n`
		case c == '\t':
			return `\t`
		case c < ' ' || c >= 0x7f:
			return fmt.Sprintf(`\x%02x`, c)
		}
		return ""
	})
}

func haproxyEscaped(s, also string) string {
	return escapedBytes(s, func(c byte) string {
		if c < ' ' || c >= 0x7f || strings.IndexByte(`"#`+also, c) >= 0 {
			return fmt.Sprintf("#%02X", c)
		}
		return ""
	})
}

func escapedBytes(s string, escape func(byte) string) string {
	var out strings.Builder
	for i := range len(s) {
		if e := escape(s[i]); e != "" {
			out.WriteString(e)
		} else {
			out.WriteByte(s[i])
		}
	}
	return out.String()
}

// plainText is a header's text: without control characters, which no server takes.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// orDash is what a log writes where there is nothing.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func object(pairs ...any) string {
	var out bytes.Buffer
	out.WriteByte('{')
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			out.WriteByte(',')
		}
		var value bytes.Buffer
		e := json.NewEncoder(&value)
		e.SetEscapeHTML(false)
		if raw, ok := pairs[i+1].(json.RawMessage); ok {
			value.Write(raw)
		} else if err := e.Encode(pairs[i+1]); err != nil {
			panic(err)
		}
		fmt.Fprintf(&out, "%q:%s", pairs[i], bytes.TrimSpace(value.Bytes()))
	}
	out.WriteByte('}')
	return out.String()
}

const hostileAt = "22/Nov/2026:08:00:00 +0000"

// writers are the logs, each with the ways in which its server writes one such act; none
// where the server would refuse it.
func writers() map[string][]func(hostile) []string {
	return map[string][]func(hostile) []string{
		"access_log": {
			func(h hostile) []string {
				return []string{fmt.Sprintf(`%s - %s [%s] "POST %s HTTP/1.1" 200 2481721 "-" "%s"`, h.address(), nginxEscaped(orDash(h.user)), hostileAt, nginxEscaped(h.target("/acme/vault.git")), nginxEscaped(orDash(h.agent)))}
			},
			func(h hostile) []string {
				return []string{fmt.Sprintf(`git.example:443 %s - %s [%s] "POST %s HTTP/1.1" 200 2481721 "%s" "%s"`, h.address(), apacheEscaped(orDash(h.user)), hostileAt, apacheEscaped(h.target("/git/acme/vault.git")), apacheEscaped(orDash(h.agent)), apacheEscaped(orDash(h.agent)))}
			},
			func(h hostile) []string {
				return []string{fmt.Sprintf(`10.0.0.5 - %s [%s] "POST %s HTTP/1.1" 200 2481721 "-" "%s" "%s, %s"`, nginxEscaped(orDash(h.user)), hostileAt, nginxEscaped(h.target("/acme/vault.git")), nginxEscaped(orDash(h.agent)), decoyAddress, h.address())}
			},
		},
		"nginx_json": {func(h hostile) []string {
			return []string{object("msec", "1795334400.123", "remote_addr", h.address(), "remote_user", h.user, "request_method", "POST", "request_uri", h.target("/git/acme/vault.git"), "status", "200", "request_length", "300", "body_bytes_sent", "2481721", "user_agent", h.agent, "request_id", "same")}
		}},
		"gitea": {
			func(h hostile) []string {
				if !sendable(h.target("")) {
					return nil
				}
				return []string{
					`192.0.2.1 - - [22/Nov/2026:07:59:00 +0000] "GET /api/internal/serv/command/5/acme/vault?mode=1&verb=git-upload-pack HTTP/1.1" 200 310 "-" "GoGitInternal"`,
					fmt.Sprintf(`%s - %s [%s] "POST %s HTTP/1.1" 200 2481721 "-" "%s"`, h.address(), "eve", hostileAt, h.target("/acme/vault.git"), plainText(h.agent)),
				}
			}},
		"gitea_router": {func(h hostile) []string {
			if !sendable(h.target("")) {
				return nil
			}
			return []string{fmt.Sprintf("2026/11/22 08:00:00 ...eb/routing/logger.go:102:func1() [I] router: completed POST %s for %s:51234, 200 OK in 12.3ms @ repo/githttp.go:532(repo.ServiceUploadPack)", h.target("/acme/vault.git"), h.address())}
		}},
		"caddy": {func(h hostile) []string {
			request := object("remote_ip", h.address(), "client_ip", h.address(), "proto", "HTTP/2.0", "method", "POST", "uri", h.target("/acme/vault.git"), "headers", map[string][]string{"User-Agent": {h.agent}, "X-Forwarded-For": {decoyAddress}})
			return []string{object("level", "info", "ts", 1795334400.5, "logger", "http.log.access", "msg", "handled request", "request", json.RawMessage(request), "user_id", h.user, "size", 2481721, "status", 200)}
		}},
		"traefik": {
			func(h hostile) []string {
				return []string{object("ClientAddr", h.address()+":5000", "ClientHost", decoyAddress, "ClientUsername", orDash(h.user), "DownstreamContentSize", 2481721, "DownstreamStatus", 200, "RequestMethod", "POST", "RequestPath", h.target("/acme/vault.git"), "RequestProtocol", "HTTP/1.1", "StartUTC", "2026-11-22T08:00:00Z", "request_User-Agent", h.agent)}
			},
			func(h hostile) []string {
				if !sendable(h.target("")) {
					return nil
				}
				return []string{fmt.Sprintf(`%s - eve [%s] "POST %s HTTP/1.1" 200 2481721 "%s" "%s" 7 "git@docker" "http://172.18.0.5:3000" 12ms`, h.address(), hostileAt, h.target("/acme/vault.git"), plainText(h.query), plainText(h.agent))}
			}},
		"haproxy": {func(h hostile) []string {
			if request := "POST " + h.target("/acme/vault.git") + " HTTP/1.1"; len(request) < 1000 && sendable(h.target("")) {
				return []string{fmt.Sprintf(`Nov 22 08:00:00 lb1 haproxy[14389]: %s:33317 [22/Nov/2026:08:00:00.655] https~ git/srv1 10/0/30/69/109 200 2481721 - - ---- 1/1/1/1/0 0/0 {git.example|%s} {} "%s"`, h.address(), haproxyEscaped(plainText(h.agent), "{|}"), haproxyEscaped(request, ""))}
			}
			return nil
		}},
		"iis": {func(h hostile) []string {
			stem, err := url.PathUnescape(spelt("/acme/vault.git/git-upload-pack", h.spelling))
			if err != nil || !sendable(h.target("")) {
				return nil
			}
			plus := strings.NewReplacer(" ", "+")
			return []string{
				"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
				fmt.Sprintf("2026-11-22 08:00:00 10.0.0.4 POST %s %s 443 %s %s %s - 200 0 0 46", stem, orDash(h.query), orDash(plus.Replace(plainText(h.user))), h.address(), orDash(plus.Replace(plainText(h.agent)))),
			}
		}},
		"alb": {func(h hostile) []string {
			if !sendable(h.target("")) {
				return nil
			}
			return []string{fmt.Sprintf(`https 2026-11-22T08:00:00.186641Z app/git-lb/50dc6c495c0c9188 %s:2817 10.0.0.1:3000 0.001 0.048 0.000 200 200 300 2481721 "POST https://git.example:443%s HTTP/1.1" "%s" ECDHE TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/git/7 "Root=1-5" "git.example" "arn:aws:acm:1" 1 2026-11-22T08:00:00.123000Z "forward" "-" "-" "10.0.0.1:3000" "200" "-" "-"`, h.address(), h.target("/acme/vault.git"), plainText(h.agent))}
		}},
		"gerrit_httpd": {
			func(h hostile) []string {
				if !sendable(h.target("")) {
					return nil
				}
				return []string{fmt.Sprintf(`%s [HTTP-43] - eve [%s] "POST %s HTTP/1.1" 200 2481721 12 - "%s" 9 8 123456 "0"`, h.address(), hostileAt, apacheEscaped(h.target("/a/acme/vault")), apacheEscaped(plainText(h.agent)))}
			},
			func(h hostile) []string {
				return []string{object("host", h.address(), "thread", "HTTP-47", "user", "eve", "timestamp", "2026-11-22T08:00:00,123+00:00", "method", "POST", "resource", h.target("/a/acme/vault"), "protocol", "HTTP/1.1", "status", "200", "contentLength", "2481721", "latency", "20", "referer", "-", "userAgent", h.agent, "commandStatus", "0")}
			}},
		"bitbucket": {func(h hostile) []string {
			if !sendable(h.target("")) {
				return nil
			}
			return []string{fmt.Sprintf(`%s | https | o@7K3QX1x540x%dx0 | eve | 2026-11-22 08:00:00,305 | "POST %s HTTP/1.1" | "" "%s" | 200 | 175 | 2481721 | async, protocol:2, clone | 43 | a1b2c3 |`, h.address(), 1000+h.number, h.target("/scm/acme/vault.git"), plainText(h.agent))}
		}},
		"ghes_git": {func(h hostile) []string {
			return []string{fmt.Sprintf(`Nov 22 08:00:00 ghe babeld[3395]: ts=2026-11-22T08:00:00.571373Z pid=1 tid=113 version=80b65cb proto=http id=%d http_url="%s" http_ua="%s" ip=%s repo=acme/vault user=user:66:3:eve log_level=INFO msg="http op done: (200)" code=200`, h.number, plainText(h.target("/acme/vault.git")), plainText(h.agent), h.address())}
		}},
		"gitlab_logs": {
			func(h hostile) []string {
				return []string{object("correlation_id", fmt.Sprintf("w%d", h.number), "duration_ms", 3, "method", "POST", "msg", "access", "proto", "HTTP/2.0", "remote_ip", h.address(), "status", 200, "system", "http", "time", "2026-11-22T08:00:00Z", "uri", h.target("/acme/vault.git"), "user_agent", h.agent, "written_bytes", 2481721)}
			},
			func(h hostile) []string {
				return []string{object("method", "POST", "path", "/acme/vault.git/git-upload-pack", "controller", "Repositories::GitHttpController", "action", "git_upload_pack", "status", 200, "time", "2026-11-22T08:00:00.100Z", "params", []map[string]string{{"key": "repository_path", "value": "acme/vault.git"}, {"key": h.query, "value": decoyRepository}},
					"correlation_id", fmt.Sprintf("p%d", h.number), "meta.user", "eve", "meta.project", "acme/vault", "remote_ip", h.address(), "username", "eve", "ua", h.agent)}
			}},
		"gitlab_stream": {func(h hostile) []string {
			name := orDash(h.user)
			return []string{object("id", fmt.Sprint(h.number), "author_id", 66, "author_name", name, "entity_type", "Project", "entity_path", "acme/vault", "ip_address", h.address(), "created_at", "2026-11-22T08:00:00.283Z", "event_type", "repository_git_operation", "target_details", h.query,
				"details", map[string]any{"author_name": name, "author_class": "User", "custom_message": map[string]string{"protocol": "ssh", "action": "git-upload-pack"}, "entity_path": "acme/vault"})}
		}},
		"gitlab_audit": {func(h hostile) []string {
			return []string{object("severity", "INFO", "time", "2026-11-22T08:00:01.523Z", "author_id", 66, "author_name", h.user, "entity_id", 2, "entity_type", "Project", "entity_path", "acme/vault", "target_type", "Project", "target_details", "acme/vault", "custom_message", "Repository Download Started", "ip_address", h.address(), "correlation_id", h.query)}
		}},
		"bitbucket_audit_json": {func(h hostile) []string {
			return []string{object("affectedObjects", []map[string]string{{"id": "7", "name": "vault", "type": "REPOSITORY", "uri": "https://b.example/projects/ACME/repos/vault"}, {"name": "ACME", "type": "PROJECT"}}, "auditType", map[string]string{"action": "Repository cloned", "category": "Repositories"},
				"author", map[string]string{"id": "66", "name": h.user, "type": "NORMAL", "uri": "https://b.example/users/eve"}, "extraAttributes", []map[string]string{{"name": "x", "value": h.agent}}, "source", h.address(), "timestamp", map[string]int{"epochSecond": 1795334400, "nano": h.number})}
		}},
		"github": {func(h hostile) []string {
			return []string{object("@timestamp", 1795334400000, "_document_id", fmt.Sprintf("d%d", h.number), "action", "git.clone", "actor", "eve", "actor_ip", h.address(), "org", "acme", "repo", "acme/vault", "repository_public", false, "transport_protocol_name", "http", "programmatic_access_type", "Personal access token (classic)", "user", "", "user_agent", h.agent)}
		}},
		"codecommit": {func(h hostile) []string {
			return []string{object("eventVersion", "1.08", "userIdentity", map[string]string{"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/eve", "accountId": "111122223333", "userName": "eve"}, "eventTime", "2026-11-22T08:00:00Z", "eventSource", "codecommit.amazonaws.com", "eventName", "GitPull", "awsRegion", "us-east-2",
				"sourceIPAddress", h.address(), "userAgent", h.agent, "additionalEventData", map[string]any{"protocol": "HTTP", "dataTransferred": true, "repositoryName": "vault", "repositoryId": "1"}, "resources", []map[string]string{{"ARN": "arn:aws:codecommit:us-east-2:111122223333:vault", "type": "AWS::CodeCommit::Repository"}}, "eventID", fmt.Sprintf("e%d", h.number))}
		}},
		"gerrit_sshd": {func(h hostile) []string {
			session := fmt.Sprintf("%08x", 0x8a154c00+h.number)
			return []string{
				fmt.Sprintf("[2026-11-22T08:00:00,391+00:00] %s [sshd-SshServer[570fc452]-nio2-thread-300] eve a/1000066 LOGIN FROM %s", session, h.address()),
				fmt.Sprintf("[2026-11-22T08:00:01,391+00:00] %s [SSH git-upload-pack /acme/vault (eve)] eve a/1000066 git-upload-pack./acme/vault 0ms 115ms 92ms 1ms 0ms 6ms 0ms 0ms 7ms 3 10 26 2615 0 %s", session, plainText(h.agent)),
			}
		}},
		"git_daemon": {func(h hostile) []string {
			return []string{
				fmt.Sprintf("2026-11-22T08:00:00.270000+00:00 lab git-daemon[%d]: Connection from %s:36200", 20000+h.number%40000, h.address()),
				fmt.Sprintf("2026-11-22T08:00:00.272000+00:00 lab git-daemon[%d]: Extended attribute \"host\": %s", 20000+h.number%40000, plainText(h.agent)),
				fmt.Sprintf("2026-11-22T08:00:00.276000+00:00 lab git-daemon[%d]: Request upload-pack for '/acme/vault.git'", 20000+h.number%40000),
			}
		}},
		"teleport": {func(h hostile) []string {
			return []string{object("event", "git.command", "uid", fmt.Sprintf("u%d", h.number), "code", "TGIT001I", "time", "2026-11-22T08:00:00.123Z", "user", orDash(h.user), "service", "git-upload-pack", "path", "acme/vault.git", "addr.remote", h.address()+":51234", "exitCode", "0")}
		}},
		"gitolite": {func(h hostile) []string {
			return []string{
				fmt.Sprintf("2026-11-22.08:57:11\t%d\tssh\tARGV=eve\tSOC=git-upload-pack 'acme/vault.git'\tFROM=%s", 22000+h.number%40000, h.address()),
				fmt.Sprintf("2026-11-22.08:57:11\t%d\tpre_git\tacme/vault\teve\tR\tany\trefs/.*", 22000+h.number%40000),
			}
		}},
	}
}

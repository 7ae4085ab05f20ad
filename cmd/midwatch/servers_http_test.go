//go:build servers

package main

import (
	"crypto/sha1" //nolint:gosec // the only hash that nginx and Apache both read without a library
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

const backend = "/usr/lib/git-core/git-http-backend"

// passwords writes who may in, in the form that nginx and Apache share. Eve is in
// none of the lab's books.
func (l *lab) passwords() string {
	var lines []string
	for _, person := range []string{"alice", "bob"} {
		sum := sha1.Sum([]byte("pw-" + person)) //nolint:gosec // see above
		lines = append(lines, person+":{SHA}"+base64.StdEncoding.EncodeToString(sum[:]))
	}
	path := l.write("passwords", strings.Join(lines, "\n")+"\n")
	l.must(os.Chmod(path, 0o644)) //nolint:gosec // the web server's account reads it
	return path
}

// httpServer has the repositories in place and knows its addresses.
func (l *lab) httpServer() *server {
	s := &server{l: l, env: func(string) []string { return nil }, bare: func(r string) string { return l.path("repos/" + r + ".git") }}
	for _, seed := range seeds {
		l.seed(s.bare(seed.name), seed.commits, seed.branches)
	}
	return s
}

func (s *server) at(port int) *server {
	s.url = func(person, repository string) string {
		return fmt.Sprintf("http://%s:pw-%s@127.0.0.1:%d/git/%s.git", person, person, port, repository)
	}
	return s
}

// nginx serves by fcgiwrap, with Trace2, and logs both as JSON and combined.
func (l *lab) nginx() *server {
	s := l.httpServer()
	passwords, socket := l.passwords(), l.path("fcgi.sock")
	wrap := exec.Command("/usr/sbin/fcgiwrap", "-c", "4", "-s", "unix:"+socket)
	wrap.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + l.path("home")}
	conf := func(port int) string {
		account := ""
		if os.Getuid() == 0 {
			account = "user root;"
		}
		return fmt.Sprintf(`%s daemon off; worker_processes 1; pid %[2]s/nginx.pid; error_log %[2]s/nginx-error.log;
events { worker_connections 64; }
http {
  client_body_temp_path %[2]s/body; fastcgi_temp_path %[2]s/fcgi; proxy_temp_path %[2]s/proxy; uwsgi_temp_path %[2]s/uwsgi; scgi_temp_path %[2]s/scgi;
  client_max_body_size 0;
  log_format asked escape=json '{"time":"$time_iso8601","msec":"$msec","remote_addr":"$remote_addr","remote_user":"$remote_user","request_method":"$request_method","request_uri":"$request_uri",'
    '"server_protocol":"$server_protocol","status":$status,"request_length":$request_length,"body_bytes_sent":$body_bytes_sent,"user_agent":"$http_user_agent","git_protocol":"$http_git_protocol","request_id":"$request_id"}';
  access_log %[2]s/nginx.json asked;
  access_log %[2]s/nginx.log combined;
  server {
    listen 127.0.0.1:%[3]d;
    auth_basic git; auth_basic_user_file %[4]s;
    location ~ ^/git(/.*)$ {
      fastcgi_pass unix:%[5]s;
      fastcgi_param SCRIPT_FILENAME %[6]s; fastcgi_param GIT_PROJECT_ROOT %[2]s/repos; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param PATH_INFO $1; fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length; fastcgi_param REMOTE_USER $remote_user; fastcgi_param REMOTE_ADDR $remote_addr;
      fastcgi_param GIT_CONFIG_COUNT 1; fastcgi_param GIT_CONFIG_KEY_0 safe.directory; fastcgi_param GIT_CONFIG_VALUE_0 *;
      fastcgi_param GIT_TRACE2_EVENT %[2]s/trace2-http.ndjson;
      fastcgi_param GIT_TRACE2_ENV_VARS REMOTE_USER,REMOTE_ADDR,PATH_INFO,HTTP_USER_AGENT,QUERY_STRING,GIT_PROTOCOL,REQUEST_METHOD;
    }
  }
}
`, account, l.dir, port, passwords, socket, backend)
	}
	port := s.onPort(l.path("nginx-error.log"), func(port int) {
		_ = os.Remove(socket)
		again := *wrap
		s.start(&again)
		s.start(exec.Command("/usr/sbin/nginx", "-e", l.path("nginx-error.log"), "-c", l.write("nginx.conf", conf(port))))
	})
	return s.at(port)
}

// apache serves by CGI and logs in three formats.
func (l *lab) apache() *server {
	s := l.httpServer()
	passwords, account := l.passwords(), ""
	if os.Getuid() == 0 {
		account = "User www-data\nGroup www-data"
		l.give("www-data", l.path("repos"))
	}
	conf := func(port int) string {
		return fmt.Sprintf(`%s
ServerRoot %[2]s
ServerName localhost
Listen 127.0.0.1:%[3]d
PidFile %[2]s/apache.pid
DefaultRuntimeDir %[2]s
Mutex file:%[2]s default
ErrorLog %[2]s/apache-error.log
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule env_module /usr/lib/apache2/modules/mod_env.so
LoadModule cgi_module /usr/lib/apache2/modules/mod_cgi.so
LogFormat "%%h %%l %%u %%t \"%%r\" %%>s %%b \"%%{Referer}i\" \"%%{User-Agent}i\"" combined
LogFormat "%%h %%l %%u %%t \"%%r\" %%>s %%b \"%%{Referer}i\" \"%%{User-Agent}i\" %%I %%O" combinedio
LogFormat "%%v:%%p %%h %%l %%u %%t \"%%r\" %%>s %%I %%O %%D \"%%{User-Agent}i\" \"%%{Git-Protocol}i\"" asked
CustomLog %[2]s/apache.log combined
CustomLog %[2]s/apache-combinedio.log combinedio
CustomLog %[2]s/apache-io.log asked
SetEnv GIT_PROJECT_ROOT %[2]s/repos
SetEnv GIT_HTTP_EXPORT_ALL 1
SetEnv GIT_CONFIG_COUNT 1
SetEnv GIT_CONFIG_KEY_0 safe.directory
SetEnv GIT_CONFIG_VALUE_0 *
ScriptAlias /git/ %[5]s/
<Location /git/>
  AuthType Basic
  AuthName git
  AuthUserFile %[4]s
  Require valid-user
</Location>
`, account, l.dir, port, passwords, backend)
	}
	port := s.onPort(l.path("apache-error.log"), func(port int) {
		s.start(exec.Command("/usr/sbin/apache2", "-X", "-f", l.write("apache.conf", conf(port))))
	})
	return s.at(port)
}

// give makes an account the owner of a folder and all in it.
func (l *lab) give(account, folder string) {
	u, err := user.Lookup(account)
	l.must(err)
	uid, err := strconv.Atoi(u.Uid)
	l.must(err)
	gid, err := strconv.Atoi(u.Gid)
	l.must(err)
	l.must(filepath.Walk(folder, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	}))
}

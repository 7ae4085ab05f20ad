#!/bin/bash
# Runs inside a fresh Debian, as root: installs the deb, sees it work, and removes
# it. test.sh puts it and midwatch.deb into /release-test of that Debian. Where
# systemd runs there, the services are started too.
set -euo pipefail
cd /release-test
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
fail() { echo "FAILED: $*" >&2; exit 1; }
booted() { [ -d /run/systemd/system ]; }
# running prints the processes of the program.
running() { for p in /proc/[0-9]*; do case "$(readlink "$p/exe" || true)" in */usr/bin/midwatch*|/usr/bin/midwatch*) tr '\0' ' ' < "$p/cmdline"; echo ;; esac; done; }
# until_true COMMAND... waits for a command to be true, ten minutes at most.
until_true() { for _ in {1..1200}; do "$@" && return; sleep 0.5; done; fail "never true: $*"; }

begin=$(date +%s)
apt-get update -q > apt.log
apt-get install -y -q ./midwatch.deb | tee -a apt.log | grep '^midwatch: '
[ "$(stat -c '%U %a' /var/lib/midwatch)" = 'midwatch 700' ] || fail "the state folder: $(stat -c '%U %a' /var/lib/midwatch)"
[ "$(stat -c '%G %a' /etc/midwatch/midwatch.yaml)" = 'midwatch 640' ] || fail 'the configuration can be read by others'
[ "$(stat -c '%U %a' /usr/bin/midwatch)" = 'root 755' ] || fail 'the program'
for f in man/man1/midwatch-nightly.1.gz bash-completion/completions/midwatch zsh/vendor-completions/_midwatch fish/vendor_completions.d/midwatch.fish doc/midwatch/README.md; do
	[ -s "/usr/share/$f" ] || fail "there is no /usr/share/$f"
done
[ "$(grep -cE '^(database|snapshot|spool|reports|cases): /var/lib/midwatch/' /etc/midwatch/midwatch.yaml)" = 5 ] || fail 'the configuration keeps something elsewhere'
grep -q '^    token_file: /etc/midwatch/token ' /etc/midwatch/midwatch.yaml || fail 'the configuration names no file for the token'

# The sample organisation, by somebody who is nobody special.
useradd --create-home ana
su ana -c 'cd && midwatch demo' > demo.txt &
demo=$!
until_true test -s /home/ana/demo/reports/findings.csv
echo "first finding $(($(date +%s) - begin)) seconds after the install began"
wait $demo || fail 'the demonstration'
grep -q 'planted attacks were listed' demo.txt || fail 'the demonstration was cut short'
[ "$(wc -l < /home/ana/demo/reports/findings.csv)" -gt 1 ] || fail 'the report has no finding'
grep -q '<h1' /home/ana/demo/reports/report.html || fail 'there is no report'

# The configuration of the package is read without being named.
said=$(su ana -c 'cd && midwatch investigate coverage' 2>&1) && fail 'somebody else can read the configuration'
[[ "$said" == *'/etc/midwatch/midwatch.yaml: permission denied'* ]] || fail "somebody else is told: $said"
midwatch simulate --out organisation --from 2025-03-03 --days 40 --warm-up 20 --people 40 --repositories 40 --events 500 --no-attacks > /dev/null
install -o midwatch -m 0640 organisation/events.ndjson.gz /var/lib/midwatch/
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 30 -keyout key.pem -out cert.pem 2>/dev/null
install -g midwatch -m 0640 key.pem cert.pem /etc/midwatch/
install -g midwatch -m 0640 <(echo 0123456789abcdef0123456789abcdef) /etc/midwatch/token
sed -i '/^sources:/,$d' /etc/midwatch/midwatch.yaml
cat >> /etc/midwatch/midwatch.yaml <<-'CONFIG'
	sources:
	  - {name: files, kind: files, format: github, paths: [/var/lib/midwatch/events.ndjson.gz]}
	  - {name: stream, kind: hec, listen: "127.0.0.1:8444", tls_cert_file: /etc/midwatch/cert.pem, tls_key_file: /etc/midwatch/key.pem, token_file: /etc/midwatch/token}
CONFIG

# health is true while the receiver takes events.
health() { (printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' | timeout 10 openssl s_client -quiet -connect 127.0.0.1:8444 2>/dev/null || true) | grep -q ' 200 '; }
if booted; then
	[ "$(systemctl is-enabled midwatch.timer midwatch-receive.service | sort -u)" = disabled ] || fail 'a service was enabled by itself'
	systemctl enable --now -q midwatch.timer midwatch-receive.service
	until_true health
	# Nothing was seen last night, for the log is of 2025: the night ends with 3, and is done.
	systemctl start midwatch.service && fail 'a blind night does not show'
	[ "$(systemctl show -P ExecMainStatus midwatch.service)" = 3 ] || { journalctl -u midwatch.service --no-pager; fail 'the night'; }
	before=$(systemctl show -P MainPID midwatch-receive.service)
	apt-get install -y -q --reinstall ./midwatch.deb >> apt.log
	until_true health
	[ "$(systemctl show -P MainPID midwatch-receive.service)" != "$before" ] || fail 'the old program goes on receiving after an upgrade'
else
	su -s /bin/sh midwatch -c 'cd && midwatch receive' &
	until_true health
	su -s /bin/sh midwatch -c 'cd && midwatch --quiet nightly' > /dev/null && fail 'a blind night does not show'
	apt-get install -y -q --reinstall ./midwatch.deb >> apt.log
fi
grep -q 'name: stream' /etc/midwatch/midwatch.yaml || fail 'the upgrade replaced the configuration'
[ -s /var/lib/midwatch/midwatch-snapshot.duckdb ] || fail 'the night published no snapshot'
su -s /bin/sh midwatch -c "cd && midwatch sql --format csv -c 'SELECT count(*) > 5000 AS there FROM event'" | grep -q true || fail 'the night has not read the log'
su -s /bin/sh midwatch -c 'cd && umask 077 && echo 0123456789abcdef0123456789abcdef > mcp-token'
su -s /bin/sh midwatch -c 'cd && exec midwatch mcp --http 127.0.0.1:8808 --token-file mcp-token' 2> mcp.log &
until_true grep -q '^serving' mcp.log

# Removed: nothing runs, and nothing is lost.
[ -n "$(running)" ] || fail 'nothing ran that could be left'
kept=$(sha256sum < /var/lib/midwatch/midwatch-snapshot.duckdb)
apt-get remove -y -q midwatch | tee -a apt.log | grep '^midwatch: /var/lib/midwatch is left'
[ -z "$(running)" ] || fail "still running: $(running)"
[ ! -e /usr/bin/midwatch ] || fail 'the program is still there'
if booted; then [ "$(systemctl list-units --all --no-legend 'midwatch*' | wc -l)" = 0 ] || fail 'units are left'; fi
[ "$(sha256sum < /var/lib/midwatch/midwatch-snapshot.duckdb)" = "$kept" ] && [ -s /var/lib/midwatch/midwatch.duckdb ] || fail 'data is lost'
apt-get purge -y -q midwatch > purge.log
cat purge.log >> apt.log
for left in '/var/lib/midwatch is left' '/etc/midwatch is left' 'the user midwatch is left'; do
	grep -q "^midwatch: $left" purge.log || fail "purge does not say that $left"
done
[ -s /var/lib/midwatch/midwatch.duckdb ] && [ ! -e /etc/midwatch/midwatch.yaml ] || fail 'purge'
echo "installed, run and removed$(booted && echo ', with systemd' || echo '; without systemd: no service was started')"

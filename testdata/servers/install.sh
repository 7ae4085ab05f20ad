#!/usr/bin/env bash
# Installs from Debian what the tests of real servers run, where it is missing,
# without starting any of it. Needs root or sudo only when something is missing.
set -euo pipefail

# missing lists the packages whose program is not there.
missing() {
  while read -r program package; do
    command -v "$program" >/dev/null || [ -x "$program" ] || echo "$package"
  done <<'LIST'
git git
/usr/lib/git-core/git-http-backend git
/usr/sbin/nginx nginx
/usr/sbin/fcgiwrap fcgiwrap
/usr/sbin/apache2 apache2-bin
/usr/share/gitolite3/gitolite-shell gitolite3
/usr/sbin/sshd openssh-server
ssh openssh-client
ssh-keygen openssh-client
LIST
}

packages=$(missing | sort -u)
if [ -n "$packages" ]; then
  command -v apt-get >/dev/null || { echo "install.sh: $(echo $packages): not installed, and there is no apt-get: install them by hand" >&2; exit 1; }
  as_root=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "install.sh: $(echo $packages): not installed: run as root, or install them by hand" >&2; exit 1; }
    as_root="sudo"
  fi
  # Debian starts services as it installs them, unless this file says not to.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
    trap '$as_root rm -f "$policy"' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # the list is words
  $as_root apt-get -o DPkg::Lock::Timeout=120 install -y -q --no-install-recommends $packages >/dev/null 2>&1 ||
    { $as_root apt-get -o DPkg::Lock::Timeout=120 update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -q --no-install-recommends $packages; } >&2
fi

left=$(missing | sort -u)
[ -z "$left" ] || { echo "install.sh: still missing after installing: $(echo $left)" >&2; exit 1; }

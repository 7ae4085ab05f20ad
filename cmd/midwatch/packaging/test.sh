#!/usr/bin/env bash
# Tests what release.sh makes: built twice with equal bytes, installed on a fresh
# Debian, its units checked, its container built and run. Needs root; installs what
# it needs from Debian.
#
# usage: test.sh OUT [ARCHITECTURE...]    amd64 where none is named
# FRESH=1 builds the second time with nothing cached, which takes minutes. STEPS
# names those to do; without the first one, OUT must hold a release already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- "$(go env GOHOSTARCH)"
native=$(go env GOHOSTARCH)
work=$(mktemp -d /tmp/midwatch-release.XXXXXX)
chmod 711 "$work" # apt downloads as a user of its own
trap 'rm -rf --one-file-system "$work"' EXIT
fail() { echo "test.sh: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail 'run as root: it installs packages and makes a Debian of its own'

# PROGRAM PACKAGE of what is needed.
missing() {
	while read -r program package; do command -v "$program" >/dev/null || echo "$package"; done <<-'LIST'
		debootstrap debootstrap
		systemd-nspawn systemd-container
		objdump binutils
		rpm rpm
		buildah buildah
		crun crun
	LIST
}
packages=$(missing)
if [ -n "$packages" ]; then
	apt-get -o DPkg::Lock::Timeout=120 update -q > /dev/null
	# shellcheck disable=SC2086 # the list is words
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -q --no-install-recommends $packages > /dev/null
fi

# twice builds a second time, from a copy in another folder that has no history.
twice() {
	rm -f "$out"/midwatch* "$out/SHA256SUMS"
	"$here/release.sh" "$out" "$@"
	SOURCE_DATE_EPOCH=$(git -C "$top" log -1 --format=%ct)
	VERSION=$(basename "$(ls "$out"/midwatch_*_linux_"$1".tar.gz)" "_linux_$1.tar.gz")
	export SOURCE_DATE_EPOCH VERSION=${VERSION#midwatch_}
	mkdir "$work/elsewhere"
	git -C "$top" ls-files -z --cached --others --exclude-standard | tar -C "$top" --null -T- -cf - | tar -C "$work/elsewhere" -xf -
	if [ -n "${FRESH:-}" ]; then export GOCACHE="$work/cache"; fi
	"$work/elsewhere/cmd/midwatch/packaging/release.sh" "$work/again" "$@" > /dev/null
	diff -r "$out" "$work/again" || fail 'built again, it has other bytes'
	(cd "$out" && sha256sum --quiet -c SHA256SUMS)
	echo 'built twice, with equal bytes'
}

# unpack unpacks the archive for this machine into $archive.
unpack() {
	tar -C "$work" -xzf "$out"/midwatch_*_linux_"$native".tar.gz
	archive=$(ls -d "$work"/midwatch_*_linux_"$native")
}

# linked holds the packages' dependencies to what the program asks for.
linked() {
	unpack
	local libraries versions
	libraries=$(objdump -p "$archive/midwatch" | awk '$1 == "NEEDED" {print $2}' | grep -v '^ld-linux' | sort | xargs)
	[ "$libraries" = 'libc.so.6 libgcc_s.so.1 libm.so.6 libstdc++.so.6' ] || fail "linked with $libraries"
	versions=$(for v in GLIBC_ GLIBCXX_; do objdump -T "$archive/midwatch" | grep -oE "\\(?$v[0-9.]+" | tr -d '(' | sort -uV | tail -1; done | xargs)
	[ "$versions" = 'GLIBC_2.34 GLIBCXX_3.4.30' ] || fail "needs $versions: change the depends of nfpm.yaml"
	rpm -qp --nosignature --requires "$out"/*.rpm | grep -qF 'libstdc++.so.6(GLIBCXX_3.4.30)(64bit)' || fail 'the rpm asks for other libraries'
	echo "linked with $libraries ($versions)"
}

# debian makes a fresh one, boots it and installs there.
debian() {
	local root="$work/debian" mirror
	# The Debian that this machine installs from.
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
	debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus bookworm "$root" "$mirror" > "$work/debootstrap.log" || { tail "$work/debootstrap.log"; fail 'debootstrap'; }
	mkdir "$root/release-test"
	cp "$out"/midwatch_*_"$native".deb "$root/release-test/midwatch.deb"
	cp "$here/installed.sh" "$root/release-test/"
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
	cat > "$root/etc/systemd/system/release-test.service" <<-'UNIT'
		[Unit]
		SuccessAction=poweroff-force
		FailureAction=poweroff-force
		[Service]
		Type=oneshot
		ExecStart=/release-test/installed.sh
		StandardOutput=truncate:/release-test/out
		StandardError=inherit
		TimeoutStartSec=15min
		[Install]
		WantedBy=multi-user.target
	UNIT
	ln -s /etc/systemd/system/release-test.service "$root/etc/systemd/system/multi-user.target.wants/"
	if timeout 20m systemd-nspawn -q -b -D "$root" --register=no --keep-unit --resolv-conf=off --console=pipe < /dev/null > "$work/boot.log" 2>&1 && [ -e "$root/release-test/out" ]; then
		sed 's/^/  /' "$root/release-test/out"
	else
		echo 'no systemd can be booted here: in a chroot, without services'
		systemd-nspawn -q -D "$root" --register=no --keep-unit --resolv-conf=off /release-test/installed.sh 2>&1 | tee "$root/release-test/out" | sed 's/^/  /'
	fi
	tail -1 "$root/release-test/out" | grep -q '^installed, run and removed' || fail "the install: see above"
}

# units holds them to what systemd says of them.
units() {
	local root="$work/units" said
	mkdir -p "$root"
	dpkg-deb -x "$out"/midwatch_*_"$native".deb "$root"
	# What the units refer to outside the package.
	mkdir -p "$root/usr/lib/systemd/system" && cp -n /usr/lib/systemd/system/{*.target,*.slice} "$root/usr/lib/systemd/system/"
	said=$(systemd-analyze verify --man=no --recursive-errors=yes --root="$root" midwatch.service midwatch.timer midwatch-receive.service 2>&1) || true
	[ -z "$said" ] || fail "systemd-analyze verify: $said"
	for unit in midwatch.service midwatch-receive.service; do
		systemd-analyze security --offline=true --threshold=20 --no-pager "$root/usr/lib/systemd/system/$unit" | tail -1 || fail "$unit is exposed above 2.0"
	done
}

# container builds the Containerfile on a base that has what its own has, which
# needs a registry of images, and runs the demonstration in it.
container() {
	local base="$work/base" storage=(--storage-driver vfs --root "$work/storage" --runroot "$work/storage-run") c
	unpack
	mkdir -p "$base"/{tmp,home/nonroot} "$work/debs"
	chmod 1777 "$base/tmp"
	(cd "$work/debs" && chmod 777 . && apt-get download -q base-files libc6 libgcc-s1 gcc-12-base libstdc++6 tzdata > /dev/null && for d in *.deb; do dpkg-deb -x "$d" "$base"; done)
	echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' > "$base/etc/passwd"
	echo 'nonroot:x:65532:' > "$base/etc/group"
	c=$(buildah "${storage[@]}" from scratch)
	buildah "${storage[@]}" copy -q "$c" "$base" / > /dev/null
	buildah "${storage[@]}" commit -q "$c" localhost/base > /dev/null
	buildah "${storage[@]}" bud -q --isolation chroot --build-arg BASE=localhost/base -t localhost/midwatch "$archive" > /dev/null
	c=$(buildah "${storage[@]}" from localhost/midwatch)
	buildah "${storage[@]}" run --isolation chroot "$c" -- /usr/bin/midwatch demo --dir /var/lib/midwatch/demo > "$work/container.txt"
	grep -q 'planted attacks were listed' "$work/container.txt" || fail 'the demonstration in the container'
	echo 'container built and run'
}

# other runs the program of another architecture, where qemu is there.
other() {
	for arch; do
		[ "$arch" != "$native" ] || continue
		tar -C "$work" -xzf "$out"/midwatch_*_linux_"$arch".tar.gz
		if [ "$arch" = arm64 ] && command -v qemu-aarch64-static > /dev/null; then
			qemu-aarch64-static -L /usr/aarch64-linux-gnu "$work"/midwatch_*_linux_arm64/midwatch version
		else
			echo "$arch is built and was not run: there is no qemu-aarch64-static"
		fi
	done
}

for step in ${STEPS:-twice linked units debian container other}; do
	begin=$SECONDS
	"$step" "$@"
	echo "  ($step: $((SECONDS - begin)) s)"
done

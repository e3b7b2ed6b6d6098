# shellcheck shell=bash
# README's commands as they are written there, from a Debian with nothing on it to a browser that
# shows lunch. Sourced by scripts/e2e, for which container.sh sets $container and $leader.
# shellcheck disable=SC2154

bare=systemd,systemd-sysv,dbus # what makes a machine of a minimal Debian

# The sh blocks below a heading of README, up to the next heading.
readme() {
  awk -v heading="$1" '
    /^```/ { block = $0 == "```sh" && found; next }
    block { print; next }
    /^#+ / { found = $0 == heading }' "$repository/README.md" >"$logs/commands"
  [ -s "$logs/commands" ] || fail "README has no sh block below $1"
  cat "$logs/commands"
}

# As inside, but with the network of the host, to fetch what is to be installed.
connected() {
  nsenter --target "$leader" --mount --uts --ipc --pid --root \
    env -i --chdir=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# Who answers apt's questions says yes.
say_yes() {
  echo 'APT::Get::Assume-Yes "true";' >"$container/root/etc/apt/apt.conf.d/yes"
}

# Whom the host trusts, and what it has fetched already, need not be found out again: only what is
# missing comes from the network.
as_the_host() {
  mkdir -p "$container/root/usr/local/share/ca-certificates"
  find /usr/local/share/ca-certificates -name '*.crt' \
    -exec cp -t "$container/root/usr/local/share/ca-certificates" {} +
  [ ! -d ~/.m2 ] || cp -R ~/.m2 "$container/root/root"
}

check_build() {
  local commands
  say_yes
  as_the_host
  mkdir "$container/root/root/lunchd"
  tar -C "$repository" --exclude=./target --exclude=./.git -c . | tar -C "$container/root/root/lunchd" -x
  commands=$(readme '### Build the package')
  connected env --chdir=/root/lunchd bash -euxc "$commands"
  cp "$container"/root/root/lunchd/target/lunchd_*.deb "$logs"
}

check_newcomer() {
  local commands heading
  say_yes
  cp "$logs"/lunchd_*.deb "$container/root/root"
  for heading in '### Install it' '### The same without a domain'; do
    commands=$(readme "$heading")
    connected bash -euxc "$(grep '^apt-get ' <<<"$commands")"
    inside env --chdir=/root bash -euxc "$(grep -v '^apt-get ' <<<"$commands")"
  done
  inside lunchd --version | grep 'AOT cache in use'
  inside chromium --headless --no-sandbox --dump-dom https://lunch.example/ | grep -E "$lunch" >&3
  [ "$(head -c 4 "$container/root/root/lunch.png")" = $'\x89PNG' ]
}

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
as_the_host() { # HOME
  mkdir -p "$container/root/usr/local/share/ca-certificates"
  find /usr/local/share/ca-certificates -name '*.crt' \
    -exec cp -t "$container/root/usr/local/share/ca-certificates" {} +
  [ ! -d ~/.m2 ] || cp -R ~/.m2 "$container/root$1"
}

# This checkout, as far as it is in git or could be.
checkout() { # HOME
  mkdir "$container/root$1/lunchd"
  tar -C "$repository" --exclude=./target --exclude=./.git --exclude=./.dev -c . |
    tar -C "$container/root$1/lunchd" -x
}

check_build() {
  local commands
  say_yes
  as_the_host /root
  checkout /root
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

# The first two commands of README: an ordinary user with sudo, and nothing but git and a checkout.
as_guest() {
  connected runuser -u guest -- env --chdir=/home/guest/lunchd HOME=/home/guest "$@"
}

check_setup() {
  local port=8443
  while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done # it is the host's
  inside useradd --create-home guest
  echo 'guest ALL=(ALL) NOPASSWD: ALL' >"$container/root/etc/sudoers.d/guest"
  as_the_host /home/guest
  checkout /home/guest
  inside chown -R guest: /home/guest

  as_guest bash -c 'echo $$ >/home/guest/run.pid; exec scripts/run --yes "$@"' bash --port "$port" \
    </dev/null >"$logs/run" 2>&1 &
  local run=$!
  served_or_ended() { grep -q '^Lunch is served: ' "$logs/run" || ! kill -0 $run; }
  await 600 served_or_ended
  cat "$logs/run"
  grep '^Lunch is served: ' "$logs/run"
  as_guest curl --silent --show-error --cacert .dev/certificate.pem "https://localhost:$port/" | grep -E "$lunch"
  inside sh -c 'kill -TERM "$(cat /home/guest/run.pid)"'
  wait $run

  # All the tests take too long to be run once more: the tools are what is in question, so one class
  # that needs no program, and two that need curl, socat and systemd-socket-activate.
  as_guest scripts/test --yes -Dtest=AcceptTest -Dit.test='SuperServerIT,PipeIT' \
    -Dsurefire.failIfNoSpecifiedTests=false </dev/null
  as_guest bash -c 'command -v time socat'
  grep 'Tests run: [1-9].* Failures: 0, Errors: 0' "$container"/root/home/guest/lunchd/target/*-reports/*.txt
}

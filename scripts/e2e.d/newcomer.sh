# shellcheck shell=bash
# The commands in README and the pages in src/main/doc, as written there, from a minimal Debian to a browser
# that shows lunch. Sourced by scripts/e2e; container.sh sets $container and $leader.

bare=systemd,systemd-sysv,dbus # what a minimal Debian needs to boot

# Prints the sh blocks of a document between a heading and the next one; only the Nth, if given.
documented() { # DOCUMENT HEADING [N]
  awk -v heading="$2" -v wanted="${3:-0}" '
    /^```/ { block = $0 == "```sh" && found && (++n == wanted || !wanted); next }
    block { print; next }
    /^#+ / { found = $0 == heading }' "$repository/$1" >"$logs/commands"
  [ -s "$logs/commands" ] || fail "$1 has no sh block ${3:-} below $2"
  cat "$logs/commands"
}

# Like inside, but with the host's network, to download packages.
connected() {
  nsenter --target "$leader" --mount --uts --ipc --pid --root \
    env -i --chdir=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# Makes apt answer its questions with yes.
say_yes() {
  echo 'APT::Get::Assume-Yes "true";' >"$container/root/etc/apt/apt.conf.d/yes"
}

# Copies the host's trusted certificates and its downloads, so that only what is missing comes from the
# network.
as_the_host() { # HOME
  mkdir -p "$container/root/usr/local/share/ca-certificates"
  find /usr/local/share/ca-certificates -name '*.crt' \
    -exec cp -t "$container/root/usr/local/share/ca-certificates" {} +
  [ ! -d ~/.m2 ] || cp -R ~/.m2 "$container/root$1"
}

# Copies this checkout: the files in git, and those that are not ignored.
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
  commands=$(documented README.md '## On a server' 1)
  connected env --chdir=/root/lunchd bash -euxc "$commands"
  cp "$container"/root/root/lunchd/target/lunchd_*.deb "$logs"
}

# From lunchd's package to the user's own class that answers over HTTPS: on the machine of check_build, where
# apt has already downloaded what Maven needs.
check_own() {
  local commands command started=$SECONDS
  mv "$container"/root/root/lunchd/target/lunchd_*.deb "$container/root/root"
  rm -r "$container/root/root/lunchd"
  connected apt-get install --no-install-recommends curl ./"$(basename "$container"/root/root/lunchd_*.deb)"
  commands=$(documented README.md '## Your own service' 2)
  [ "$(wc -l <<<"$commands")" = 5 ]
  while read -r command; do
    case $command in # these need a network
      apt-get* | *mvn*) connected bash -euxc "$command" </dev/null ;;
      *) inside env --chdir=/root bash -euxc "$command" </dev/null ;;
    esac
  done <<<"$commands" >"$logs/own"
  cat "$logs/own"
  grep '<h1>Hello</h1>' "$logs/own"
  echo "a class of one's own after $((SECONDS - started)) s" >&3
  inside journalctl --quiet --identifier lunchd-tea | grep '"GET / HTTP/1.1" 200 '
}

# Runs commands; those that begin with apt-get have a network.
follow() { # COMMANDS
  connected bash -euxc "$(grep '^apt-get ' <<<"$1")"
  inside env --chdir=/root bash -euxc "$(grep -v '^apt-get ' <<<"$1")"
}

check_newcomer() {
  local commands
  say_yes
  cp "$logs"/lunchd_*.deb "$container/root/root"
  commands=$(documented README.md '## On a server' 2)
  follow "$commands"
  commands=$(documented src/main/doc/operation.md '## The same without a domain')
  follow "$commands"
  inside lunchd --version | grep 'AOT cache in use'
  inside chromium --headless --no-sandbox --dump-dom https://lunch.example/ | grep -E "$lunch" >&3
  [ "$(head -c 4 "$container/root/root/lunch.png")" = $'\x89PNG' ]
}

# An ordinary user with sudo, and nothing but git and a checkout.
as_guest() {
  connected runuser -u guest -- env --chdir=/home/guest/lunchd HOME=/home/guest "$@"
}

# Runs a command that serves until Ctrl-C, and looks for a line in its answer.
guest_serves() { # PATTERN COMMAND...
  local pattern=$1
  shift
  as_guest bash -c 'echo $$ >/home/guest/run.pid; exec "$@"' bash "$@" --port "$port" \
    </dev/null >"$logs/run" 2>&1 &
  local run=$!
  served_or_ended() { grep -q ' is served: ' "$logs/run" || ! kill -0 "$run"; }
  await 600 served_or_ended
  cat "$logs/run"
  grep ' is served: ' "$logs/run"
  as_guest curl --silent --show-error --cacert .dev/certificate.pem "https://localhost:$port/" >"$logs/served"
  grep -E "$pattern" "$logs/served"
  # shellcheck disable=SC2016 # for the shell in there
  inside sh -c 'kill -TERM "$(cat /home/guest/run.pid)"'
  wait "$run"
}

# The first two commands of README, and then the user's own service.
check_setup() {
  local port started commands run
  port=$(free_port 8443) # the network is the host's
  inside useradd --create-home guest
  echo 'guest ALL=(ALL) NOPASSWD: ALL' >"$container/root/etc/sudoers.d/guest"
  as_the_host /home/guest
  checkout /home/guest
  inside chown -R guest: /home/guest

  started=$SECONDS
  guest_serves "$lunch" scripts/run --yes
  echo "lunch after $((SECONDS - started)) s," >&3
  commands=$(documented README.md '## Your own service' 1)
  run=$(tail -n 1 <<<"$commands")
  started=$SECONDS
  as_guest bash -euxc "$(sed '$d' <<<"$commands")" </dev/null
  # shellcheck disable=SC2086 # the command is words
  guest_serves '<h1>Hello</h1>' $run
  echo "a class of one's own after $((SECONDS - started)) s" >&3

  # Running all tests again would take too long. This is about the tools, so it runs one class that needs no
  # program, and two that need curl, socat and systemd-socket-activate.
  as_guest scripts/test --yes -Dtest=AcceptTest -Dit.test='SuperServerIT,PipeIT' \
    -Dsurefire.failIfNoSpecifiedTests=false </dev/null
  as_guest bash -c 'command -v time socat'
  grep 'Tests run: [1-9].* Failures: 0, Errors: 0' "$container"/root/home/guest/lunchd/target/*-reports/*.txt
}

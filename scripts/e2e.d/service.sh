# shellcheck shell=bash
# The check of lunchd-service: a handler in its own jar, beside an unchanged lunchd. Sourced by scripts/e2e,
# like checks.sh.
# shellcheck disable=SC2016

# Builds the jar of Tea.java with this machine's JDK; the container has none.
build_tea() { # INTO
  local jdk classes=$logs/tea
  jdk=$(find_jdk)
  rm -rf "$classes"
  "$jdk/bin/javac" -d "$classes" -cp "$repository/target/module/lunchd.jar" "$scripts/e2e.d/Tea.java"
  "$jdk/bin/jar" --create --file "$1" -C "$classes" .
}

tea() { # PATH [CURL-ARGUMENT...]
  local path=$1
  shift
  inside curl --silent --show-error --fail --max-time 20 --cacert /etc/lunchd-tea/chain.pem \
    "https://localhost:8443$path" "$@"
}
tea_says() { # TEXT PATH [CURL-ARGUMENT...]
  local text=$1 said
  shift
  said=$(tea "$@")
  [ "$said" = "$text" ] || fail "$1 says $said, not $text"
}
add_tea() {
  inside lunchd-service add tea --jar "$tools/tea.jar" --handler tea.Tea \
    --listen 127.0.0.1:8443 --listen '[::1]:8443' "$@"
}
# Fails as it should, with one line on stderr.
refused() { # STATUS TEXT ARGUMENT...
  local status=0 expected=$1 text=$2
  shift 2
  inside lunchd-service "$@" 2>"$logs/refused" || status=$?
  cat "$logs/refused"
  [ "$status" = "$expected" ] || fail "exit status $status"
  [ "$(wc -l <"$logs/refused")" = 1 ]
  grep -F -- "$text" "$logs/refused"
}
# A shipped drop-in by itself, and the exposure with it.
tea_dropin() { # EXAMPLE MOST
  local dropins=$etc/lunchd-tea@.service.d
  inside mkdir -p "$dropins"
  inside cp "$source/units/examples/service-$1.conf" "$dropins/$1.conf"
  inside systemctl daemon-reload
  tea_exposure "$1" "$2"
}
tea_exposure() { # WHAT MOST
  local exposure
  exposure=$(inside systemd-analyze security --no-pager lunchd-tea@x.service |
    sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
  echo "$1: exposure $exposure" >&3
  awk -v e="$exposure" -v most="$2" 'BEGIN { exit !(e != "" && e <= most) }'
}
# Like file_list, without the distribution's directory, whose name changes with each upgrade.
files_but_release() {
  file_list | sed -e 's|/usr/local/lib/lunchd-[A-Za-z0-9]*|/usr/local/lib/lunchd-RELEASE|' \
    -e 's|lunchd lunchd-[A-Za-z0-9]*$|lunchd lunchd-RELEASE|' | sort
}
lunchds_own() {
  inside systemctl show --property ExecStart,RootDirectory,Slice,Environment,LoadCredential,DropInPaths \
    lunchd@x.service
  inside systemctl show --property ActiveEnterTimestampMonotonic,Listen lunchd.socket
}

check_service() {
  local own before since pair path load
  build_tea "$container/root$tools/tea.jar"
  files_but_release >"$logs/$suite-before-tea"
  own=$(lunchds_own)

  # What it refuses leaves nothing behind.
  refused 64 'choose another' add check --jar "$tools/tea.jar" --handler tea.Tea
  refused 64 'lower-case letters' add Tea --jar "$tools/tea.jar" --handler tea.Tea
  refused 64 'a port from 1 to 65535' add tea --jar "$tools/tea.jar" --handler tea.Tea --listen localhost
  refused 64 'an IP address' add tea --jar "$tools/tea.jar" --handler tea.Tea --listen localhost:8443
  refused 64 '--jar is missing' add tea --handler tea.Tea
  refused 66 'name a readable jar' add tea --jar "$tools/none.jar" --handler tea.Tea
  refused 78 'tea.Coffee is not in --jar /service/tea.jar' add tea --jar "$tools/tea.jar" --handler tea.Coffee
  refused 78 'see lunchd --help' add tea --jar "$tools/tea.jar" --handler tea.Tea --listen 8443 -- --milk
  refused 69 'choose other ports with --listen' add tea --jar "$tools/tea.jar" --handler tea.Tea -- --greeting Hello
  files_but_release | diff "$logs/$suite-before-tea" -
  nothing_failed

  add_tea -- --greeting 'Green tea, 100% $HOME %n'
  tea_says 'Green tea, 100% $HOME %n' / -4
  tea_says 'Green tea, 100% $HOME %n' / -6
  inside systemd-analyze verify --man=no lunchd-tea.socket lunchd-tea@x.service lunchd-tea.slice \
    lunchd-tea@check.service lunchd-tea-check.timer lunchd-self-signed-tea.service
  [ "$(inside systemctl show --property Slice --value lunchd-tea@x.service)" = lunchd-tea.slice ]
  inside systemctl is-enabled lunchd-tea.socket
  inside systemctl is-active lunchd-tea-check.timer
  tea_exposure alone 0.3
  [ "$(inside lunchd-service list)" = $'tea\ttea.Tea\t127.0.0.1:8443,[::1]:8443\tactive' ]
  [ "$(inside stat -c '%a %U' /var/lib/lunchd-service/tea/tea.jar)" = '644 root' ]
  since=$(journal_now)
  tea_says 'Green tea, 100% $HOME %n' /
  await 20 journal_has "$since" '"GET / HTTP/1.1" 200'
  journal_since "$since" --identifier lunchd-tea | grep '"GET / HTTP/1.1" 200'
  # lunchd is unchanged; so is the target of a link with such a name.
  [ "$(lunchds_own)" = "$own" ]
  serves
  inside cp "$source/units/examples/lunchd-unix.socket" "$etc"
  inside ln -s lunchd@.service "$etc/lunchd-unix@.service"
  inside systemctl daemon-reload
  inside systemctl start lunchd-unix.socket
  https --unix-socket /run/lunchd.sock http://localhost/ | grep -E "$lunch"
  [ "$(inside systemctl show --property Slice --value lunchd-unix@x.service)" = lunchd.slice ]
  inside systemctl stop lunchd-unix.socket
  inside rm "$etc/lunchd-unix.socket" "$etc/lunchd-unix@.service"
  inside systemctl daemon-reload

  # Its own pair is renewed by its own check.
  inside systemctl start lunchd-tea@check
  inside sh -eu -c 'cd /etc/lunchd-tea && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
    -nodes -subj /CN=old -addext subjectAltName=DNS:localhost -days 29 -keyout key.pem -out chain.pem 2>/dev/null
    sha256sum key.pem chain.pem >self-signed.sha256'
  pair=$(inside cat /etc/lunchd-tea/chain.pem)
  inside systemctl start lunchd-tea@check
  [ "$(inside cat /etc/lunchd-tea/chain.pem)" != "$pair" ] || fail 'the pair will expire'
  tea / >/dev/null

  # Each drop-in; without it, nothing of it works.
  for path in /secret /state /outgoing; do
    if tea "$path"; then fail "$path works without its drop-in"; fi
  done
  inside sh -c 'umask 077; printf hush >/etc/lunchd-tea/secret'
  tea_dropin secret 0.3
  tea_says hush /secret
  inside rm "$etc/lunchd-tea@.service.d/secret.conf"
  tea_dropin state 0.3
  tea_says kept /state --data-binary 'Ada '
  tea_says kept /state --data-binary 'Grace'
  tea_says 'Ada Grace' /state
  # It is on the disk before the answer: with fsync denied, there is no answer.
  printf '[Service]\nSystemCallFilter=~fsync\n' | inside tee "$etc/lunchd-tea@.service.d/zz-denied.conf"
  inside systemctl daemon-reload
  if tea /state --data-binary ''; then fail 'it does not call fsync'; fi
  inside rm "$etc/lunchd-tea@.service.d/zz-denied.conf"
  # It belongs to the service alone, and is not where lunchd's challenges are.
  [ "$(inside cat /var/lib/private/lunchd-tea/guests)" = 'Ada Grace' ]
  [ "$(inside stat -c '%a %U' /var/lib/lunchd/acme)" = '755 root' ]
  inside rm "$etc/lunchd-tea@.service.d/state.conf"
  tea_dropin outgoing 2.0
  inside python3 -c '
import os, socket
server = socket.create_server(("127.0.0.1", 9009))
if os.fork() == 0:
    os.setsid()
    for descriptor in 0, 1, 2: os.close(descriptor)
    server.settimeout(30)
    server.accept()[0].send(b"from outside")'
  tea_says 'from outside' /outgoing
  inside rm "$etc/lunchd-tea@.service.d/outgoing.conf"
  # All together.
  for path in secret state outgoing; do
    inside cp "$source/units/examples/service-$path.conf" "$etc/lunchd-tea@.service.d/$path.conf"
  done
  inside systemctl daemon-reload
  tea_says hush /secret
  tea_says 'Ada Grace' /state
  inside systemctl start lunchd-tea@check

  # An upgrade gives it the new runtime; its jar and its options stay.
  before=$(inside systemctl show --property RootDirectory --value lunchd-tea@x.service)
  until inside test -e /opt/stop; do
    if tea / >/dev/null; then echo served; else echo FAILED; fi
  done >"$logs/$suite-tea-load" 2>&1 &
  load=$!
  inside "$source/scripts/install"
  inside touch /opt/stop
  wait "$load"
  inside rm /opt/stop
  no_line -v served "$logs/$suite-tea-load"
  grep -q served "$logs/$suite-tea-load"
  echo "$(wc -l <"$logs/$suite-tea-load") served while lunchd was upgraded" >&3
  tea_says 'Green tea, 100% $HOME %n' /
  [ "$(inside systemctl show --property RootDirectory --value lunchd-tea@x.service)" != "$before" ]
  inside test ! -e "$before"
  if inside "$source/scripts/uninstall" 2>"$logs/refused"; then fail 'uninstalled while a service used it'; fi
  grep 'lunchd-service remove tea' "$logs/refused"

  # Adding it again: another greeting applies at once, and a jar that can't be served changes nothing.
  since=$(inside systemctl show --property ActiveEnterTimestampMonotonic lunchd-tea.socket)
  add_tea -- --greeting Darjeeling
  tea_says Darjeeling /
  printf junk | inside tee "$tools/junk.jar" >/dev/null
  refused 78 "can't be read" add tea --jar "$tools/junk.jar" --handler tea.Tea \
    --listen 127.0.0.1:8443 --listen '[::1]:8443' -- --greeting Oolong
  refused 69 "can't listen on 443" add tea --jar "$tools/tea.jar" --handler tea.Tea --listen 443 -- \
    --greeting Oolong
  inside rm "$tools/junk.jar"
  tea_says Darjeeling /
  nothing_failed

  # What is kept when it is removed, and what is not.
  inside lunchd-service remove tea >"$logs/removed"
  grep -F 'kept: /etc/lunchd-tea /var/lib/lunchd-tea /var/lib/private/lunchd-tea' "$logs/removed"
  says_nothing inside ss -Hltn 'sport = :8443'
  says_nothing inside lunchd-service list
  inside lunchd-service remove tea | grep 'no service tea'
  add_tea -- --greeting Assam
  tea_says 'Ada Grace' /state
  inside lunchd-service remove tea --purge
  inside lunchd-service remove tea --purge
  files_but_release | diff "$logs/$suite-before-tea" - || fail 'it left files behind, or removed others'
  says_nothing inside systemctl list-units --all --no-legend 'lunchd-tea*' 'lunchd-self-signed-tea*'
  serves
  nothing_failed
}

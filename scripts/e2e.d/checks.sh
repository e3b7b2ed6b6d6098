# shellcheck shell=bash
# The checks, one function each, in the order in which scripts/e2e calls them. Each runs under
# `set -e`; what it writes to fd 3 is printed next to its name.

source=/opt/lunchd   # the repository, in the container
prefix=/usr/local    # where lunchd is, in the container
tools=/opt/e2e       # probe, static handler, clients
etc=/etc/systemd/system
services='webhook guestbook redirector whoami' # those of proof.sh; on these ports, as in services.py
declare -A service_port=([webhook]=8441 [guestbook]=8442 [redirector]=8443 [whoami]=8444)
lunch='<h1>(Sandwich|Soup|Salad|Burger|Sushi)</h1>'
# What 252 sometimes logs, and late: a credentials' mount is not one of lunchd's units.
mounts_gone='^run-credentials-.*\.mount: Deactivated successfully\.$'

# --- What the checks share

fail() {
  echo "$1"
  exit 1
}

# Fails if a line matches, which `! grep` would not under `set -e`, and if the input is missing.
no_line() { # GREP-ARGUMENTS...
  local status=0
  grep "$@" || status=$?
  [ "$status" = 1 ] || fail "there must be no such line: $*"
}

# Runs a command that must succeed and print nothing: [ -z "$(...)" ] holds for one that fails, too.
says_nothing() {
  local output
  output=$("$@") || fail "failed: $*"
  [ -z "$output" ] || fail "$*: $output"
}

install_tools() {
  local in=$container/root
  mkdir -p "$in$source/target" "$in$source/src/main" "$in$tools"
  cp -a "$repository/target/lunchd" "$in$source/target"
  cp -R "$repository/scripts" "$repository/units" "$in$source"
  cp -R "$repository/src/main/man" "$repository/src/main/completion" "$in$source/src/main"
  cp "$scripts"/e2e.d/*.[pc]* "$in$tools"
  inside gcc -static -O2 -o "$tools/probe" "$tools/probe.c" &&
    inside gcc -static -O2 -o "$tools/answer" "$tools/answer.c"
}

https() {
  inside curl --silent --show-error --fail --max-time 20 --cacert /etc/lunchd/chain.pem "$@"
}

serves() {
  https https://localhost/ | grep -qE "$lunch"
}

# A client; on another host with `where=outside`.
client() {
  "${where:-inside}" python3 "$tools/client.py" "$@"
}

# hold NAME COMMAND...: a client in the background that keeps its connection until `release NAME`.
hold() {
  local name=$1 pipe
  shift
  pipe=$logs/$suite-$name
  mkfifo "$pipe.in"
  client "$@" <"$pipe.in" >"$pipe.out" 2>&1 &
  held[$name]=$!
  # shellcheck disable=SC2086,SC2093 # a redirection, into a descriptor that holds[NAME] is set to
  exec {holds[$name]}>"$pipe.in"
  rm "$pipe.in"
  await 20 grep -q holding "$pipe.out"
}
release() {
  local descriptor=${holds[$1]}
  echo >&"$descriptor" # not by closing it: other background clients have it too
  exec {descriptor}>&-
  wait "${held[$1]}" || fail "client $1 failed: $(cat "$logs/$suite-$1.out")"
}
said() { # NAME LINE
  grep -x "$2" "$logs/$suite-$1.out" || fail "client $1 said $(cat "$logs/$suite-$1.out")"
}
declare -A held holds

instances() { # of connections
  local units
  units=$(inside systemctl list-units --all --plain --no-legend --quiet 'lunchd@*') || fail 'no list of units'
  awk 'NF && $1 != "lunchd@check.service" { print $1 }' <<<"$units"
}
instance_count_is() {
  local names
  names=$(instances) || fail "$names"
  [ "$(grep -c . <<<"$names")" = "$1" ]
}
main_pid() {
  inside systemctl show --property MainPID --value "$1"
}

# A point in the journal, and what came after it. By time: systemd 252 finds nothing after a cursor if it
# filters by identifier.
journal_now() {
  inside date +@%s.%6N
}
journal_since() {
  local since=$1
  shift
  inside journalctl --sync
  inside journalctl --quiet --no-pager --output cat --since "$since" "$@"
}
journal_has() {
  journal_since "$1" | grep -qE -- "$2"
}

# With a pattern that nothing matches, list-unit-files itself fails.
no_unit_files() {
  inside systemctl list-unit-files --no-legend >"$logs/unit-files"
  no_line '^lunchd' "$logs/unit-files"
}

nothing_failed() {
  says_nothing inside systemctl --failed --plain --no-legend
}

use_example() { # UNIT EXAMPLE
  inside mkdir -p "$etc/$1.d"
  inside cp "$source/units/examples/$2" "$etc/$1.d/"
  inside systemctl daemon-reload
}
drop_example() {
  inside rm "$etc/$1.d/$2"
  inside rmdir "$etc/$1.d"
  inside systemctl daemon-reload
}

# Puts the key where examples/encrypted-key.conf expects it: a directory that 257 ships and 252 does not.
encrypt_key() { # FILE
  inside sh -eu -c "
    [ -d /etc/credstore.encrypted ] || mkdir /etc/credstore.encrypted /run/credstore-made
    systemd-creds encrypt --with-key=host --name=key.pem $1 /etc/credstore.encrypted/lunchd-key.pem"
}
remove_encrypted_key() {
  inside sh -eu -c "
    rm /etc/credstore.encrypted/lunchd-key.pem
    [ ! -d /run/credstore-made ] || rmdir /etc/credstore.encrypted /run/credstore-made"
}

# Removes what a failed check left, so that others don't see it.
restore() {
  inside sh -c "
    touch /opt/stop
    rm -rf $etc/lunchd-unix* $etc/lunchd.socket.d $etc/lunchd@.service.d $etc/lunchd@check.service.d
    rm -rf /run/systemd/system/bare-* /run/systemd/system/boxed-* /run/systemd/system/lunchd@.service.d
    for name in tea both $services; do lunchd-service remove \$name --purge; done
    lunchd-service key-apart off
    rm -rf $etc/lunchd-signer.service.d /run/systemd/system/lunchd-signer.service.d
    [ ! -e /run/netns/outside ] || { ip link delete outer; ip netns delete outside; }
    nft flush ruleset
    systemctl unset-environment JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS _JAVA_LAUNCHER_DEBUG
    [ ! -d /opt/etc-lunchd ] || { rm -rf /etc/lunchd; cp -a /opt/etc-lunchd /etc/lunchd; }
    systemctl daemon-reload
    systemctl reset-failed
    systemctl stop lunchd.slice
    systemctl restart lunchd.socket
    rm /opt/stop"
}

# What install and uninstall must leave alone: the whole tree, except for what a running Debian writes.
file_list() {
  inside find / -xdev \( -path /var/log -o -path /var/lib/systemd -o -path /var/cache \
    -o -path /var/tmp -o -path /opt \) -prune -o -printf '%M %u %p %l\n' | sort
}

# The exposure as systemd rates it: at most 0.3, or what is given.
exposure() {
  local exposure
  exposure=$(inside systemd-analyze security --no-pager lunchd@x.service |
    sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
  echo "exposure $exposure" >&3
  awk -v e="$exposure" -v most="${1:-0.3}" 'BEGIN { exit !(e != "" && e <= most) }'
}

# --- The checks

# What a developer's two commands say on a machine without Maven and a JDK; setup has everything else.
check_needs() {
  local command line status
  for command in run test; do
    status=0
    inside "$source/scripts/$command" </dev/null >"$logs/needs" 2>&1 || status=$?
    [ "$status" = 77 ] || fail "$command: exit status $status"
    line=$(grep -x '  apt-get install --no-install-recommends .*' "$logs/needs")
    grep -w maven <<<"$line"
    [ "$command" = run ] || grep -w socat <<<"$line"
    no_line -wE 'curl|openssl' "$logs/needs" # these are there
    if [ "$suite" = bookworm ]; then
      grep 'a JDK 25 is missing, and apt has none' "$logs/needs"
      grep 'under /usr/lib/jvm$' "$logs/needs"
    else
      grep -w openjdk-25-jdk-headless <<<"$line"
    fi
  done
  # On a terminal it asks; anything but yes means no.
  if [ "$suite" != bookworm ]; then
    status=0
    inside script -qec "$source/scripts/test" /dev/null <<<'' >"$logs/needs" || status=$?
    [ "$status" = 77 ] || fail "after a no: exit status $status"
    grep -F 'Shall I do it? [y/N]' "$logs/needs"
  fi
  if inside sh -c 'command -v mvn'; then fail 'it installed something'; fi
}

check_install() {
  file_list >"$logs/$suite-files-before"
  # A systemd that is too old for the units.
  inside sh -c 'mkdir /opt/old && printf "#!/bin/sh\necho systemd 251\n" >/opt/old/systemctl && chmod +x /opt/old/systemctl'
  local status=0
  inside env PATH=/opt/old:/usr/sbin:/usr/bin "$source/scripts/install" 2>"$logs/old" || status=$?
  inside rm -r /opt/old
  [ "$status" = 77 ] || fail "systemd 251: exit status $status"
  grep 'need systemd 252 or later, and this is 251' "$logs/old"
  file_list | diff "$logs/$suite-files-before" - || fail 'it wrote something'

  inside "$source/scripts/install"
  inside "$source/scripts/install" # repeating it does no harm
  inside lunchd --version | grep -x 'lunchd .*, AOT cache in use'
  inside systemd-analyze verify --man=no lunchd.socket lunchd@x.service lunchd.slice \
    lunchd-sandbox.service lunchd@check.service lunchd-check.timer lunchd-self-signed.service
  inside grep -q BoringSSL /usr/local/lib/lunchd/copyright # the licence of each part
  inside systemctl enable --now lunchd.socket
  inside systemctl is-active lunchd.socket
  inside cp -a /etc/lunchd /opt/etc-lunchd
  exposure

  # For a domain: certbot's paths, in a drop-in; and in another root, for packagers.
  inside env DESTDIR=/tmp/staged "$source/scripts/install" --prefix /usr --domain lunch.example
  inside grep -rq /etc/letsencrypt/live/lunch.example/privkey.pem "/tmp/staged$etc"
  inside env DESTDIR=/tmp/staged "$source/scripts/uninstall" --prefix /usr
  says_nothing inside find /tmp/staged -mindepth 1
}

check_answers() {
  https -4 https://localhost/ | grep -E "$lunch"
  https -6 https://localhost/ | grep -E "$lunch"
  local status
  for family in -4 -6; do
    status=$(inside curl -sS "$family" -o /dev/null -w '%{http_code} %{redirect_url}' http://localhost/)
    [ "$status" = '308 https://localhost/' ] || fail "port 80 answers $status"
    https "$family" --location http://localhost/ | grep -E "$lunch"
  done

  # Behind a proxy on the same host, which is one source and may open more than 8 connections at once.
  inside cp "$source/units/examples/lunchd-unix.socket" "$etc"
  inside ln -s lunchd@.service "$etc/lunchd-unix@.service"
  inside systemctl daemon-reload
  inside systemd-analyze verify --man=no lunchd-unix.socket
  inside systemctl start lunchd-unix.socket
  [ "$(inside stat -c '%a %G' /run/lunchd.sock)" = '660 www-data' ]
  https --unix-socket /run/lunchd.sock http://localhost/ | grep -E "$lunch"
  client proxy 12
  inside systemctl stop lunchd-unix.socket
  if inside test -e /run/lunchd.sock; then fail 'the Unix socket is still there'; fi
  inside rm "$etc/lunchd-unix.socket" "$etc/lunchd-unix@.service"
  inside systemctl daemon-reload
  serves
}

check_instance() {
  hold instance finish # its JVM is up
  local unit pid uid status
  unit=$(instances)
  pid=$(main_pid "$unit")
  inside cat "/proc/$pid/status" >"$logs/status"
  status=$(cat "$logs/status")

  uid=$(awk '/^Uid:/ { print $2 }' <<<"$status")
  if [ "$uid" -lt 61184 ] || [ "$uid" -gt 65519 ]; then fail "uid $uid is not a dynamic one"; fi
  [ "$(grep -cE "^[UG]id:(\s+$uid){4}$" <<<"$status")" = 2 ] || fail 'not one uid and gid'
  ! inside grep -q ":$uid:" /etc/passwd || fail "uid $uid is in /etc/passwd"
  grep -E '^NoNewPrivs:\s+1$' <<<"$status"
  grep -E '^Seccomp:\s+2$' <<<"$status"
  [ "$(grep -cE '^Cap(Inh|Prm|Eff|Bnd|Amb):\s+0+$' <<<"$status")" = 5 ] || fail "capabilities: $status"

  # Sockets: the connection, the journal's, and the one that NIO keeps to close others with, half of a pair
  # whose other half is closed. Only that one belongs to the instance's network.
  local sockets connection journal own
  sockets=$(inside find "/proc/$pid/fd" -lname 'socket:*' -printf '%l\n' | sort -u)
  connection=$(inside readlink "/proc/$pid/fd/0")
  journal=$(inside readlink "/proc/$pid/fd/2")
  inside cat "/proc/$pid/environ" | tr '\0' '\n' |
    grep "^JOURNAL_STREAM=.*:$(tr -dc 0-9 <<<"$journal")$"
  own=$(inside nsenter -t "$pid" -n cat /proc/net/unix | sed 1d)
  for socket in $sockets; do
    case $socket in
      "$connection" | "$journal") ;;
      *) grep -qE "^\S+ 00000002 \S+ \S+ 0001 \S+ +$(tr -dc 0-9 <<<"$socket")$" <<<"$own" ||
        fail "an unexpected socket: $socket; $own" ;;
    esac
  done
  [ "$(wc -l <<<"$own")" -le 1 ] || fail "Unix sockets: $own"
  for protocol in tcp tcp6 udp udp6 raw raw6; do
    says_nothing inside nsenter -t "$pid" -n sed 1d "/proc/net/$protocol"
  done

  local links
  links=$(inside nsenter -t "$pid" -n ip -oneline link)
  echo "$links"
  [ "$(wc -l <<<"$links")" = 1 ]
  grep ' lo: <LOOPBACK> ' <<<"$links" | grep 'state DOWN'

  inside systemctl show --property Slice --value "$unit" | grep -x lunchd.slice
  inside systemctl show --property MemoryMax,TasksMax lunchd.slice >"$logs/slice"
  no_line infinity "$logs/slice"
  release instance
}

# The probe replaces lunchd in lunchd@ itself, without affecting running instances. It needs a dynamic user
# of the same name, so that it has the same uid, and every other setting of the unit.
place_probe() { # [SETTING...]
  inside sh -eu -c "
    cp $tools/probe $prefix/lib/\$(readlink $prefix/lib/lunchd)/
    mkdir -p /run/systemd/system/lunchd@.service.d
    printf '%s\n' '[Service]' ExecStart= ExecStart=/probe $* >/run/systemd/system/$probe_conf
    systemctl daemon-reload"
}
remove_probe() {
  inside sh -eu -c "
    rm $prefix/lib/lunchd/probe /run/systemd/system/$probe_conf
    rmdir /run/systemd/system/lunchd@.service.d
    systemctl daemon-reload"
}
probe_conf=lunchd@.service.d/probe.conf

# try NAME WORD...: runs the probe, which must report that everything was denied.
try() {
  local said=$logs/$suite-$1 denied
  shift
  client "$@" >"$said"
  grep -v ^denied "$said" || true
  grep -x done "$said"
  no_line ^ALLOWED "$said"
  denied=$(grep -c ^denied "$said")
  echo "${said##*-}: $denied denied" >&3
}

check_sandbox() {
  hold sandbox finish # an instance with its own credentials
  place_probe
  try host probe host
  grep -x 'reads its own key.pem' "$logs/$suite-host"
  remove_probe
  release sandbox
}

# All instances have one uid: what one that has been taken over can do to the others.
check_siblings() {
  await 20 instance_count_is 0
  hold sibling finish
  local unit attacker pid uid
  unit=$(instances)
  pid=$(main_pid "$unit")
  uid=$(inside stat -c %u "/proc/$pid")
  place_probe
  hold attacker stay
  attacker=$(instances | grep -vxF "$unit")
  [ "$(inside stat -c %u "/proc/$(main_pid "$attacker")")" = "$uid" ]
  try sibling probe sibling "$pid"
  try name names
  grep -E '^name [0-9a-f]{5}$' "$logs/$suite-name"
  remove_probe
  # The other one was not stopped, killed or limited.
  release sibling
  said sibling served
  inside systemctl stop "$attacker"
  release attacker
}

# With a systemd that knows PrivatePIDs=, an instance can't even name another.
check_pids() {
  await 20 instance_count_is 0
  use_example lunchd@.service private-pids.conf
  hold sibling finish
  local pid since
  pid=$(main_pid "$(instances)")
  place_probe
  try pids probe signal "$pid"
  remove_probe
  release sibling
  said sibling served
  since=$(journal_now)
  await 20 instance_count_is 0
  serves
  await 20 instance_count_is 0
  # The exit status is reported, with the text of systemd that units/README.md quotes.
  journal_since "$since" --priority warning >"$logs/warnings"
  no_line -v ': Supervising process [0-9]* which is not our child\.' "$logs/warnings"
  nothing_failed
  drop_example lunchd@.service private-pids.conf
  serves
}

# With private users an instance has a /proc, through which it reaches nothing.
check_users() {
  local paths with pid
  await 20 instance_count_is 0
  exposure
  paths=$(inside systemctl show --property InaccessiblePaths --value lunchd@x.service)
  use_example lunchd@.service private-users.conf
  exposure 0.2
  with=$(inside systemctl show --property InaccessiblePaths --value lunchd@x.service)
  # shellcheck disable=SC2001 # a regular expression
  [ "$with" = "$(sed 's|-+*/proc ||' <<<"$paths")" ] || fail "$paths, then $with"
  hold sibling finish
  pid=$(main_pid "$(instances)")
  inside cat "/proc/$pid/uid_map"
  [ "$(inside readlink "/proc/$pid/ns/user")" != "$(inside readlink /proc/1/ns/user)" ]
  [ "$(inside cat "/proc/$pid/uid_map" | wc -l)" = 2 ] # root and its own
  place_probe
  try sibling probe sibling "$pid"
  # Only files below its own /proc/PID may be written to, and none of other processes or the kernel.
  client probe host >"$logs/$suite-host"
  grep -x done "$logs/$suite-host"
  grep '^denied read /proc/1/status' "$logs/$suite-host"
  grep ^ALLOWED "$logs/$suite-host" >"$logs/allowed"
  no_line -vE ' /proc/self/status$|^ALLOWED (open for writing|create a file in) /dev/proc/[0-9]+/' "$logs/allowed"
  [ "$(grep -oE '/proc/[0-9]+' "$logs/allowed" | sort -u | wc -l)" = 1 ]
  no_line -F "/proc/$pid/" "$logs/allowed"
  remove_probe
  release sibling
  said sibling served
  inside systemctl start lunchd@check
  drop_example lunchd@.service private-users.conf
  serves
  nothing_failed
}

# The resources that an instance that has been taken over can take from the others and from the host.
check_limits() {
  local unit start since lines
  await 20 instance_count_is 0
  # It ignores every signal: gone 2 s after a stop, or at its time limit.
  place_probe
  hold stop stay
  unit=$(instances)
  start=$SECONDS
  inside systemctl stop "$unit"
  [ $((SECONDS - start)) -le 4 ] || fail "stopped after $((SECONDS - start)) s"
  release stop
  remove_probe
  place_probe RuntimeMaxSec=1
  hold overdue stay
  await 20 instance_count_is 0
  release overdue
  remove_probe

  # It computes for ever: ended by its limit.
  place_probe LimitCPU=1
  since=$(journal_now)
  client probe spin
  await 8 journal_has "$since" 'lunchd@.*status=9/KILL' # the unit's own limit is 10 s
  await 20 instance_count_is 0
  # It fills the journal: 9,000 lines of 48 KB.
  since=$(journal_now)
  client probe journal
  inside journalctl --sync
  lines=$(inside journalctl --since "$since" --identifier lunchd --output cat --quiet | wc -l)
  echo "$lines lines of 9000 logged" >&3
  [ "$lines" -ge 1 ]
  [ "$lines" -le 400 ]
  remove_probe

  # The JVM takes no options from its environment, and the client gets no message about them.
  inside systemctl set-environment JAVA_TOOL_OPTIONS=-Xint _JAVA_OPTIONS=-Xint \
    JDK_JAVA_OPTIONS=-showversion _JAVA_LAUNCHER_DEBUG=1
  since=$(journal_now)
  serves
  inside systemctl unset-environment JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS _JAVA_LAUNCHER_DEBUG
  await 20 journal_has "$since" '" 200 '
  if journal_has "$since" 'Picked up'; then fail 'took options from the environment'; fi

  # No core dump, not even into a pipe.
  hold dumped finish
  local pid
  pid=$(main_pid "$(instances)")
  inside grep -x 00000000 "/proc/$pid/coredump_filter"
  release dumped
  said dumped served
  nothing_failed

  # A container may have no controllers, so this can't test that they work.
  [ "$(inside systemctl show --property MemoryMax,TasksMax,LimitCPU,LimitCORE,LimitNOFILE lunchd@x.service |
    sort | paste -sd ' ')" = "LimitCORE=0 LimitCPU=10 LimitNOFILE=256 MemoryMax=$((128 << 20)) TasksMax=32" ]
}

# The handlers that are compared with lunchd, each on its own port:
#   9001 lunchd without a sandbox
#   9002 the static handler without a sandbox   9003 the same in lunchd's sandbox
place_handlers() {
  inside sh -eu <<END
    root=$prefix/lib/\$(readlink $prefix/lib/lunchd)
    cp $tools/answer "\$root/"
    cd /run/systemd/system
    unit=$prefix/lib/systemd/system/lunchd@.service
    # Its command: from ExecStart= to the first line without a continuation.
    command=\$(sed -n '/^ExecStart=/,/[^\\\\]\$/p' \$unit)
    sandboxed() {
      sed -e '/^ExecStart=/,/[^\\\\]\$/d' -e "s|^LoadCredential=key|ExecStart=\$1\n&|" \
        \$unit \$unit.d/acme.conf
    }
    bare() {
      printf '[Unit]\nCollectMode=inactive-or-failed\n[Service]\nStandardInput=socket\n'
      printf 'StandardOutput=socket\nStandardError=journal\n%s\n' "\$1"
    }
    library=Environment=LD_LIBRARY_PATH=$prefix/lib/lunchd/runtime/lib
    bare "\$library
\$(printf '%s' "\$command" | sed 's|\${CREDENTIALS_DIRECTORY}|/etc/lunchd|g; s|\${LUNCHD_JVM}|jvm|')" >bare-lunchd@.service
    bare ExecStart=$tools/answer >bare-answer@.service
    sandboxed /answer >boxed-answer@.service
    port=9001
    for unit in bare-lunchd bare-answer boxed-answer; do
      printf '[Socket]\nAccept=yes\nNoDelay=yes\nListenStream=127.0.0.1:%s\n' \$port >\$unit.socket
      port=\$((port + 1))
    done
    systemctl daemon-reload
    systemctl start bare-lunchd.socket bare-answer.socket boxed-answer.socket
END
}
remove_handlers() {
  inside sh -eu <<END
    systemctl stop bare-lunchd.socket bare-answer.socket boxed-answer.socket
    rm $prefix/lib/lunchd/answer
    cd /run/systemd/system
    rm bare-* boxed-*
    systemctl daemon-reload
END
}

check_key() {
  serves
  [ "$(inside stat -c '%a %U' /etc/lunchd/key.pem)" = '600 root' ]

  # Junk in place of the key: the client gets an alert, the operator a line that names the file.
  local since
  inside mv /etc/lunchd/key.pem /etc/lunchd/key.pem.kept
  echo junk | inside tee /etc/lunchd/key.pem
  since=$(journal_now)
  if https https://localhost/ 2>"$logs/junk"; then fail 'served with junk as the key'; fi
  grep -iE 'alert|internal error' "$logs/junk"
  await 20 journal_has "$since" 'key\.pem'
  await 20 instance_count_is 0
  nothing_failed

  # No key: systemd starts nothing, and says why.
  inside rm /etc/lunchd/key.pem
  since=$(journal_now)
  if https https://localhost/; then fail 'served without a key'; fi
  await 20 journal_has "$since" 'credentials|CREDENTIALS'
  await 20 instance_count_is 0
  nothing_failed

  inside mv /etc/lunchd/key.pem.kept /etc/lunchd/key.pem
  serves
}

check_renewal() {
  swap_directories
  serves
}

# A pair in a directory, and a symbolic link to it that is replaced while two clients keep asking. Restores
# the previous pair, which a signer does not have at once.
swap_directories() {
  inside sh -eu <<'END'
    cd /etc/lunchd
    mkdir kept old new
    mv key.pem chain.pem kept
    for pair in old new; do
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$pair" \
        -addext subjectAltName=DNS:localhost -keyout $pair/key.pem -out $pair/chain.pem 2>/dev/null
    done
    ln -s old live
    ln -s live/key.pem live/chain.pem .
END
  await 20 serves
  renew_under_load /etc/lunchd/new/chain.pem 'cd /etc/lunchd && ln -s new live.new && mv -T live.new live'
  inside sh -eu -c 'cd /etc/lunchd && rm -r key.pem chain.pem live old new && mv kept/* . && rmdir kept'
}

# Lets a command replace the pair while two clients ask: the next connection gets the new one, and none
# fails. If a signer has the key, it is the next one after systemd has noticed.
renew_under_load() { # CHAIN COMMAND
  local load served start
  rm -f "$container/root/opt/stop"
  client load /opt/stop >"$logs/$suite-load" 2>&1 &
  load=$!
  await 20 inside sh -c 'journalctl --quiet --since -10s --identifier lunchd | grep -q "\" 200 "'
  sleep 2 # for some answers with the old one
  start=$(date +%s%3N)
  inside sh -c "$2"
  # Its certificate must be trusted by the new one alone.
  until inside curl -sS --fail --cacert "$1" https://localhost/ >"$logs/$suite-renewed"; do
    inside test -e /run/lunchd-signer
    [ $(($(date +%s%3N) - start)) -lt 3000 ] || fail 'the old pair is still served after 3 s'
  done
  grep -E "$lunch" "$logs/$suite-renewed"
  echo "the new pair after $(($(date +%s%3N) - start)) ms" >&3
  sleep 1
  inside touch /opt/stop
  wait "$load"
  inside rm /opt/stop
  served=$(grep -c served "$logs/$suite-load")
  echo "$served served across the swap" >&3
  [ "$(awk '/served/ { print $3 }' "$logs/$suite-load" | sort -u | wc -l)" = 2 ]
  no_line FAILED "$logs/$suite-load"
}

check_crash() {
  local unit before since
  since=$(journal_now)
  hold survivor finish
  before=$(instances)
  for signal in KILL SEGV; do
    hold "$signal" hold 1
    unit=$(instances | grep -vxF "$before")
    [ "$(wc -l <<<"$unit")" = 1 ]
    inside sh -c "kill -s $signal $(main_pid "$unit")"
    await 20 journal_has "$since" "${unit%%.*}.*status="
    # Not a byte of the JVM's crash report reaches the client.
    release "$signal"
    said "$signal" "received b''"
  done
  serves
  release survivor
  said survivor served
  await 20 instance_count_is 0
  nothing_failed
}

check_misbehaviour() {
  await 20 instance_count_is 0
  local since line
  since=$(journal_now)
  serves
  await 20 journal_has "$since" '" 200 '
  line=$(journal_since "$since" --identifier lunchd --priority notice..notice)
  echo "$line"
  [ "$(wc -l <<<"$line")" = 1 ]
  grep -E '(127\.0\.0\.1|::1|0:0:0:0:0:0:0:1).* 200 .*(Sandwich|Soup|Salad|Burger|Sushi)' <<<"$line" >&3

  client misbehave
  await 20 instance_count_is 0
  # systemd's message for a client that left before systemd accepted it: it counts connections by their source,
  # and logs at this level that there is none. This message can't be suppressed by itself.
  journal_since "$since" --priority err >"$logs/errors"
  no_line -vE '^lunchd.socket: getpeername(\(\))? failed: Transport endpoint is not connected$' \
    "$logs/errors"
  serves

  # No line of the key, in base64 as on the disk, anywhere in the journal.
  inside journalctl --quiet --no-pager --all --output export >"$logs/journal"
  local part
  inside grep -v -- ----- /etc/lunchd/key.pem >"$logs/key"
  while read -r part; do
    ! grep -aqF -- "$part" "$logs/journal" || fail 'the journal holds a part of the private key'
  done <"$logs/key"
  rm "$logs/journal" "$logs/key"
}

# A request is one line in the whole journal, and a failure is logged too.
check_journal() {
  local shipped all
  serves # the first one since the boot, with which systemd logs the start of lunchd.slice
  journal_of_requests
  cp "$logs/$suite-journal" "$logs/$suite-shipped"
  shipped=$bytes
  no_line -vE "\" 200 |$mounts_gone" "$logs/$suite-shipped"
  [ "$(grep -c '" 200 ' "$logs/$suite-shipped")" = 20 ]
  if [ "$suite" != bookworm ]; then no_line -v '" 200 ' "$logs/$suite-shipped"; fi

  # What the JVM itself says has no priority, and must not be lost.
  inside mkdir -p "$etc/lunchd@.service.d"
  printf '[Service]\nExecStart=\nExecStart=%s/lib/lunchd/runtime/bin/java NoSuchClass\n' "$prefix" |
    inside tee "$etc/lunchd@.service.d/journal.conf"
  inside systemctl daemon-reload
  local since
  since=$(journal_now)
  if serves; then fail 'served without a class'; fi
  await 20 journal_has "$since" 'Could not find or load main class NoSuchClass'
  await 20 journal_has "$since" 'lunchd@.*status=1/FAILURE'
  await 20 instance_count_is 0

  printf '[Service]\nLogLevelMax=info\n' | inside tee "$etc/lunchd@.service.d/journal.conf"
  inside systemctl daemon-reload
  journal_of_requests
  all=$bytes
  grep -q '^lunchd@.*Deactivated successfully' "$logs/$suite-journal"
  inside rm -r "$etc/lunchd@.service.d"
  inside systemctl daemon-reload
  echo "$((shipped / 20)) bytes per request, $((all / 20)) with LogLevelMax=info" >&3
}
# What 20 requests leave in the whole journal, without other services, and the number of bytes.
journal_of_requests() {
  local since i
  await 20 instance_count_is 0
  since=$(journal_now)
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do serves; done
  await 20 instance_count_is 0
  journal_since "$since" --output short | grep lunchd | sed 's/^[^:]*:[^:]*:[^:]*: //' >"$logs/$suite-journal"
  bytes=$(journal_since "$since" --output export | wc -c)
}

check_flood() {
  client flood 2000 4
  inside systemctl is-active lunchd.socket
  local start=$SECONDS
  await 15 serves
  echo "served $((SECONDS - start)) s after the flood" >&3

  # All places are taken by clients that send one byte: all are gone at the deadline. It is longer than by
  # default, since so many take some seconds to start.
  await 30 instance_count_is 0
  inside mkdir -p "$etc/lunchd@.service.d"
  printf '[Service]\nEnvironment="LUNCHD_OPTIONS=--first-timeout 10"\n' |
    inside tee "$etc/lunchd@.service.d/slow.conf"
  inside systemctl daemon-reload
  local most
  most=$(inside systemctl show --property MaxConnections --value lunchd.socket)
  hold idlers hold "$most"
  await 10 instance_count_is "$most"
  if serves; then fail 'served beyond MaxConnections='; fi
  start=$SECONDS
  await 14 instance_count_is 0
  serves
  release idlers
  inside rm -r "$etc/lunchd@.service.d"
  inside systemctl daemon-reload
  inside systemctl is-active lunchd.socket
  nothing_failed
}

# The pair made by the installation is for a server and not for an authority; only this pair is replaced
# before it expires.
check_self_signed() {
  local pair
  inside openssl x509 -in /etc/lunchd/chain.pem -noout -ext basicConstraints,keyUsage,extendedKeyUsage |
    paste -sd ' ' | tr -s ' ' | grep -x "X509v3 Basic Constraints: critical CA:FALSE \
X509v3 Key Usage: critical Digital Signature X509v3 Extended Key Usage: TLS Web Server Authentication"
  if inside openssl x509 -in /etc/lunchd/chain.pem -noout -checkend $((366 * 86400)); then
    fail 'it is valid for more than a year'
  fi
  inside openssl verify -CAfile /etc/lunchd/chain.pem /etc/lunchd/chain.pem
  inside sh -eu <<'END'
    mkdir /run/forged
    cd /run/forged
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=bank.example \
      -keyout key.pem -out request.pem 2>/dev/null
    openssl x509 -req -in request.pem -CA /etc/lunchd/chain.pem -CAkey /etc/lunchd/key.pem \
      -set_serial 1 -days 1 -out chain.pem 2>/dev/null
END
  if inside openssl verify -CAfile /etc/lunchd/chain.pem /run/forged/chain.pem; then
    fail 'a certificate signed with it is trusted'
  fi
  inside rm -r /run/forged

  # A pair made by an earlier lunchd is replaced by an upgrade.
  make_pair -days 3650
  inside sh -c 'cd /etc/lunchd && sha256sum key.pem chain.pem >self-signed.sha256'
  pair=$(digest)
  inside "$source/scripts/install"
  [ "$(digest)" != "$pair" ] || fail 'the old pair is still there'
  inside openssl x509 -in /etc/lunchd/chain.pem -noout -ext basicConstraints | grep CA:FALSE
  inside sh -c 'cd /etc/lunchd && sha256sum -c self-signed.sha256'
  [ "$(inside stat -c '%a %U' /etc/lunchd/key.pem /etc/lunchd/chain.pem | paste -sd ,)" = '600 root,644 root' ]
  serves
  # The daily check replaces it before it expires; a good one stays.
  pair=$(digest)
  inside systemctl start lunchd@check
  [ "$(digest)" = "$pair" ] || fail 'a good pair was replaced'
  make_pair -days 29 -addext basicConstraints=critical,CA:FALSE
  inside sh -c 'cd /etc/lunchd && sha256sum key.pem chain.pem >self-signed.sha256'
  pair=$(digest)
  inside systemctl start lunchd@check
  [ "$(digest)" != "$pair" ] || fail 'the pair will expire'
  serves

  # The administrator's pair stays, even if it is as old or as bad.
  make_pair -days 15
  pair=$(digest)
  inside systemctl start lunchd@check
  inside "$source/scripts/install"
  [ "$(digest)" = "$pair" ] || fail "the administrator's pair was replaced"
  # Links to a pair that lunchd has made are the administrator's too.
  inside sh -eu -c 'cd /etc/lunchd && mkdir own && mv key.pem chain.pem own && ln -s own/* . &&
    sha256sum key.pem chain.pem >self-signed.sha256'
  inside systemctl start lunchd@check
  [ "$(inside readlink /etc/lunchd/key.pem)" = own/key.pem ]
  [ "$(digest)" = "$pair" ] || fail "the administrator's linked pair was replaced"
  inside sh -eu -c 'cd /etc/lunchd && rm -r key.pem chain.pem own self-signed.sha256'
  inside cp -a /opt/etc-lunchd/. /etc/lunchd
  serves
}
digest() {
  inside sh -c 'cd /etc/lunchd && cat key.pem chain.pem | sha256sum'
}
make_pair() { # OPENSSL-ARGUMENTS...
  inside openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mine \
    -addext subjectAltName=DNS:localhost -keyout /etc/lunchd/key.pem -out /etc/lunchd/chain.pem "$@"
}

# The check tests what the unit serves, with the administrator's drop-ins, in the same sandbox.
check_daily() {
  local since
  inside systemctl is-active lunchd-check.timer
  [ "$(inside systemctl show --property Triggers --value lunchd-check.timer)" = lunchd@check.service ]
  since=$(journal_now)
  options --timeout 7
  inside systemctl start lunchd@check
  await 20 journal_has "$since" '^timeout: 7 seconds$'
  journal_since "$since" --identifier lunchd --priority notice >"$logs/$suite-report"
  grep -x 'serves: HTTPS' "$logs/$suite-report"
  grep '^warning: the leaf is self-signed; ' "$logs/$suite-report"
  no_line acme-webroot "$logs/$suite-report"
  nothing_failed

  # The directory for challenges is missing.
  since=$(journal_now)
  inside mv /var/lib/lunchd/acme /var/lib/lunchd/acme.away
  inside systemctl start lunchd@check
  await 20 journal_has "$since" '^warning: --acme-webroot /acme is missing'
  inside mv /var/lib/lunchd/acme.away /var/lib/lunchd/acme

  # A file that exists on the host but not in the sandbox.
  printf 'Gruel\n' | inside tee /etc/lunchd/menu
  options --menu /etc/lunchd/menu
  use_example lunchd@check.service on-failure.conf
  inside cp "$source/units/examples/lunchd-failed.service" /run/systemd/system
  printf '#!/bin/sh\n(echo "$*"; cat) >/run/mail\n' | inside tee /usr/local/bin/mail
  inside chmod 755 /usr/local/bin/mail
  inside systemctl daemon-reload
  since=$(journal_now)
  if inside systemctl start lunchd@check; then fail 'the check accepts a missing menu'; fi
  [ "$(inside systemctl show --property ExecMainStatus --value lunchd@check)" = 66 ]
  await 20 journal_has "$since" '^--menu /etc/lunchd/menu can.t be read .*bring it in by LoadCredential='
  inside systemctl --failed --plain --no-legend | grep '^lunchd@check.service '
  await 20 inside grep -q 'can.t be read' /run/mail
  inside grep -x -- '-s lunchd on .*: the check failed root' /run/mail
  inside rm /run/mail /usr/local/bin/mail /run/systemd/system/lunchd-failed.service /etc/lunchd/menu
  inside rm -r "$etc/lunchd@check.service.d" "$etc/lunchd@.service.d"
  inside systemctl daemon-reload
  inside systemctl start lunchd@check
  nothing_failed

  # A leaf with too few days left, a missing chain: the check fails and stays in the list of failed units.
  make_pair -days 9
  if inside systemctl start lunchd@check; then fail 'the check accepts a leaf with nine days left'; fi
  [ "$(inside systemctl show --property ExecMainStatus --value lunchd@check)" = 1 ]
  inside rm /etc/lunchd/chain.pem
  if inside systemctl start lunchd@check; then fail 'the check accepts a missing chain'; fi
  [ "$(inside systemctl show --property ExecMainStatus --value lunchd@check)" = 243 ]
  inside systemctl is-failed lunchd@check
  inside cp -a /opt/etc-lunchd/. /etc/lunchd
  inside systemctl start lunchd@check
  nothing_failed

  inside systemctl stop lunchd.socket
  if inside systemctl is-active lunchd-check.timer; then fail 'the timer outlives the socket'; fi
  inside systemctl start lunchd.socket
  inside systemctl is-active lunchd-check.timer
}
options() { # OPTION...
  inside mkdir -p "$etc/lunchd@.service.d"
  printf '[Service]\nEnvironment="LUNCHD_OPTIONS=%s"\n' "$*" | inside tee "$etc/lunchd@.service.d/mine.conf"
  inside systemctl daemon-reload
}

# An upgrade under load: no client notices, and the administrator's drop-in stays.
check_reinstall() {
  inside mkdir -p "$etc/lunchd@.service.d"
  printf '[Service]\nNice=1\n' | inside tee "$etc/lunchd@.service.d/mine.conf"
  inside systemctl daemon-reload
  hold upgraded finish
  client load /opt/stop >"$logs/$suite-load" 2>&1 &
  local load=$! before served
  before=$(inside readlink /usr/local/lib/lunchd)
  inside "$source/scripts/install" &
  local install=$!
  # A connection from before the upgrade keeps the files that it started with.
  await 30 sh -c "[ \"\$(readlink $container/root/usr/local/lib/lunchd)\" != $before ]"
  inside test -d "/usr/local/lib/$before"
  release upgraded
  said upgraded served
  wait "$install"
  inside touch /opt/stop
  wait "$load"
  inside rm /opt/stop
  served=$(grep -c served "$logs/$suite-load")
  echo "$served served meanwhile" >&3
  no_line FAILED "$logs/$suite-load"
  [ "$(inside find /usr/local/lib -maxdepth 1 -name 'lunchd*' | wc -l)" = 2 ] ||
    fail 'the old distribution is still there'
  inside cat "$etc/lunchd@.service.d/mine.conf"
  inside rm -r "$etc/lunchd@.service.d"
  inside systemctl daemon-reload
  serves
}

# certbot's paths, as it makes them: links to the files, which only root may read.
check_domain() {
  inside sh -eu <<'END'
    cd /etc
    mkdir -p letsencrypt/archive/lunch.example letsencrypt/live/lunch.example
    chmod 700 letsencrypt/archive letsencrypt/live
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=lunch.example \
      -addext subjectAltName=DNS:lunch.example -keyout letsencrypt/archive/lunch.example/privkey1.pem \
      -out letsencrypt/archive/lunch.example/fullchain1.pem 2>/dev/null
    cd letsencrypt/live/lunch.example
    ln -s ../../archive/lunch.example/privkey1.pem privkey.pem
    ln -s ../../archive/lunch.example/fullchain1.pem fullchain.pem
END
  inside "$source/scripts/install" --domain lunch.example
  inside "$source/scripts/install" # an upgrade keeps the domain
  inside curl -sS --fail --cacert /etc/letsencrypt/live/lunch.example/fullchain.pem \
    --resolve lunch.example:443:127.0.0.1 https://lunch.example/ | grep -E "$lunch"
  # uninstall removes the drop-in; the certificate is the administrator's.
  inside rm -r /etc/letsencrypt/archive /etc/letsencrypt/live
}

check_examples() {
  # The key encrypted at rest: it is nowhere on the disk in plaintext.
  local since
  encrypt_key /etc/lunchd/key.pem
  inside mv /etc/lunchd/key.pem /run/key.pem
  use_example lunchd@.service encrypted-key.conf
  serves
  # As in an earlier version, with an administrator's additions.
  printf '%s\n' '[Service]' LoadCredential= 'LoadCredential=chain.pem:/etc/lunchd/chain.pem' \
    'LoadCredentialEncrypted=key.pem:/etc/credstore.encrypted/lunchd-key.pem' |
    inside tee "$etc/lunchd@.service.d/encrypted-key.conf"
  inside systemctl daemon-reload
  serves
  drop_example lunchd@.service encrypted-key.conf

  # All shipped drop-ins and an administrator's: whatever their names, none undoes another.
  printf 'Gruel\n' | inside tee /etc/lunchd/menu
  local first second
  for first in encrypted-key menu; do
    second=$([ "$first" = menu ] && echo encrypted-key || echo menu)
    inside mkdir "$etc/lunchd@.service.d"
    inside cp "$source/units/examples/$first.conf" "$etc/lunchd@.service.d/0-first.conf"
    inside cp "$source/units/examples/$second.conf" "$etc/lunchd@.service.d/zzz-last.conf"
    inside cp "$source/units/examples/timeout.conf" "$etc/lunchd@.service.d"
    [ "$suite" = bookworm ] || inside cp "$source/units/examples/private-pids.conf" "$etc/lunchd@.service.d"
    options --hsts 8 # mine.conf, between them
    https https://localhost/ | grep -F '<h1>Gruel</h1>'
    since=$(journal_now)
    inside systemctl start lunchd@check
    await 20 journal_has "$since" '^hsts: 8 seconds$'
    await 20 journal_has "$since" '^timeout: 120 seconds$'
    [ "$(plaintext_status none)" = 404 ] # not 308: acme.conf's option is there
    inside rm -r "$etc/lunchd@.service.d"
  done
  inside rm /etc/lunchd/menu
  inside systemctl daemon-reload
  inside mv /run/key.pem /etc/lunchd/key.pem
  remove_encrypted_key

  # A key with a password, and a self-check: no other connection makes these system calls.
  inside sh -eu -c "
    cd /run && echo secret >password && chmod 600 password
    openssl pkcs8 -topk8 -v2 aes-256-cbc -passout file:password -in /etc/lunchd/key.pem -out locked.pem
    mkdir -p $etc/lunchd@.service.d
    printf '%s\\n' [Service] LoadCredential=key.pem:/run/locked.pem LoadCredential=password:/run/password \
      'Environment=\"LUNCHD_OPTIONS=--key-password-file %d/password\"' >$etc/lunchd@.service.d/locked.conf
    systemctl daemon-reload"
  serves
  inside sh -eu -c "
    sed -i 's/LUNCHD_OPTIONS=/&--check /' $etc/lunchd@.service.d/locked.conf
    systemctl daemon-reload"
  # Ends with a reset, since it does not read what the client sends.
  inside curl --silent --http0.9 http://localhost/ >"$logs/$suite-check" || true
  grep -x 'handshake: TLSv1.3 .*' "$logs/$suite-check"
  inside rm /run/password /run/locked.pem
  drop_example lunchd@.service locked.conf

  printf '# today\nGruel & water\n' | inside tee /etc/lunchd/menu
  use_example lunchd@.service menu.conf
  https https://localhost/ | grep -F '<h1>Gruel &amp; water</h1>'
  # As it was shipped once.
  printf '[Service]\nLoadCredential=menu:/etc/lunchd/menu\nEnvironment="LUNCHD_OPTIONS=--menu %%d/menu"\n' |
    inside tee "$etc/lunchd@.service.d/menu.conf"
  inside systemctl daemon-reload
  https https://localhost/ | grep -F '<h1>Gruel &amp; water</h1>'
  drop_example lunchd@.service menu.conf
  inside rm /etc/lunchd/menu
  serves

  # Puts the files into the page cache before the timer starts.
  inside cp "$source/units/examples/lunchd-warm.service" "$source/units/examples/lunchd-warm.timer" "$etc"
  inside systemctl daemon-reload
  inside systemctl start lunchd-warm.timer
  await 20 has_warmed
  [ "$(inside systemctl show --property Result --value lunchd-warm.service)" = success ]
  inside systemctl stop lunchd-warm.timer
  inside rm "$etc/lunchd-warm.service" "$etc/lunchd-warm.timer"
  inside systemctl daemon-reload
}
has_warmed() {
  [ "$(inside systemctl show --property ExecMainExitTimestampMonotonic --value lunchd-warm.service)" != 0 ]
}

# Interleaved medians; other load on the machine only adds to them, so the best of five counts. The sandbox
# may cost 20 ms, or on a slow or busy machine a quarter of lunchd's own time.
check_latency() {
  local try
  place_handlers
  for try in 1 2 3 4 5; do
    client latency 30 bare=https:9001 shipped=https:443 nagle=https:443:nagle \
      static-bare=http:9002 static-sandboxed=http:9003 >"$logs/$suite-latency"
    cat "$logs/$suite-latency"
    if within_limits; then break; fi
    [ "$try" -lt 5 ] || fail 'too slow in all five tries'
  done
  remove_handlers
  cat "$logs/$suite-figures" >&3
}
within_limits() {
  awk -v figures="$logs/$suite-figures" '
    { median[$1] = $2 }
    END {
      bare = median["bare"]
      sandbox = median["shipped"] - bare
      static = median["static-sandboxed"] - median["static-bare"]
      nagle = median["nagle"] - median["shipped"]
      printf "lunchd %.0f ms, bare %.0f ms: %+.0f ms, x %.2f; static handler %+.0f ms; Nagle %+.0f ms\n",
        bare + sandbox, bare, sandbox, 1 + sandbox / bare, static, nagle >figures
      most = bare / 4 > 20 ? bare / 4 : 20
      exit !(sandbox <= most && static <= most && nagle < most)
    }' "$logs/$suite-latency"
}

check_uninstall() {
  inside "$source/scripts/uninstall"
  inside "$source/scripts/uninstall" # repeating it does no harm
  file_list >"$logs/$suite-files-after"
  diff "$logs/$suite-files-before" "$logs/$suite-files-after"
  says_nothing inside find /dev /run -name '*lunchd*' ! -path '/run/log/*'
  no_unit_files
}

# scripts/e2e has rebooted the container, and changed nothing since.
check_reboot() {
  inside systemctl is-active lunchd.socket
  serves
}

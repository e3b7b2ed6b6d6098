# shellcheck shell=bash
# The checks of lunchd-service key-apart, which takes the key away from the processes that talk to clients.
# Sourced by scripts/e2e, like checks.sh.
# shellcheck disable=SC2154

# Puts a new pair in place of the one in /etc/lunchd.
apart_pair() { # ec|rsa
  local kind=(ec -pkeyopt ec_paramgen_curve:P-256)
  [ "$1" = ec ] || kind=(rsa:2048)
  inside openssl req -x509 -newkey "${kind[@]}" -nodes -subj "/CN=$1" -addext subjectAltName=DNS:localhost \
    -days 60 -keyout /run/new-key.pem -out /run/new-chain.pem 2>/dev/null
  inside sh -euc 'mv /run/new-key.pem /etc/lunchd/key.pem && mv /run/new-chain.pem /etc/lunchd/chain.pem'
  await 20 serves
}

# Searches the memory of an instance that has finished its handshake: sets $found to the number of copies of the
# key, and $age to the age of the instance in ms.
search_instance() {
  local pid
  await 20 instance_count_is 0
  hold searched finish
  pid=$(main_pid "$(instances)")
  age=$(inside cat /proc/uptime "/proc/$pid/stat" |
    awk -v hertz="$(getconf CLK_TCK)" 'NR == 1 { up = $1 } NR == 2 { printf "%.0f", (up - $22 / hertz) * 1000 }')
  found=$(inside python3 "$tools/keysearch.py" /etc/lunchd/key.pem "$pid")
  release searched
  said searched served
}

# Replaces the signer with the probe.
place_signer_probe() {
  inside sh -eu -c "
    cp $tools/probe $prefix/lib/\$(readlink $prefix/lib/lunchd)/
    mkdir -p /run/systemd/system/lunchd-signer.service.d
    printf '%s\n' '[Service]' ExecStart= ExecStart=/probe >/run/systemd/system/lunchd-signer.service.d/probe.conf
    systemctl daemon-reload
    systemctl stop lunchd-signer.service" 2>/dev/null
}
remove_signer_probe() {
  inside sh -eu -c "
    rm -r $prefix/lib/lunchd/probe /run/systemd/system/lunchd-signer.service.d
    systemctl daemon-reload"
}

# The signer's exposure, as systemd rates it, is at most 0.3 too.
signers_exposure() {
  local exposure
  exposure=$(inside systemd-analyze security --no-pager lunchd-signer.service |
    sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
  echo "signer: exposure $exposure" >&3
  awk -v e="$exposure" 'BEGIN { exit !(e != "" && e <= 0.3) }'
}

lunchds_own_but_release() {
  lunchds_own | sed -E 's/lunchd-[A-Za-z0-9]{6}/lunchd-RELEASE/g'
}

check_apart() {
  local own kind found age pid signer line
  files_but_release >"$logs/$suite-before-apart"
  own=$(lunchds_own_but_release)
  if [ "$suite" = bookworm ]; then
    refused 69 'needs OpenFile=, which systemd has since version 253, and this is 252' key-apart on
    [ "$(lunchds_own_but_release)" = "$own" ]
    files_but_release | diff "$logs/$suite-before-apart" -
    serves
    return
  fi
  refused 64 'on or off' key-apart
  refused 64 'on or off, not maybe' key-apart maybe

  options --timeout 50 # a search takes long
  # Without a signer the key is found, so the search works.
  for kind in rsa ec; do
    apart_pair "$kind"
    search_instance
    echo "$kind: found $found times after $age ms" >&3
    [ "$found" -ge 1 ] || fail "the search does not find the $kind key"
  done

  inside lunchd-service key-apart on
  [ "$(inside stat -c '%a %U %F' /run/lunchd-signer)" = '600 root socket' ]
  exposure
  signers_exposure
  for kind in rsa ec; do
    apart_pair "$kind"
    https --tls-max 1.2 https://localhost/ | grep -E "$lunch"
    search_instance
    echo "apart: $found" >&3
    [ "$found" = 0 ] || fail "an instance has the $kind key"
    pid=$(main_pid lunchd-signer.service)
    found=$(inside python3 "$tools/keysearch.py" /etc/lunchd/key.pem "$pid")
    [ "$found" -ge 1 ] || fail "the signer has no $kind key"
  done
  check_answers
  inside systemctl start lunchd@check
  nothing_failed

  # A program in place of an instance can ask the signer for one signature, and reaches nothing else of it.
  serves
  signer=$(main_pid lunchd-signer.service)
  place_probe
  try signature probe signature
  grep -x 'gets the chain' "$logs/$suite-signature"
  grep -x 'gets a signature' "$logs/$suite-signature"
  grep '^denied get a second signature' "$logs/$suite-signature"
  try sibling probe sibling "$signer"
  try host probe host
  grep -x 'CANNOT READ its own key.pem' "$logs/$suite-host"
  remove_probe
  [ "$(main_pid lunchd-signer.service)" = "$signer" ] || fail 'the probe in place of an instance ended the signer'
  serves
  # A program in place of the signer reaches no more than an instance does.
  hold victim finish
  place_signer_probe
  inside python3 "$tools/client.py" probe_signer host >"$logs/$suite-signers"
  grep -x 'reads its own key.pem' "$logs/$suite-signers"
  inside python3 "$tools/client.py" probe_signer sibling "$(main_pid "$(instances)")" >>"$logs/$suite-signers"
  [ "$(grep -cx 'done' "$logs/$suite-signers")" = 2 ]
  no_line ^ALLOWED "$logs/$suite-signers"
  echo "signer: $(grep -c ^denied "$logs/$suite-signers") denied" >&3
  remove_signer_probe
  release victim
  said victim served
  serves

  # A missing key, and a signer that can't be started: both are reported, and service resumes afterwards.
  inside mv /etc/lunchd/key.pem /run/key.pem
  await 20 is_not_served
  if inside systemctl start lunchd@check; then fail 'the check accepts a missing key'; fi
  inside systemctl --failed --plain --no-legend >"$logs/failed"
  grep -w lunchd@check.service "$logs/failed"
  inside mv /run/key.pem /etc/lunchd/key.pem
  await 20 serves
  inside sh -euc 'mkdir -p /run/systemd/system/lunchd-signer.service.d
    printf "[Service]\nExecStart=\nExecStart=/none\n" >/run/systemd/system/lunchd-signer.service.d/none.conf
    systemctl daemon-reload && systemctl stop lunchd-signer.service' 2>/dev/null
  if serves; then fail 'served without a signer'; fi
  await 30 has_failed lunchd-signer.socket
  has_failed lunchd-signer.service
  inside rm -r /run/systemd/system/lunchd-signer.service.d
  inside systemctl daemon-reload
  await 40 serves # the socket's limit has to pass
  inside systemctl start lunchd@check
  nothing_failed

  # An upgrade leaves the key apart, and the next signer is of the new version.
  inside "$source/scripts/install"
  serves
  inside test "/proc/$(main_pid lunchd-signer.service)/root" -ef "$prefix/lib/lunchd"

  inside cp -a /opt/etc-lunchd/. /etc/lunchd
  await 20 serves
  inside rm "$etc/lunchd@.service.d/mine.conf"
  inside lunchd-service key-apart off
  [ "$(lunchds_own_but_release)" = "$own" ]
  files_but_release | diff "$logs/$suite-before-apart" -
  says_nothing inside systemctl list-units --plain --no-legend --state=active 'lunchd-signer*' 'lunchd-renewed*'
  if inside test -e /run/lunchd-signer; then fail 'the socket is still there'; fi
  serves
  inside systemctl start lunchd@check

  # The administrator has to move a drop-in for the key, as the message says.
  encrypt_key /etc/lunchd/key.pem
  inside mv /etc/lunchd/key.pem /run/key.pem
  use_example lunchd@.service encrypted-key.conf
  refused 78 "$etc/lunchd@.service.d/encrypted-key.conf gives instances a key" key-apart on
  serves
  line=$(grep -o "mkdir -p [^ ]* && mv [^ ]* [^ ]*service\.d" "$logs/refused")
  inside sh -euc "$line"
  inside lunchd-service key-apart on
  serves
  inside lunchd-service key-apart off
  inside rm -r "$etc/lunchd-signer.service.d"
  inside mv /run/key.pem /etc/lunchd/key.pem
  remove_encrypted_key
  inside systemctl daemon-reload
  serves
  # If lunchd can't be served with its key apart, everything is as before.
  inside chmod 600 /etc/lunchd/chain.pem
  refused 78 "can't be served with its key apart" key-apart on
  inside chmod 644 /etc/lunchd/chain.pem
  files_but_release | diff "$logs/$suite-before-apart" -
  serves
  nothing_failed
}
has_failed() {
  [ "$(inside systemctl is-failed "$1")" = failed ]
}
is_not_served() {
  ! serves 2>/dev/null
}

# The same for the key of a service.
check_apart_service() {
  build_tea "$container/root$tools/tea.jar"
  files_but_release >"$logs/$suite-before-apart"
  add_tea --key-apart -- --greeting Assam
  tea_says Assam /
  inside systemctl is-active lunchd-signer-tea.service
  inside systemd-analyze verify --man=no lunchd-signer-tea.socket lunchd-signer-tea.service \
    lunchd-signer-tea.path lunchd-renewed-tea.target lunchd-tea@x.service
  [ "$(inside systemctl show --property Slice --value lunchd-signer-tea.service)" = lunchd-tea.slice ]
  [ "$(inside stat -c '%a %U %F' /run/lunchd-signer-tea)" = '600 root socket' ]
  inside systemctl is-active lunchd-signer-tea.path
  tea_exposure apart 0.3
  # A new version that can't be served changes nothing.
  refused 78 'see lunchd --help' add tea --jar "$tools/tea.jar" --handler tea.Tea --listen 127.0.0.1:8443 \
    --listen '[::1]:8443' -- --milk
  tea_says Assam /
  inside systemctl is-active lunchd-signer-tea.service
  # Another pair, for this service only.
  inside sh -eu -c 'cd /etc/lunchd-tea && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=new \
    -addext subjectAltName=DNS:localhost -days 60 -keyout /run/key.pem -out /run/chain.pem 2>/dev/null
    mv /run/key.pem /run/chain.pem .'
  await 20 tea_says Assam /
  add_tea -- --greeting Darjeeling
  tea_says Darjeeling /
  if inside systemctl is-active lunchd-signer-tea.socket; then fail 'the signer is still there'; fi
  add_tea --key-apart -- --greeting Oolong
  tea_says Oolong /
  inside lunchd-service remove tea --purge
  files_but_release | diff "$logs/$suite-before-apart" -
  says_nothing inside systemctl list-units --all --no-legend 'lunchd-*tea*'
  serves
  nothing_failed
}

# Renewal while a signer holds the key: by a link to another directory, and by changing a link to a link, as
# certbot does. Only the files change; no command tells lunchd.
check_apart_renewal() {
  inside lunchd-service key-apart on
  serves
  swap_directories
  await 20 serves
  inside sh -eu <<'END'
    cd /etc
    mkdir -p letsencrypt/archive/a letsencrypt/live/a
    chmod 700 letsencrypt/archive letsencrypt/live
    for i in 1 2; do
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$i" \
        -addext subjectAltName=DNS:localhost -keyout letsencrypt/archive/a/privkey$i.pem \
        -out letsencrypt/archive/a/fullchain$i.pem 2>/dev/null
    done
    cd letsencrypt/live/a
    ln -s ../../archive/a/privkey1.pem privkey.pem
    ln -s ../../archive/a/fullchain1.pem fullchain.pem
    cd /etc/lunchd
    mkdir kept
    mv key.pem chain.pem kept
    ln -s /etc/letsencrypt/live/a/privkey.pem key.pem
    ln -s /etc/letsencrypt/live/a/fullchain.pem chain.pem
END
  await 20 serves
  await 20 watches /etc/letsencrypt/live/a
  await 20 is_waiting lunchd-signer.path
  renew_under_load /etc/letsencrypt/archive/a/fullchain2.pem 'cd /etc/letsencrypt/live/a &&
    ln -sf ../../archive/a/privkey2.pem privkey.pem && ln -sf ../../archive/a/fullchain2.pem fullchain.pem'
  inside sh -eu -c 'cd /etc/lunchd && mv kept/* . && rmdir kept && rm -r /etc/letsencrypt/live /etc/letsencrypt/archive'
  await 20 serves
  inside lunchd-service key-apart off
  serves
  nothing_failed
}
watches() { # DIRECTORY
  inside systemctl show --property Paths --value lunchd-signer.path | grep -F "$1 "
}
is_waiting() { # PATH-UNIT
  [ "$(inside systemctl show --property SubState --value "$1")" = waiting ]
}

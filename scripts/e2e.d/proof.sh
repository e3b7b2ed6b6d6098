# shellcheck shell=bash
# The four services in test-fixtures/services, in jars beside the packaged lunchd. Sourced by scripts/e2e, like
# checks.sh.
# shellcheck disable=SC2154

# Adds each with the shipped drop-ins that it needs.
add_services() {
  local name
  [ -d "$logs/services" ] || "$scripts/build-services" "$logs/services"
  cp "$logs"/services/*.jar "$container/root$tools"
  inside sh -eu <<END
    cd $etc
    mkdir -p lunchd-webhook@.service.d lunchd-guestbook@.service.d lunchd-redirector@.service.d
    examples=$source/units/examples
    cp \$examples/service-secret.conf lunchd-webhook@.service.d/secret.conf
    cp \$examples/service-state.conf lunchd-guestbook@.service.d/state.conf
    cp \$examples/service-file.conf lunchd-redirector@.service.d/file.conf
    printf '[Service]\nEnvironment="LUNCHD_OPTIONS=--redirects %%d/file"\n' >lunchd-redirector@.service.d/redirects.conf
    mkdir -p /etc/lunchd-webhook /etc/lunchd-redirector
    (umask 077 && echo "It's a Secret to Everybody" >/etc/lunchd-webhook/secret)
    printf '%s\n' '# moved' '301 /old https://lunch.example/new' '302 /today /menu' >/etc/lunchd-redirector/file
END
  for name in $services; do
    inside lunchd-service add "$name" --jar "$tools/$name.jar" --handler "$name.${name^}" \
      --listen "127.0.0.1:${service_port[$name]}"
  done
}

remove_services() {
  local name
  for name in $services; do
    inside lunchd-service remove "$name" --purge
  done
}

# Prints the PID of the only connection's process.
service_pid() { # NAME
  inside systemctl show --property MainPID --value "$(inside systemctl list-units --plain --no-legend \
    --quiet "lunchd-$1@*" | awk '$1 !~ /@check[.]/ { print $1 }')"
}

services_client() {
  inside python3 "$tools/services.py" "$@"
}

redirector() { # CURL-ARGUMENT...
  inside curl --silent --show-error --cacert /etc/lunchd-redirector/chain.pem https://localhost:8443/today "$@"
}

check_proof() {
  local exposure name since
  add_services
  services_client ask
  for name in $services; do
    inside systemctl start "lunchd-$name@check"
    exposure=$(inside systemd-analyze security --no-pager "lunchd-$name@x.service" |
      sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
    [ "$exposure" = 0.3 ] || fail "exposure of $name: $exposure"
  done
  services_client guests >&3
  # An entry is on the disk before its guest gets an answer: with fsync denied, no guest gets one.
  printf '[Service]\nSystemCallFilter=~fsync fdatasync\n' | inside tee "$etc/lunchd-guestbook@.service.d/zz-denied.conf"
  inside systemctl daemon-reload
  [ "$(inside curl --silent --cacert /etc/lunchd-guestbook/chain.pem --data 'name=Ada&text=Hi' \
    --output /dev/null --write-out '%{http_code}' https://localhost:8442/)" = 500 ]
  inside rm "$etc/lunchd-guestbook@.service.d/zz-denied.conf"
  inside systemctl daemon-reload

  # Each instance reads the files again. If they can't be used, the operator gets a line in the journal and the
  # client an alert, and the check fails.
  echo '302 /today /lunch' | inside tee /etc/lunchd-redirector/file
  [ "$(redirector --output /dev/null --write-out '%{redirect_url}')" = https://localhost:8443/lunch ]
  echo nonsense | inside tee /etc/lunchd-redirector/file
  since=$(journal_now)
  if redirector 2>"$logs/refused"; then fail 'served with an invalid file'; fi
  grep 'internal error' "$logs/refused"
  await 20 journal_has "$since" 'line 1 is not 301 or 302'
  if inside systemctl start lunchd-redirector@check; then fail 'the check accepts an invalid file'; fi
  inside systemctl reset-failed
  remove_services
  nothing_failed
}

# shellcheck shell=bash
# The first certificate, in the order of operation.md: certbot gets it from Pebble, Let's Encrypt's test
# server, through the installed and enabled lunchd. Sourced by scripts/e2e; checks.sh sets $etc and $lunch.

pebble=/opt/pebble

# Pebble as a unit in the container, with its own TLS pair for its API.
pebble_start() {
  inside sh -eu <<END
    mkdir $pebble
    cd $pebble
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost -keyout key.pem -out api.pem 2>/dev/null
    cat >config.json <<JSON
      {"pebble": {
        "listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
        "certificate": "$pebble/api.pem", "privateKey": "$pebble/key.pem",
        "httpPort": 80, "tlsPort": 443}}
JSON
    [ ! -e /etc/hosts ] || mv /etc/hosts hosts
    echo 127.0.0.1 localhost lunch.example >/etc/hosts
    cp -a /etc/letsencrypt letsencrypt
    # It validates without a pause, validates renewals as well, and does nothing at random: otherwise it
    # refuses 5 % of nonces, and certbot tries again only once.
    systemd-run --quiet --unit=pebble --setenv=PEBBLE_VA_NOSLEEP=1 --setenv=PEBBLE_AUTHZREUSE=0 \
      --setenv=PEBBLE_WFE_NONCEREJECT=0 pebble -config $pebble/config.json
END
  await 20 pebble_gives 14000/dir
}
pebble_stop() {
  inside sh -eu <<END
    systemctl stop pebble
    rm /etc/hosts
    [ ! -e $pebble/hosts ] || mv $pebble/hosts /etc/hosts
    rm -r /etc/letsencrypt /var/lib/letsencrypt
    mv $pebble/letsencrypt /etc/letsencrypt
    rm -r $pebble
END
}
pebble_gives() {
  inside curl --silent --show-error --fail --cacert "$pebble/api.pem" "https://localhost:$1"
}

certbot() {
  inside env REQUESTS_CA_BUNDLE="$pebble/api.pem" certbot "$@" --non-interactive
}

# Acts as a browser that trusts only Pebble's root.
trusted() {
  inside curl --silent --show-error --fail --max-time 20 --cacert "$pebble/root.pem" "$@"
}

serial() {
  inside openssl s_client -connect localhost:443 -servername lunch.example </dev/null 2>/dev/null |
    openssl x509 -noout -serial
}

socket_start() {
  inside systemctl show --property InvocationID,ActiveEnterTimestampMonotonic lunchd.socket
}

check_acme() {
  local since socket first
  pebble_start
  pebble_gives 15000/roots/0 | inside tee "$pebble/root.pem"
  since=$(journal_now)
  socket=$(socket_start)
  # Long enough for certbot between a handshake and its request.
  inside mkdir -p "$etc/lunchd@.service.d"
  printf '[Service]\nEnvironment="LUNCHD_OPTIONS=--timeout 50"\n' |
    inside tee "$etc/lunchd@.service.d/patient.conf"
  inside systemctl daemon-reload

  serves # with the self-signed pair
  if trusted https://lunch.example/; then fail 'the certificate is there already'; fi
  certbot certonly --server https://localhost:14000/dir --agree-tos \
    --register-unsafely-without-email --webroot -w /var/lib/lunchd/acme -d lunch.example \
    --deploy-hook /usr/local/lib/lunchd/bin/certbot-deploy-hook
  # Nothing else is needed.
  trusted https://lunch.example/ | grep -E "$lunch"
  trusted --location http://lunch.example/ | grep -E "$lunch"
  first=$(serial)
  [ "$(inside stat -c '%a %U' /etc/lunchd/key.pem.before)" = '600 root' ]

  hold renewed finish "$pebble/root.pem" lunch.example
  certbot renew --force-renewal --no-random-sleep-on-renew
  trusted https://lunch.example/ | grep -E "$lunch"
  [ "$(serial)" != "$first" ] || fail 'the certificate is still the first one'
  release renewed
  said renewed served

  [ "$(socket_start)" = "$socket" ] || fail 'the socket was restarted'
  [ "$(journal_since "$since" --identifier lunchd |
    grep -c ' plain "GET /\.well-known/acme-challenge/.* 200 .* an ACME challenge$')" -ge 2 ]
  nothing_failed
  echo "$first, then $(serial)" >&3

  # The hook by hand: repeating it does no harm, and it says what is missing.
  inside env RENEWED_LINEAGE=/etc/letsencrypt/live/lunch.example \
    /usr/local/lib/lunchd/bin/certbot-deploy-hook
  trusted https://lunch.example/ | grep -E "$lunch"
  if inside /usr/local/lib/lunchd/bin/certbot-deploy-hook; then fail 'the hook accepts missing arguments'; fi
  if inside env RENEWED_LINEAGE=/none /usr/local/lib/lunchd/bin/certbot-deploy-hook; then
    fail 'the hook accepts a missing certificate'
  fi
  trusted https://lunch.example/ | grep -E "$lunch"

  # Another certificate does not replace this one.
  inside cp -a /etc/letsencrypt/live/lunch.example /etc/letsencrypt/live/other.example
  if inside env RENEWED_LINEAGE=/etc/letsencrypt/live/other.example \
    /usr/local/lib/lunchd/bin/certbot-deploy-hook 2>"$logs/$suite-hook"; then
    fail 'the hook accepts a second certificate'
  fi
  grep 'certbot certonly --cert-name lunch.example -d' "$logs/$suite-hook"
  inside rm -r /etc/letsencrypt/live/other.example
  trusted https://lunch.example/ | grep -E "$lunch"

  # A key of another certificate, encrypted, and a chain from elsewhere: the unit still serves these, and
  # the hook says so, and what to do. It restores what was there before.
  encrypt_key /etc/lunchd/key.pem.before
  inside sh -eu <<END
    cd /etc/lunchd
    cp -p --remove-destination key.pem.before key.pem
    cp -p --remove-destination chain.pem.before chain.pem
    cp $source/units/examples/encrypted-key.conf $etc/lunchd@.service.d
    systemctl daemon-reload
END
  serves
  hook_refuses 'systemd-creds encrypt .* /etc/letsencrypt/live/lunch.example/privkey.pem /etc/credstore.enc'
  serves
  inside systemctl reset-failed lunchd@check.service
  # The fix that it names.
  encrypt_key /etc/letsencrypt/live/lunch.example/privkey.pem
  inside env RENEWED_LINEAGE=/etc/letsencrypt/live/lunch.example \
    /usr/local/lib/lunchd/bin/certbot-deploy-hook
  trusted https://lunch.example/ | grep -E "$lunch"
  # It was there already, and is kept only once.
  says_nothing inside find /etc/lunchd -name '*.before.~*'
  inside rm "$etc/lunchd@.service.d/encrypted-key.conf"
  remove_encrypted_key
  printf '[Service]\nLoadCredential=chain.pem:/etc/lunchd/chain.pem.before\n' |
    inside tee "$etc/lunchd@.service.d/chain.conf"
  inside systemctl daemon-reload
  hook_refuses 'reads its chain from /etc/lunchd/chain.pem.before'
  inside rm "$etc/lunchd@.service.d/chain.conf"
  inside systemctl daemon-reload
  trusted https://lunch.example/ | grep -E "$lunch"

  # Nothing in the directory but challenges is served, and lunch is served without it.
  inside sh -eu <<'END'
    cd /var/lib/lunchd/acme
    mkdir -p .well-known/acme-challenge
    cp /etc/hostname .well-known/acme-challenge/kept
    ln -s /run/credentials .well-known/acme-challenge/link
    cp /etc/hostname secret
END
  [ "$(plaintext_status kept link ../../secret)" = '200 404 404' ]
  inside mv /var/lib/lunchd/acme /var/lib/lunchd/acme.away
  trusted https://lunch.example/ | grep -E "$lunch"
  [ "$(plaintext_status kept)" = 404 ]
  inside mv /var/lib/lunchd/acme.away /var/lib/lunchd/acme

  pebble_stop
  inside sh -eu <<END
    rm -r /var/lib/lunchd/acme/secret /var/lib/lunchd/acme/.well-known
    rm -r $etc/lunchd@.service.d
    systemctl daemon-reload
    # The way back. uninstall removes what the hook has kept.
    cd /etc/lunchd
    cp -p --remove-destination key.pem.before key.pem
    cp -p --remove-destination chain.pem.before chain.pem
END
  serves
}

hook_refuses() { # LINE
  if inside env RENEWED_LINEAGE=/etc/letsencrypt/live/lunch.example \
    /usr/local/lib/lunchd/bin/certbot-deploy-hook 2>"$logs/$suite-hook"; then
    fail 'the hook did not fail'
  fi
  cat "$logs/$suite-hook"
  grep "^certbot-deploy-hook: .*$1" "$logs/$suite-hook"
  says_nothing inside find /etc/lunchd -name 'new-*' -o -name 'old-*'
}

plaintext_status() { # TOKEN...
  local token all=
  for token; do
    all+=" $(inside curl --silent --show-error --path-as-is --output /dev/null \
      --write-out '%{http_code}' "http://localhost/.well-known/acme-challenge/$token")"
  done
  echo "${all# }"
}

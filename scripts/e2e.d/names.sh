# shellcheck shell=bash
# Several names, each with its own certificate, which certbot and its hook get from Pebble, while a signer
# has the keys. Sourced by scripts/e2e, like acme.sh.
# shellcheck disable=SC2016,SC2154

# The serial number of the certificate that a client gets if it asks for a name.
serial_of() { # NAME [PORT]
  inside openssl s_client -connect "localhost:${2:-443}" -servername "$1" </dev/null 2>/dev/null |
    openssl x509 -noout -serial 2>/dev/null
}
shows() { # SERIAL NAME
  [ "$(serial_of "$2")" = "$1" ]
}
obtain() { # NAME...
  local names=()
  for name; do names+=(-d "$name"); done
  certbot certonly --server https://localhost:14000/dir --agree-tos \
    --register-unsafely-without-email --webroot -w /var/lib/lunchd/acme "${names[@]}" \
    --deploy-hook /usr/local/lib/lunchd/bin/certbot-deploy-hook
}
# Calls the hook as certbot does; its messages are in $logs/$suite-hook.
hook() { # LINEAGE NAMES
  inside env RENEWED_LINEAGE="/etc/letsencrypt/live/$1" RENEWED_DOMAINS="$2" \
    /usr/local/lib/lunchd/bin/certbot-deploy-hook 2>"$logs/$suite-hook"
}
today() { # NAME HOST
  trusted -H "Host: $2" -H 'Accept: text/plain' "https://$1/today"
}

check_names() {
  local since first second renewed wild name lunch_today
  inside sh -c 'cp -a /etc/lunchd /opt/etc-lunchd-names'
  pebble_start
  pebble_gives 15000/roots/0 | inside tee "$pebble/root.pem"
  inside sh -c 'echo 127.0.0.1 b.example www.b.example x.c.example >>/etc/hosts'
  inside lunchd-service key-apart on

  obtain lunch.example
  obtain b.example www.b.example
  for name in lunch.example b.example www.b.example; do
    trusted "https://$name/" | grep -E "$lunch"
  done
  first=$(serial_of lunch.example) second=$(serial_of b.example)
  [ "$first" != "$second" ]
  shows "$second" www.b.example
  shows "$first" other.example
  shows "$first" a.b.example
  [ "$(inside sh -c 'cd /etc/lunchd && stat -c "%a %U" keys keys/b.example keys/b.example/key.pem \
    names/b.example names/b.example/chain.pem' | paste -sd ' ')" = '700 root 700 root 600 root 755 root 644 root' ]

  await 20 watches /etc/letsencrypt/archive/lunch.example

  # The check asks the signer, and reports each name.
  since=$(journal_now)
  inside systemctl start lunchd@check.service
  await 20 journal_has "$since" '^name: b.example, days-left: [0-9]+, key: '
  journal_has "$since" '^name: www.b.example, days-left: '

  # One is renewed, and the other stays unchanged.
  certbot renew --cert-name b.example --force-renewal --no-random-sleep-on-renew
  renewed=$(serial_of b.example)
  [ "$renewed" != "$second" ] || fail 'b.example still has its first certificate'
  shows "$renewed" www.b.example
  shows "$first" lunch.example
  trusted https://b.example/ | grep -E "$lunch"
  echo "b.example: $second, then $renewed; lunch.example: $first" >&3

  # A wildcard, installed by hand: no command tells lunchd.
  inside sh -eu <<'END'
    cd /etc/lunchd
    mkdir keys/_.c.example names/_.c.example
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=wild -addext 'subjectAltName=DNS:*.c.example' \
      -days 60 -keyout keys/_.c.example/key.pem -out /run/chain.pem 2>/dev/null
    mv /run/chain.pem names/_.c.example
END
  wild=$(inside openssl x509 -noout -serial -in /etc/lunchd/names/_.c.example/chain.pem)
  await 20 shows "$wild" x.c.example
  shows "$first" c.example
  # It is replaced while the signer has it.
  inside sh -eu <<'END'
    cd /etc/lunchd
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=wild -addext 'subjectAltName=DNS:*.c.example' \
      -days 60 -keyout /run/key.pem -out /run/chain.pem 2>/dev/null
    mv /run/key.pem keys/_.c.example && mv /run/chain.pem names/_.c.example
END
  wild=$(inside openssl x509 -noout -serial -in /etc/lunchd/names/_.c.example/chain.pem)
  await 20 shows "$wild" x.c.example

  # A key that does not fit its chain: only clients of that name fail, and the check reports it.
  inside cp /etc/lunchd/keys/b.example/key.pem /etc/lunchd/keys/_.c.example/key.pem
  inside touch /etc/lunchd/names/_.c.example/chain.pem
  await 20 is_shown_nothing x.c.example
  shows "$renewed" b.example
  shows "$first" lunch.example
  since=$(journal_now)
  if inside systemctl start lunchd@check.service; then fail 'the check accepts a broken pair'; fi
  await 20 journal_has "$since" '^name: \*\.c\.example, unusable$'
  # That does not prevent the renewal of another name.
  if hook b.example 'b.example www.b.example'; then fail 'the hook does not report the check'; fi
  grep 'live/b.example is filed, but lunchd@check.service fails as it did before' "$logs/$suite-hook"
  shows "$renewed" b.example
  inside rm -r /etc/lunchd/names/_.c.example /etc/lunchd/keys/_.c.example
  await 20 shows "$first" x.c.example
  inside systemctl start lunchd@check.service

  # /today depends on Host, not on the server name in TLS, which a handler sees.
  lunch_today=$(today lunch.example lunch.example)
  [ "$(today b.example lunch.example)" = "$lunch_today" ]
  [ "$(for name in {1..20}; do today b.example "$name.example" && echo; done | sort -u | wc -l)" -gt 1 ]
  whoami_says_the_name "$renewed"

  # More keys than systemd passes to a signer: the hook refuses them; installed by hand, they cause an error in
  # the journal.
  inside sh -euc 'cd /etc/lunchd/keys && for i in $(seq 251); do
    mkdir n$i.example && cp b.example/key.pem n$i.example; done'
  if hook b.example more.example; then fail 'the hook files more than a signer can have'; fi
  grep 'at most 1 MB of credentials, 256 files of 4096 octets, .* would need 257: no signer' "$logs/$suite-hook"
  cat "$logs/$suite-hook"
  if inside test -e /etc/lunchd/keys/more.example; then fail 'it was filed'; fi
  inside sh -euc 'cd /etc/lunchd/keys && for i in 1 2 3 4; do mkdir m$i.example && cp b.example/key.pem m$i.example; done'
  await 20 is_shown_nothing lunch.example
  await 20 journal_has "$since" '^lunchd-signer.service: .*status=243/CREDENTIALS$'
  refused 78 'systemd gives a signer at most 1 MB of credentials, 256 files of 4096 octets' key-apart on
  inside sh -euc 'cd /etc/lunchd/keys && rm -r n* m*'
  await 60 shows "$first" lunch.example # the socket has failed, and its limit lasts half a minute
  shows "$renewed" b.example
  inside systemctl start lunchd@check.service
  inside systemctl reset-failed

  # One is removed.
  inside certbot delete --non-interactive --cert-name b.example
  inside rm -r /etc/lunchd/names/b.example /etc/lunchd/keys/b.example
  await 20 shows "$first" b.example
  shows "$renewed" www.b.example
  inside rm -r /etc/lunchd/names/www.b.example /etc/lunchd/keys/www.b.example
  await 20 shows "$first" www.b.example
  trusted https://lunch.example/ | grep -E "$lunch"
  if trusted https://b.example/ 2>/dev/null; then fail 'the removed name still has a certificate'; fi

  # Without a signer the hook refuses a second certificate.
  inside lunchd-service key-apart off
  shows "$first" lunch.example
  inside cp -a /etc/letsencrypt/live/lunch.example /etc/letsencrypt/live/other.example
  if hook other.example b.example; then fail 'the hook accepts a second certificate'; fi
  grep 'lunchd-service key-apart on' "$logs/$suite-hook"
  nothing_failed

  pebble_stop
  inside sh -eu <<'END'
    rm -rf /var/lib/lunchd/acme/.well-known
    rm -r /etc/lunchd
    mv /opt/etc-lunchd-names /etc/lunchd
END
  serves
}

is_shown_nothing() { # NAME
  ! serial_of "$1"
}

# A service with the same names.
whoami_says_the_name() { # SERIAL
  local jdk classes=$logs/whoami
  jdk=$(find_jdk)
  rm -rf "$classes"
  "$jdk/bin/javac" -d "$classes" -cp "$repository/target/module/lunchd.jar" \
    "$repository/test-fixtures/services/whoami/Whoami.java"
  "$jdk/bin/jar" --create --file "$container/root$tools/whoami.jar" -C "$classes" .
  inside sh -euc 'mkdir -p /etc/lunchd-whoami && cp -a /etc/lunchd/names /etc/lunchd/keys /etc/lunchd-whoami'
  inside lunchd-service add whoami --jar "$tools/whoami.jar" --handler whoami.Whoami \
    --listen 127.0.0.1:8443 --key-apart
  [ "$(serial_of b.example 8443)" = "$1" ]
  trusted https://b.example:8443/ | grep 'server-name.*b\.example'
  inside lunchd-service remove whoami --purge
}

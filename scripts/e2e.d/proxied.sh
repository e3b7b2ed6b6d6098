# shellcheck shell=bash
# The checks of lunchd behind a balancer, with the shipped drop-ins, and of clients that must show a
# certificate. Sourced by scripts/e2e, like checks.sh.
# shellcheck disable=SC2154

balanced() { # CURL-ARGUMENT...: as a balancer, whose header curl can send
  https --haproxy-protocol "$@"
}
# Sends octets and prints the answer's first line, or nothing.
say() { # PORT OCTETS
  inside python3 -c '
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
connection.sendall(sys.argv[2].encode("latin-1").decode("unicode_escape").encode("latin-1"))
connection.shutdown(socket.SHUT_WR)
print(connection.makefile("rb").readline().decode().strip())' "$@"
}
proxied_settings() { # UNIT
  inside systemctl show --property MaxConnectionsPerSource,IPAddressAllow,IPAddressDeny "$1"
}

# Clients are served only through the balancer, which here is this host.
check_proxied() {
  local since header='PROXY TCP4 198.51.100.7 10.0.0.1 50312 443\r\n'
  local get='GET / HTTP/1.1\r\nHost: localhost\r\n\r\n' local='\r\n\r\n\0\r\nQUIT\n\x20\0\0\0'
  use_example lunchd.socket proxied-socket.conf
  use_example lunchd@.service proxied.conf
  inside sed -i 's/192\.0\.2\.10/127.0.0.1/; s/2001:db8::10/::1/' \
    "$etc/lunchd.socket.d/proxied-socket.conf" "$etc/lunchd@.service.d/proxied.conf"
  inside systemctl daemon-reload
  inside systemctl restart lunchd.socket
  proxied_settings lunchd.socket | sort | paste -sd ' ' >"$logs/$suite-settings"
  cat "$logs/$suite-settings"
  grep -F 'MaxConnectionsPerSource=0' "$logs/$suite-settings"
  grep -E 'IPAddressAllow=(127\.0\.0\.1(/32)? ::1(/128)?|::1(/128)? 127\.0\.0\.1(/32)?)' "$logs/$suite-settings"
  grep -E 'IPAddressDeny=(::/0 0\.0\.0\.0/0|0\.0\.0\.0/0 ::/0)' "$logs/$suite-settings"
  exposure

  since=$(journal_now)
  balanced https://localhost/ | grep -E "$lunch"
  balanced -6 https://localhost/ | grep -E "$lunch"
  say 80 "$header$get" | grep -F 'HTTP/1.1 308 '
  say 80 "$header${get/ \/ / /.well-known/acme-challenge/none }" | grep -F 'HTTP/1.1 404 '
  await 20 journal_has "$since" '^198\.51\.100\.7:50312 plain "GET / HTTP/1\.1" 308 '

  # Nobody else gets an answer, here a client without a header.
  since=$(journal_now)
  says_nothing say 80 "$get"
  if https https://localhost/; then fail 'served without a header'; fi
  await 20 journal_has "$since" '^127\.0\.0\.1:[0-9]+ plain - - 0 bytes .* there is no PROXY header$'
  outside_make
  since=$(journal_now)
  if outside curl --silent --max-time 5 --haproxy-protocol http://10.0.0.1/; then fail 'served from outside'; fi
  # With BPF the connection gets no further than the socket.
  if journal_has "$since" '^10\.0\.0\.'; then
    journal_has "$since" 'plain - - 0 bytes .* not from --proxy-protocol 127\.0\.0\.1,::1( |;|$)'
    echo 'no BPF here: lunchd itself ends connections from elsewhere;' >&3
  else
    echo 'BPF drops packets from elsewhere;' >&3
  fi

  # A health check leaves no line in the journal.
  await 20 instance_count_is 0
  since=$(journal_now)
  says_nothing say 443 "$local"
  await 20 instance_count_is 0
  journal_since "$since" >"$logs/$suite-health"
  no_line -vE "$mounts_gone" "$logs/$suite-health"

  # More connections from one address than a client may have.
  hold many balancer 12
  await 20 instance_count_is 12
  release many
  await 30 instance_count_is 0
  nothing_failed
  drop_example lunchd.socket proxied-socket.conf
  drop_example lunchd@.service proxied.conf
  inside systemctl restart lunchd.socket
  serves
  outside curl --silent --show-error --max-time 20 --output /dev/null http://10.0.0.1/ # which was refused before
  outside_remove

  # Both ways at once.
  files_but_release >"$logs/$suite-before-both"
  refused 64 'IP addresses or CIDR blocks' add both --proxied localhost --listen 8444
  refused 64 'IP addresses or CIDR blocks' add both --proxied unix --listen 8444
  refused 64 '--jar is missing' add both --listen 8444
  refused 78 '--proxy-protocol: 192.0.2.1/24 is not a CIDR block' add both --proxied 192.0.2.1/24 --listen 8444
  files_but_release | diff "$logs/$suite-before-both" -
  inside lunchd-service add both --proxied 127.0.0.1,::1 --listen 8444 -- --hsts 7
  proxied_settings lunchd-both.socket | sort | paste -sd ' ' | diff "$logs/$suite-settings" -
  balanced --include https://localhost:8444/ >"$logs/$suite-both"
  grep -E "$lunch" "$logs/$suite-both"
  grep -i '^strict-transport-security: max-age=7' "$logs/$suite-both"
  if https https://localhost:8444/; then fail 'served without a header'; fi
  serves
  if balanced https://localhost/; then fail 'a PROXY header is taken for TLS'; fi
  [ "$(inside lunchd-service list)" = $'both\tlunch\t8444\tactive' ]
  inside systemd-analyze security --no-pager lunchd-both@x.service | grep -E 'level for .*: 0\.[0-3] '
  inside lunchd-service remove both --purge
  files_but_release | diff "$logs/$suite-before-both" -
  serves
  nothing_failed
}

# Only clients with one of the certificates are served.
check_clients() {
  local since digits
  inside sh -eu -c "mkdir -p $tools/robot && cd $tools/robot
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=robot -days 9 \
      -keyout key.pem -out robot.pem 2>/dev/null
    { echo '# robots'; openssl x509 -in robot.pem -noout -fingerprint -sha256 | sed 's/\$/ robot/'; } >/etc/lunchd/clients
    chmod 600 /etc/lunchd/clients"
  use_example lunchd@.service client-certificates.conf
  exposure
  since=$(journal_now)
  https --cert "$tools/robot/robot.pem" --key "$tools/robot/key.pem" https://localhost/ | grep -E "$lunch"
  digits=$(inside openssl x509 -in "$tools/robot/robot.pem" -outform DER | sha256sum | cut -d ' ' -f 1)
  await 20 journal_has "$since" " 200 .* client $digits robot\$"
  if https https://localhost/; then fail 'served without a certificate'; fi
  if https --cert /etc/lunchd/chain.pem --key /etc/lunchd/key.pem https://localhost/; then
    fail 'served with another certificate'
  fi
  await 20 journal_has "$since" 'not in --client-certificates: [0-9a-f]{64}(;|$)'
  [ "$(plaintext_status none)" = 404 ] # a challenge is answered
  # The check reads the list, and does a handshake with itself.
  since=$(journal_now)
  inside systemctl start lunchd@check
  await 20 journal_has "$since" '^client-certificates: 1 client$'
  await 20 journal_has "$since" '^handshake: TLSv1.3 '
  # With the balancer as well, and both examples.
  use_example lunchd@.service proxied.conf
  inside sed -i 's/192\.0\.2\.10/127.0.0.1/' "$etc/lunchd@.service.d/proxied.conf"
  inside systemctl daemon-reload
  balanced -4 --cert "$tools/robot/robot.pem" --key "$tools/robot/key.pem" https://localhost/ | grep -E "$lunch"
  inside rm -r "$etc/lunchd@.service.d" "$tools/robot" /etc/lunchd/clients
  inside systemctl daemon-reload
  serves
  nothing_failed
}

# shellcheck shell=bash
# The checks with clients on other hosts: those that try to block lunchd for everybody else, and those that
# are far away. Their host is a network namespace, `outside`:
#   10.0.0.2, 10.0.0.3       attackers, by IPv4     10.0.0.9, fd00:2::2   honest clients
#   fd00:1::2 to fd00:1::47  attackers, in one /64  10.1.0.2              behind a link with delay

outside() {
  inside ip netns exec outside "$@"
}
outside_make() {
  inside sh -eu <<'END'
    ip netns add outside
    ip link add outer type veth peer name inner netns outside
    for command in 'link set outer up' 'address add 10.0.0.1/24 dev outer' \
      'address add fd00:1::1/64 dev outer nodad' 'route add fd00:2::/64 dev outer' \
      '-n outside link set inner up' '-n outside address add 10.0.0.2/24 dev inner' \
      '-n outside address add 10.0.0.3/24 dev inner' '-n outside address add 10.0.0.9/24 dev inner' \
      '-n outside address add fd00:2::2/64 dev inner nodad'; do
      ip $command
    done
    for i in $(seq 2 71); do
      ip -n outside address add $(printf fd00:1::%x/64 $i) dev inner nodad
    done
END
}
outside_remove() {
  inside ip link delete outer # at once; the namespace disappears later
  inside ip netns delete outside
}

# A client that sends nothing is not accepted for 3 s, and is served when it finally sends something.
check_silence() {
  await 20 instance_count_is 0
  local before
  accepted() { inside systemctl show --property NAccepted --value lunchd.socket; }
  before=$(accepted)
  hold silent silence
  [ "$(accepted)" = "$before" ] || fail 'accepted, although it has sent nothing'
  release silent
  said silent served
  [ "$(accepted)" = $((before + 1)) ]
}

# An honest client is not slower because of that, on a link with a delay of 60 ms each way: compares it with
# the same instances behind a socket without DeferAcceptSec=. It could lose a round trip, 120 ms.
check_far() {
  outside_make
  inside sh -eu <<END
    cd /run/systemd/system
    ln -s lunchd@.service bare-eager@.service
    printf '[Socket]\nAccept=yes\nNoDelay=yes\nListenStream=9006\n' >bare-eager.socket
    systemctl daemon-reload
    systemctl start bare-eager.socket
END
  hold link delay 60 near far
  inside sh -eu <<'END'
    ip address add 10.1.0.1/24 dev near
    echo 1 >/proc/sys/net/ipv6/conf/near/disable_ipv6 # it would send packets before the other end is up
    ip link set near up
    ip link set far netns outside
    ip -n outside address add 10.1.0.2/24 dev far
    ip -n outside link set far up
END
  local try
  for try in 1 2 3 4 5; do
    where=outside client latency 20 shipped=https:443:far eager=https:9006:far >"$logs/$suite-far"
    if loses_nothing; then break; fi
    [ "$try" -lt 5 ] || fail 'a round trip is lost in all five tries'
  done
  release link
  inside sh -eu <<'END'
    systemctl stop bare-eager.socket
    rm /run/systemd/system/bare-eager*
    systemctl daemon-reload
END
  outside_remove
}

loses_nothing() {
  awk '{ median[$1] = $2 } END {
    printf "120 ms away: %.0f ms, %.0f ms without DeferAcceptSec=\n", median["shipped"], median["eager"]
    exit !(median["shipped"] > 0 && median["shipped"] < median["eager"] + 100)
  }' "$logs/$suite-far" >&3
}

# Makes 20 requests of honest clients on IPv4 and IPv6 during an attack, and prints how many are served.
honest_under() { # NAME GREETING SOURCE...
  local name=$1
  shift
  await 60 instance_count_is 0
  where=outside hold "$name" attack "$@"
  where=outside client honest 20 10.0.0.9 fd00:2::2 >"$logs/$suite-$name"
  release "$name"
  cat "$logs/$suite-$name.out" "$logs/$suite-$name"
  served=$(sed -n 1p "$logs/$suite-$name")
}

# The attacks, first with only the limits of lunchd.socket, and then both at once, with the example for
# nftables. Against the first attack lunchd.socket is enough.
check_denial() {
  local two subnet greeting served without
  outside_make
  two=$(for i in $(seq 34); do printf '10.0.0.2 10.0.0.3 '; done)
  subnet=$(for i in $(seq 2 71); do printf 'fd00:1::%x ' "$i"; done)
  for greeting in silence hello; do
    # shellcheck disable=SC2086 # the addresses are words
    {
      honest_under "two-$greeting" $greeting $two
      without=$served
      honest_under "subnet-$greeting" $greeting $subnet
      echo "$greeting: $without of 20 served during an attack from 2 addresses with 34 connections each," \
        "$served of 20 beside 70 addresses of a /64;" >&3
      [ "$without" -ge 18 ]

      inside nft --check --file $source/units/examples/lunchd.nft
      inside nft --file $source/units/examples/lunchd.nft
      honest_under "both-$greeting" $greeting $two $subnet
    }
    inside nft list table inet lunchd
    echo "$served during both with lunchd.nft;" >&3
    [ "$served" -ge 18 ]
    inside nft delete table inet lunchd
  done
  await 60 instance_count_is 0
  outside_remove
  inside systemctl is-active lunchd.socket
  nothing_failed
}

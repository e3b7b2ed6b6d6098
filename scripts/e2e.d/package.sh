# shellcheck shell=bash
# The checks of the Debian package, in the order in which scripts/e2e calls them, as in checks.sh.

# apt without a network, which it does not need here.
apt() {
  inside env DEBIAN_FRONTEND=noninteractive apt-get -qq --yes "$@"
}

# Copies the package into the container, in the project's version or another, and prints its path. It is
# built once for all suites.
package_inside() { # [VERSION]
  local built=$logs/package-${1:-own} package
  if [ ! -e "$built" ]; then
    package=$("$repository/scripts/package" ${1:+--version "$1"})
    mkdir "$built"
    cp "$package" "$built"
    [ $# = 0 ] || rm "$package"
  fi
  package=$(echo "$built"/*)
  cp "$package" "$container/root$tools"
  echo "$tools/${package##*/}"
}

# Like file_list, without dpkg's and apt's own files.
package_file_list() {
  file_list | grep -vE ' /var/lib/(dpkg/[a-z]+-old|apt/(extended_states|lists/auxfiles)) $'
}

# The listening sockets, with their inode numbers.
listening() {
  inside ss -Hltne 'sport = :443 or sport = :80' | sort
}

check_package() {
  package_file_list >"$logs/$suite-files-before"
  apt install "$(package_inside)"
  inside dpkg --verify lunchd
  inside lunchd --version | grep -x 'lunchd .*, AOT cache in use'
  # Nothing is served until the administrator enables it.
  [ "$(inside systemctl is-enabled lunchd.socket)" = disabled ]
  says_nothing listening
  [ "$(inside stat -c '%a %U' /etc/lunchd/key.pem /etc/lunchd/chain.pem | paste -sd ,)" = '600 root,644 root' ]
  [ "$(inside systemctl list-unit-files --no-legend 'lunchd*' | wc -l)" = 11 ]

  inside systemctl enable --now lunchd.socket
  check_answers
  exposure

  # The manual and the completion are where man and bash look for them; every link leads to a page.
  local page
  for page in lunchd lunchd-service lunchd.socket lunchd@.service lunchd.slice lunchd-sandbox.service \
    lunchd-check.timer lunchd-self-signed.service lunchd-signer.socket lunchd-signer.service lunchd-signer.path \
    lunchd-renewed.target lunchd-links.service; do
    inside zgrep -qx '\.Sh NAME' "/usr/share/man/man8/$page.8.gz"
  done
  local program
  for program in lunchd lunchd-service; do
    inside bash -c ". /usr/share/bash-completion/completions/$program && complete -p $program"
  done
  # The documents and the targets of their links.
  local links
  links=$(inside sh -c 'cd /usr/share/doc/lunchd && grep -ohE "\]\([^)]+\)" *.md' |
    sed -E 's/^..([^)#]*).*/\1/' | grep -vE '^(https://.*)?$' | sort -u)
  [ "$(wc -l <<<"$links")" -ge 12 ]
  # shellcheck disable=SC2086 # they are words
  inside sh -euc 'cd /usr/share/doc/lunchd && ls -d "$@"' sh $links
  # The licence of each part.
  inside grep -q BoringSSL /usr/share/doc/lunchd/copyright
  inside grep -q 'CLASSPATH' /usr/lib/lunchd/runtime/legal/java.base/LICENSE
}

# The package, compared with what scripts/install installs, on its own port.
check_speed() {
  inside sh -eu <<END
    $source/scripts/install --prefix /srv/installed
    cd /etc/systemd/system
    for unit in lunchd@.service*; do
      mv "\$unit" "/run/systemd/system/installed\${unit#lunchd}"
    done
    rm -r lunchd.socket lunchd.slice lunchd@check.service.d lunchd-*
    cd /run/systemd/system
    printf '[Socket]\nAccept=yes\nNoDelay=yes\nListenStream=127.0.0.1:9005\n' >installed.socket
    systemctl daemon-reload
    systemctl start installed.socket
END
  local try
  for try in 1 2 3 4 5; do
    client latency 30 package=https:443 installed=https:9005 >"$logs/$suite-speed"
    cat "$logs/$suite-speed"
    if as_fast; then break; fi
    [ "$try" -lt 5 ] || fail 'slower than what scripts/install installs, in all five tries'
  done
  inside sh -eu <<'END'
    systemctl stop installed.socket
    rm -r /srv/installed /run/systemd/system/installed*
    systemctl daemon-reload
END
}
as_fast() {
  awk '
    { median[$1] = $2 }
    END {
      printf "package %.0f ms, scripts/install %.0f ms\n", median["package"], median["installed"]
      exit !(median["package"] <= 1.1 * median["installed"])
    }' "$logs/$suite-speed" >&3
}

# An upgrade to a higher version, and then the same version again: no connection is refused, and one from
# before keeps the files that it started with.
check_upgrade() {
  local higher before sockets since load apt served asked name
  higher=$(package_inside 999)
  add_services
  if [ "$suite" != bookworm ]; then inside lunchd-service key-apart on; fi
  inside mkdir -p "$etc/lunchd@.service.d"
  printf '[Service]\nEnvironment="LUNCHD_OPTIONS=--timeout 50"\n' | inside tee "$etc/lunchd@.service.d/mine.conf"
  inside systemctl daemon-reload
  before=$(inside readlink -f /usr/lib/lunchd)
  sockets=$(listening)
  [ "$(wc -l <<<"$sockets")" = 2 ]
  since=$(inside systemctl show --property ActiveEnterTimestampMonotonic lunchd.socket)

  hold old finish
  client load /opt/stop >"$logs/$suite-load" 2>&1 &
  load=$!
  services_client load /opt/stop >"$logs/$suite-services" 2>&1 &
  asked=$!
  apt install "$higher" &
  apt=$!
  # dpkg waits in the old version's postrm, with the new version's files in place.
  await 60 inside sh -c 'grep -qa "lunchd[.]postrm.upgrade" /proc/[0-9]*/cmdline 2>/dev/null'
  serves
  inside test -e "$before/runtime/lib/modules"
  release old
  said old served
  wait "$apt"
  [ "$(inside readlink /usr/lib/lunchd)" = lunchd-999 ]
  ! inside test -e "$before" || fail "$before is still there"
  apt install --reinstall "$higher"
  inside touch /opt/stop
  wait "$load"
  wait "$asked"
  inside rm /opt/stop
  served=$(grep -c served "$logs/$suite-load")
  echo "$served served meanwhile, by the services $(grep -c served "$logs/$suite-services")" >&3
  no_line FAILED "$logs/$suite-load" "$logs/$suite-services"
  for name in lunch $services; do
    grep "^$name served" "$logs/$suite-services" | tail -n 1
  done
  # Each runs on the new files.
  for name in $services; do
    hold "$name" hold 1 "${service_port[$name]}"
    inside test "/proc/$(service_pid "$name")/root" -ef /usr/lib/lunchd-999 || fail "$name runs on other files"
    release "$name"
  done
  remove_services

  # The same sockets: systemd has not opened them again.
  [ "$(listening)" = "$sockets" ]
  [ "$(inside systemctl show --property ActiveEnterTimestampMonotonic lunchd.socket)" = "$since" ]
  inside systemctl is-enabled lunchd.socket
  serves
  [ "$(inside systemctl show --property RootDirectory --value lunchd@x.service)" = /usr/lib/lunchd-999 ]
  if [ "$suite" != bookworm ]; then # the signer still has the key, and is of the new version
    inside test "/proc/$(main_pid lunchd-signer.service)/root" -ef /usr/lib/lunchd-999
    inside lunchd-service key-apart off
    serves
  fi
  inside rm -r "$etc/lunchd@.service.d"
  inside systemctl daemon-reload
  nothing_failed
}

check_remove() {
  # Not while a service uses it.
  echo '# Written by lunchd-service.' | inside tee "$etc/lunchd-tea@.service"
  if apt remove lunchd >"$logs/$suite-removed" 2>&1; then fail 'removed while a service used it'; fi
  grep 'lunchd-service remove tea' "$logs/$suite-removed"
  inside rm "$etc/lunchd-tea@.service"
  serves

  hold served hold 1
  apt remove lunchd
  release served
  says_nothing listening
  instance_count_is 0
  says_nothing inside systemctl list-units --all --no-legend 'lunchd*'
  no_unit_files
  says_nothing inside find /usr /etc/systemd /run /dev -name '*lunchd*' ! -path '/run/log/*'
  # The administrator may want it back as it was.
  inside test -e /etc/lunchd/key.pem
}

check_purge() {
  apt purge lunchd
  package_file_list | diff "$logs/$suite-files-before" -

  # With the administrator's key, and while it serves.
  apt install "$(package_inside)"
  inside systemctl enable --now lunchd.socket
  if [ "$suite" != bookworm ]; then inside lunchd-service key-apart on; fi
  inside openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mine \
    -addext subjectAltName=DNS:localhost -keyout /etc/lunchd/key.pem -out /etc/lunchd/chain.pem
  await 20 serves
  apt purge lunchd
  inside rm /etc/lunchd/key.pem /etc/lunchd/chain.pem
  inside rmdir /etc/lunchd
  package_file_list | diff "$logs/$suite-files-before" -
  nothing_failed
}

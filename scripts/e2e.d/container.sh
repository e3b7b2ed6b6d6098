# shellcheck shell=bash
# A booted Debian in a container: its image is cached, and every run writes into a layer in memory
# on top of it. Sourced by scripts/e2e and scripts/fleet, which set $repository, $scripts and $logs.

cache=${XDG_CACHE_HOME:-/var/cache}/lunchd-e2e
packages=systemd,systemd-sysv,dbus,curl,openssl,python3,iproute2,gcc,libc6-dev
more="pebble certbot nftables" # with apt, since debootstrap does not know virtual packages
machine=lunchd-e2e-$$
hierarchies="systemd unified" # of version 1, in which each container has its own control group
layers= # directories on top of the image, each followed by a colon
container= # where it is mounted
nspawn=    # the systemd-nspawn process
leader=    # its init

# Makes the image if it is missing, and boots it.
container_make() {
  local suite=$1 image
  # Another list of packages makes another image.
  image=$cache/$suite-$(printf %s "$packages $more" | cksum | cut -d ' ' -f 1)
  if [ ! -d "$image" ]; then
    echo "e2e: making the image of $suite, only this time" >&2
    mkdir -p "$cache"
    rm -rf "$image.partial"
    debootstrap --variant=minbase --include="$packages" "$suite" "$image.partial" \
      ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$cache/$suite.log" 2>&1 || {
      echo "e2e: debootstrap failed; see $cache/$suite.log" >&2
      return 1
    }
    # shellcheck disable=SC2086 # the packages are words
    chroot "$image.partial" env DEBIAN_FRONTEND=noninteractive \
      apt-get install --yes --no-install-recommends $more >>"$cache/$suite.log" 2>&1 || {
      echo "e2e: apt-get failed; see $cache/$suite.log" >&2
      return 1
    }
    # Every run is a different machine; the file is empty, since without it systemd asks for a first boot.
    : >"$image.partial/etc/machine-id"
    mv "$image.partial" "$image"
  fi
  container=$(mktemp -d)
  mount -t tmpfs -o mode=755 lunchd-e2e "$container"
  mkdir "$container/upper" "$container/work" "$container/root"
  mount -t overlay -o "lowerdir=$layers$image,upperdir=$container/upper,workdir=$container/work" \
    lunchd-e2e "$container/root" || return 1
  container_boot
}

# Its own control groups; otherwise all containers would have the same, since they don't have the host's systemd.
container_groups() {
  local hierarchy
  for hierarchy in . $hierarchies; do
    [ ! -e "/sys/fs/cgroup/$hierarchy/cgroup.procs" ] || echo "/sys/fs/cgroup/$hierarchy/$machine"
  done
}

container_boot() {
  local i group groups
  groups=$(container_groups)
  # shellcheck disable=SC2086 # paths of ours
  mkdir -p $groups
  # Its own network, with only loopback, and nothing of the host's systemd.
  (
    for group in $groups; do # without a child, which would be taken for the leader
      echo "$BASHPID" >"$group/cgroup.procs"
    done
    exec systemd-nspawn --quiet --boot --directory="$container/root" --machine="$machine" \
      --register=no --keep-unit --private-network --link-journal=no --console=pipe
  ) </dev/null >"$logs/console" 2>&1 &
  nspawn=$!
  for ((i = 0; i < 300; i++)); do
    leader=$(cat "/proc/$nspawn/task/$nspawn/children" 2>/dev/null) leader=${leader%% *}
    case $(inside timeout 5 systemctl is-system-running 2>/dev/null) in
      running | degraded) return 0 ;;
    esac
    kill -0 "$nspawn" 2>/dev/null || break
    sleep 0.2
  done
  echo "e2e: the container did not boot; the end of its console:" >&2
  tail -n 20 "$logs/console" >&2
  return 1
}

# Runs a command in the container, as its root.
inside() {
  [ -n "$leader" ] || return 1
  nsenter --target "$leader" --mount --uts --ipc --net --pid --root \
    env -i --chdir=/ PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
    "$@"
}

# Waits for the container to end, after its init was told to, for a limited time.
container_await_end() {
  local i
  for ((i = 0; i < 300; i++)); do
    kill -0 "$nspawn" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$nspawn" 2>/dev/null
  wait "$nspawn" 2>/dev/null
  nspawn='' leader=''
}

container_reboot() {
  inside systemctl reboot
  container_await_end
  container_boot
}

# Ends and unmounts the container; harmless if there is none.
container_remove() {
  if [ -n "$nspawn" ]; then
    # nspawn kills init, and with it every process of the container.
    kill -KILL "${leader:-$nspawn}" 2>/dev/null
    kill -TERM "$nspawn" 2>/dev/null
    container_await_end
  fi
  local group
  for group in $(container_groups); do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
  done
  if [ -n "$container" ]; then
    umount -l "$container/root" 2>/dev/null
    umount -l "$container"
    rmdir "$container"
    container=
  fi
}

# Polls a command until it succeeds, for at most that many seconds. In a subshell: one that calls fail is tried
# again, too.
await() { # SECONDS COMMAND...
  local seconds=$1 end=$((SECONDS + $1))
  shift
  until ("$@"); do
    [ "$SECONDS" -lt "$end" ] || fail "not within $seconds s: $*"
    sleep 0.1
  done
}

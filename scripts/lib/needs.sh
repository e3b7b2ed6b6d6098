# shellcheck shell=bash
# What a script needs on the machine: programs, a JDK 25, a built lunchd. Sourced by the scripts in scripts/,
# which set $yes if they are called with --yes.

cannot_run=77 # the exit status of a script that can't do its work on this machine

# Prints the home of a JDK 25; fails if there is none.
find_jdk() {
  local home
  for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
    if [ -x "$home/bin/javac" ] && [ -x "$home/bin/jlink" ] &&
      grep -qs '^JAVA_VERSION="25[."]' "$home/release"; then
      printf '%s\n' "$home"
      return
    fi
  done
  return 1
}

# Ends the script with 77 unless it runs as root. WHY: what root is needed for.
need_root() { # WHY
  [ "$(id -u)" = 0 ] || {
    echo "${0##*/}: cannot run: $1 needs root" >&2
    exit "$cannot_run"
  }
}

# Makes the script call the function clean_up when it ends, even by a signal.
clean_up_at_end() {
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
}

# need ITEM...: each a program, as COMMAND:PACKAGE, or `jdk`. Prints one command that installs everything
# that is missing, and runs it after a yes on the terminal, or with --yes; otherwise ends the script with 77.
need() {
  local item package missing=() elsewhere='' root=() update=''
  for item; do
    if [ "$item" = jdk ]; then
      find_jdk >/dev/null && continue
      package=$(jdk_package) || { elsewhere=yes && continue; }
    else
      command -v "${item%:*}" >/dev/null && continue
      package=${item#*:}
    fi
    case " ${missing[*]-} " in *" $package "*) ;; *) missing+=("$package") ;; esac
  done
  if [ ${#missing[@]} = 0 ] && [ -z "$elsewhere" ]; then return; fi

  [ "$(id -u)" = 0 ] || root=(sudo)
  has_candidate libc6 || update="${root[*]} apt-get update && "
  if [ ${#missing[@]} -gt 0 ]; then
    printf '%s: something is missing on this machine. This installs it:\n' "$0"
    printf '  %s\n' "${update# }${root[*]}${root:+ }apt-get install --no-install-recommends ${missing[*]}"
  fi >&2
  if [ -n "$elsewhere" ]; then
    printf '%s: a JDK 25 is missing, and apt has none: unpack one from elsewhere, such as\n' "$0"
    printf '  https://adoptium.net, under /usr/lib/jvm\n'
    exit "$cannot_run"
  fi >&2
  if [ -z "${yes-}" ]; then
    if ! [ -t 0 ] || ! [ -t 2 ]; then exit "$cannot_run"; fi
    read -rp 'Shall I do it? [y/N] ' item
    case $item in [yY]*) ;; *) exit "$cannot_run" ;; esac
  fi
  {
    "${root[@]}" apt-get update -qq &&
      "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq --yes --no-install-recommends "${missing[@]}"
  } >&2 || exit "$cannot_run" # stdout is for the script's own output
}

# Prints the package with a JDK 25; fails if there is none.
jdk_package() {
  local package
  for package in openjdk-25-jdk-headless temurin-25-jdk; do
    if has_candidate "$package"; then
      echo "$package"
      return
    fi
  done
  # Before the first `apt-get update` apt knows nothing: Debian has the package from 13 on.
  # shellcheck source=/dev/null
  ! has_candidate libc6 && (. /etc/os-release && [ "${ID-}" = debian ] && [ "${VERSION_ID-13}" -ge 13 ]) &&
    echo openjdk-25-jdk-headless
}

# Whether apt can download a package. One that is only installed does not count.
has_candidate() {
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -qE '^ +-?[0-9]+ [a-z+]+:/'
}

# Ends the script with 77 unless lunchd is built.
need_built() {
  if [ ! -e "$(dirname -- "${BASH_SOURCE[0]}")/../../target/lunchd/lib/lunchd.aot" ]; then
    printf '%s: target/lunchd is not built; run: mvn package\n' "$0" >&2
    exit "$cannot_run"
  fi
}

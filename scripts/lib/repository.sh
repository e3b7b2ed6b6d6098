# shellcheck shell=bash
# For building projects against target/lunchd. Sourced by scripts in scripts/.

# link_repository DIRECTORY: makes a local repository for Maven. It shares the user's, except for lunchd,
# which Maven would not fetch again if it has one of the same version.
link_repository() {
  local users=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
  mkdir -p "$1" "$users"
  find "$users" -mindepth 1 -maxdepth 1 ! -name lunchd -exec ln -s -t "$1" -- {} +
}

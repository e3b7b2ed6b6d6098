# shellcheck shell=bash
# For builds of projects against target/lunchd. Sourced by those of scripts/.

# link_repository DIRECTORY: a local repository for Maven. What the user's has is used and kept there,
# but for lunchd, which Maven would not fetch anew where it has one of the same version.
link_repository() {
  local users=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
  mkdir -p "$1" "$users"
  find "$users" -mindepth 1 -maxdepth 1 ! -name lunchd -exec ln -s -t "$1" -- {} +
}

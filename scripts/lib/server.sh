# shellcheck shell=bash
# Starts a super-server on a free port of the loopback interface. Sourced by scripts that act as a client.

# Prints the first free port from PORT on.
free_port() { # PORT
  local port=$1
  while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

# Starts systemd-socket-activate with these arguments, such as -l ADDRESS COMMAND. Its process, $server,
# has its own process group, so that nothing in it outlives the script: see end_server.
activate() { # ARGUMENT...
  set -m
  systemd-socket-activate --accept --inetd "$@" &
  server=$!
  set +m
}

# Ends it and everything that it has started.
end_server() {
  [ -n "${server-}" ] || return 0
  kill -TERM -- "-$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

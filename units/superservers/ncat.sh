#!/bin/sh
# HTTPS on 443 by ncat; the log is its stderr. An ncat stands between lunchd and the client: its
# address is not known, and plaintext is not redirected.
exec ncat --listen --keep-open --max-conns 64 0.0.0.0 443 --exec \
  "/usr/local/bin/lunchd --key /etc/lunchd/key.pem --certificate /etc/lunchd/chain.pem"

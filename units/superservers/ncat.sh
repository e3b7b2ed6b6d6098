#!/bin/sh
# HTTPS on 443 by ncat; the log is its stderr. ncat stays between lunchd and the client, so lunchd does not
# know the client's address, and plaintext is not redirected.
exec ncat --listen --keep-open --max-conns 64 0.0.0.0 443 --exec \
  "/usr/local/bin/lunchd --key /etc/lunchd/key.pem --certificate /etc/lunchd/chain.pem"

#!/bin/sh
# HTTPS on 443 by socat; the log is its stderr. With "nofork" lunchd has the client's own socket, and
# knows its address. Without it socat stays between them, and plaintext is not redirected.
exec socat TCP-LISTEN:443,bind=0.0.0.0,fork,reuseaddr,max-children=64 \
  EXEC:"/usr/local/bin/lunchd --key /etc/lunchd/key.pem --certificate /etc/lunchd/chain.pem",nofork

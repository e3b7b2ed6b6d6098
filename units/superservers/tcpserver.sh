#!/bin/sh
# HTTPS on 443 by tcpserver (ucspi-tcp), which changes to the user "lunchd"; the log is its stderr.
# -H, -R and -l 0 spare every client the wait for DNS and ident.
exec tcpserver -v -H -R -l 0 -c 64 -u "$(id -u lunchd)" -g "$(id -g lunchd)" 0.0.0.0 443 \
  /usr/local/bin/lunchd --key /etc/lunchd/key.pem --certificate /etc/lunchd/chain.pem

#!/bin/sh
# The whole way with nothing but LAB_* variables and the command line: signs in, dials, connects to machine 1, reads a
# register of its PLC and the title of its HMI, and hangs up.
#   npm run lab -- run test/lab/examples/read-register.sh
set -eu

# Signing in takes the same way as the tunnel, so where only a proxy goes out, it comes first.
if [ "$LAB_OFFICE" = proxyOnly ]; then
  echo "$LAB_PROXY_PASSWORD" |
    anslut proxy manual "$LAB_PROXY_HOST:$LAB_PROXY_PORT_BASIC" --username "$LAB_PROXY_USER" --password-stdin >&2
fi
anslut portal add "$LAB_PORTAL_HOST" --fingerprint "$LAB_PORTAL_FINGERPRINT" >&2
{
  echo "$LAB_PASSWORD"
  /opt/lab/wire totp "$LAB_TOTP_SECRET"
} | anslut login --portal "$LAB_PORTAL_HOST" --account "$LAB_ACCOUNT" --user "$LAB_USER" --password-stdin --code-stdin >&2

anslut dial >&2
anslut connect "$LAB_MACHINE1_NAME" >&2
mbpoll -m tcp -a 1 -t 4 -r 1 -1 "$LAB_MACHINE1_REMOTE_PLC" | sed -n 's/^\[1\]:[[:space:]]*\([0-9]*\).*/register \1/p'
curl -sS "http://$LAB_MACHINE1_REMOTE_HMI/" | sed -n 's/.*<title>\(.*\)<\/title>.*/title \1/p'
anslut hang-up >&2

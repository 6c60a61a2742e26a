#!/bin/sh
# First process of a world: everything below is private to it and gone with it. $1: a directory that is /run/anslut-portal here.
set -e
mount --make-rprivate /
mkdir -p /run/netns /run/anslut-portal
mount -t tmpfs world /run/netns
mount --bind "$1" /run/anslut-portal
mknod "$1/tun" c 10 200
chmod 666 "$1/tun"
mount --bind "$1/tun" /dev/net/tun
cp /etc/passwd "$1/passwd"
echo 'anslut-web:x:64001:64001::/nonexistent:/usr/sbin/nologin' >>"$1/passwd"
echo 'anslut-front:x:64002:64002::/nonexistent:/usr/sbin/nologin' >>"$1/passwd"
mount --bind "$1/passwd" /etc/passwd
ip link set lo up
# The laptop and the factory's router: one cable each to the portal host.
for host in laptop factory; do
  ip netns add $host
  ip link add $host type veth peer name wan netns $host
  ip -n $host link set lo up
  ip -n $host link set wan up
  ip link set $host up
done
ip addr add 198.51.100.1/24 dev laptop
ip -n laptop addr add 198.51.100.2/24 dev wan
ip addr add 203.0.113.1/24 dev factory
ip -n factory addr add 203.0.113.2/24 dev wan
echo ready
exec sleep infinity

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

# Two technicians' computers and a factory's router, each with a cable to the portal host: 198.51.<n>.1 there, .2 here.
number=1
for host in laptop visitor factory; do
  ip netns add $host
  ip link add $host type veth peer name wan netns $host
  ip -n $host link set lo up
  ip addr add 198.51.$number.1/24 dev $host
  ip link set $host up
  ip -n $host addr add 198.51.$number.2/24 dev wan
  ip -n $host link set wan up
  number=$((number + 1))
done

# The PLC behind the factory's router.
ip netns add plc
ip -n factory link add lan type veth peer name lan netns plc
ip -n plc link set lo up
ip -n factory addr add 192.168.0.1/24 dev lan
ip -n factory link set lan up
ip -n plc addr add 192.168.0.10/24 dev lan
ip -n plc addr add 192.168.0.11/24 dev lan
ip -n plc link set lan up
ip -n plc route add default via 192.168.0.1
ip netns exec factory sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

echo ready
exec sleep infinity

# First process of a host, in network, mount, UTS and pid namespaces of its own: hangs in the host's directories, then
# holds the namespaces and takes in orphans until it is killed.
#   holder.sh <host's directory> <name>
set -eu
echo "$2" >/proc/sys/kernel/hostname
mount -t sysfs sysfs /sys
mount --all --fstab "$1/fstab"
sleep infinity &
echo up
wait

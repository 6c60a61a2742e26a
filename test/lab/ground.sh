# The lab's own ground, in its first mount namespace: /run and all that hosts share. The rest of the machine's files
# become read-only, so that nothing a program in here does can stay behind.
#   ground.sh <checkout> <directory of node> <wire program> <directory to share, or ""> <directory of scripts, or "">
set -eu
checkout=$1 node=$2 wire=$3 share=$4 scripts=$5
lab=/run/anslut-lab

mount -t tmpfs -o mode=0755 lab /run
mkdir -p $lab/hosts $lab/logs $lab/opt/anslut $lab/opt/repo $lab/opt/node $lab/opt/lab $lab/opt/script $lab/opt/share
mount --make-private /run

[ ! -d "$checkout/dist" ] || mount -o bind,ro "$checkout/dist" $lab/opt/anslut
mount -o bind,ro "$checkout" $lab/opt/repo
mount -o bind,ro "$node" $lab/opt/node
[ -z "$share" ] || mount --bind "$share" $lab/opt/share
[ -z "$scripts" ] || mount -o bind,ro "$scripts" $lab/opt/script
cp "$wire" $lab/opt/lab/wire

# /dev/net/tun belongs to the machine and may be 0600 there; on a computer with udev it is 0666.
mknod -m 0666 $lab/tun c 10 200

cp -a /etc $lab/etc
rm -rf $lab/etc/hosts $lab/etc/resolv.conf $lab/etc/hostname $lab/etc/anslut
mkdir $lab/etc/anslut
: >$lab/etc/hosts
: >$lab/etc/resolv.conf
: >$lab/etc/hostname
printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n' >$lab/etc/nsswitch.conf
[ -s $lab/etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >$lab/etc/machine-id

# The cables' own namespace forwards frames and judges none of them.
[ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 2>/dev/null || true
ip link set lo up

mount -o remount,bind,ro /
while read -r _ _ _ _ target _; do
  case $target in
  / | /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /run | /run/*) ;;
  *) mount -o remount,bind,ro "$(printf %b "$target")" || true ;;
  esac
done </proc/self/mountinfo

# Starts the watchdog in a session of its own and leaves it, so that neither a signal to the owner's process group nor the
# end of the owner's process tree reaches it.  $1 the watchdog's script, $2 the sandbox's folder
exec 3<&0
if command -v setsid >/dev/null 2>&1; then
  setsid /bin/sh -c "$1" etcd-defrag-watchdog "$2" <&3 3<&- 2>/dev/null &
else
  /bin/sh -c "$1" etcd-defrag-watchdog "$2" <&3 3<&- 2>/dev/null &
fi

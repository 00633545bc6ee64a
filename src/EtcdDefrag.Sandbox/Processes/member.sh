# Notes its process id where the watchdog finds it, then becomes etcd.  $1 the folder for notes, $2 the member's name,
# $3 the log file, and the command line of etcd
set -eu
notes=$1
name=$2
log=$3
shift 3
exec </dev/null >>"$log" 2>&1

# Moved into place, so that the note is whole or absent; if the folder is gone so is the owner, and etcd must not start.
echo $$ >"$notes/.$name"
mv "$notes/.$name" "$notes/$name"

# A session of its own keeps Ctrl+C in the owner's terminal from ending the members behind the owner's back.
if command -v setsid >/dev/null 2>&1; then
  exec setsid "$@"
fi
exec "$@"

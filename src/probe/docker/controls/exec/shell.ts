/**
 * Becomes the best shell that the container has for the user it runs as: the login shell by the user database, else bash,
 * else the shell that runs this. It uses nothing but what every shell has built in, since an image may have no other
 * program; `getent` knows users that are not in `/etc/passwd`.
 */
const BECOME_SHELL = `
uid=
while read -r key _ value _; do case $key in Uid:) uid=$value;; esac; done </proc/self/status
entry=
if command -v getent >/dev/null 2>&1; then entry=$(getent passwd "$uid" 2>/dev/null); fi
if [ -z "$entry" ] && [ -r /etc/passwd ]; then
  while IFS= read -r line; do
    rest=\${line#*:*:}
    if [ "\${rest%%:*}" = "$uid" ]; then entry=$line; break; fi
  done </etc/passwd
fi
shell=\${entry##*:}
case $shell in */nologin|*/false|*/true|*/sync|*/halt|*/shutdown) shell=;; esac
if [ -z "$shell" ] || [ ! -x "$shell" ]; then shell=$(command -v bash 2>/dev/null); fi
unset uid key _ value entry line rest
if [ -n "$shell" ]; then SHELL=$shell; export SHELL; exec "$shell"; fi
`

/** Where shells are, in the order in which they are tried; the last two are those of images that have little else. */
const SHELLS: readonly (readonly string[])[] = [
  ['sh'],
  ['/bin/sh'],
  ['bash'],
  ['/busybox/sh'],
  ['/bin/busybox', 'sh'],
]

/**
 * The ways to run a command in a container, the best first: the first one whose program is there is taken.
 *
 * @param command a program with its arguments, a line for a shell, or undefined for a shell to type into
 */
export const waysToRun = (command: readonly string[] | string | undefined): (readonly string[])[] => {
  if (typeof command === 'string') return SHELLS.map((shell) => [...shell, '-c', command])
  if (command !== undefined) return [command]
  return SHELLS.map((shell) => [...shell, '-c', `${BECOME_SHELL}exec ${shell.join(' ')}\n`])
}

import { readFileSync } from 'node:fs'

/**
 * The id of the container that a process is in, by the files that Docker mounts into each; undefined when it is in none.
 *
 * @param mountinfo content of `/proc/self/mountinfo`, see proc_pid_mountinfo(5)
 */
export const containerIdIn = (mountinfo: string): string | undefined =>
  /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf) \/etc\//.exec(mountinfo)?.[1]

const readMounts = (): string => {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    // Without it, the app has an id of its own, which does as well.
    return ''
  }
}

/**
 * The id under which an app has a name in weaveDNS. That of its container has the router delete the name when the container
 * dies. Elsewhere it is one of its own, and the same after a restart: of two apps of a machine, each has another port.
 */
export const ownId = (port: number, mountinfo: string = readMounts()): string =>
  containerIdIn(mountinfo) ?? `scope:${port}`

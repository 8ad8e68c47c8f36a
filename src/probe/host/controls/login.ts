import type { PasswdLogin } from '../../../users/passwd.ts'

/** Whom a shell is for, and what it finds when it starts. */
export interface Login {
  /** Path of the shell. */
  readonly shell: string
  readonly home: string
  readonly env: Readonly<Record<string, string>>
}

/** Programs that end at once, by which an account is locked. */
const LOCKED: ReadonlySet<string> = new Set(['nologin', 'false', 'sync', 'halt', 'shutdown'])

const USER_PATH = '/usr/local/bin:/usr/bin:/bin'
const ROOT_PATH = `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Why a user has no shell; undefined when they have one. */
export const whyLocked = ({ name, shell }: Pick<PasswdLogin, 'name' | 'shell'>): string | undefined =>
  LOCKED.has(baseName(shell))
    ? `the probe runs as ${name}, whose login shell is ${shell}: this account is locked, and has no shell`
    : undefined

/**
 * What a login of a user is. The environment is made anew: that of the probe may hold secrets.
 *
 * @param entry undefined when the user is not listed; they get `/bin/sh`
 */
export const loginOf = (entry: PasswdLogin | undefined, uid: number): Login => {
  const name = entry?.name ?? String(uid)
  const shell = entry?.shell || '/bin/sh'
  const home = entry?.home.startsWith('/') ? entry.home : '/'
  return {
    shell,
    home,
    env: {
      ...{ HOME: home, USER: name, LOGNAME: name, SHELL: shell },
      PATH: uid === 0 ? ROOT_PATH : USER_PATH,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
    },
  }
}

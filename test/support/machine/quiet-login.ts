import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseLogins } from '../../../src/users/passwd.ts'

/** A list of users by which who runs the tests logs in at an empty home, not at their own. */
export interface QuietLogin {
  /** Of the user who runs the tests. */
  readonly name: string
  /** `/bin/bash`, whatever shell the user has. */
  readonly shell: string
  /** A directory of the user, with nothing in it. */
  readonly home: string
  /** Path of the list, which everybody may read. All other users are in it as `/etc/passwd` has them. */
  readonly passwdPath: string
  /** Removes the list and the home, with what shells have left there. */
  remove(): void
}

/**
 * Makes a {@link QuietLogin}. A shell that a test opens then runs none of the startup files of a person, and leaves no
 * history in their home.
 */
export const quietLogin = (): QuietLogin => {
  const uid = process.geteuid?.() ?? 0
  const gid = process.getegid?.() ?? 0
  const text = readFileSync('/etc/passwd', 'utf8')
  const name = parseLogins(text).find((entry) => entry.uid === uid)?.name ?? 'tester'
  const dir = mkdtempSync(join(tmpdir(), 'scope-login-'))
  const home = join(dir, 'home')
  const passwdPath = join(dir, 'passwd')
  const shell = '/bin/bash'
  const others = text.split('\n').filter((line) => Number(line.split(':')[2]) !== uid)
  // Probes of other users read the list, too.
  chmodSync(dir, 0o755)
  mkdirSync(home, { mode: 0o700 })
  writeFileSync(passwdPath, [`${name}:x:${uid}:${gid}::${home}:${shell}`, ...others].join('\n'), {
    mode: 0o644,
  })
  return {
    ...{ name, shell, home, passwdPath },
    remove: () => {
      // A shell that ends just now may still write to it.
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What is mounted on a directory and below it, the latest first. */
export const mountsAt = (dir: string): readonly string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path === dir || path.startsWith(`${dir}/`))
    .reverse()

/** Unmounts what is mounted on a directory and below it, which cannot be removed as files. */
export const unmountAt = (dir: string): void => {
  for (const path of mountsAt(dir)) {
    try {
      execFileSync('umount', ['--lazy', path], { stdio: 'ignore' })
    } catch {
      // Somebody else has done it already; else removing the directory tells why it cannot be done.
    }
  }
}

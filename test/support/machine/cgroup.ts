import { mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { cgroup2Mount } from '../../../src/probe/cgroup/mount.ts'
import { eventually } from '../eventually.ts'
import { named } from '../run/run.ts'

/** A cgroup of version 2. */
export interface TestCgroup {
  readonly path: string
  /** What starts a program in it, before its command line. */
  readonly command: readonly string[]
  /** Waits until nothing is in it any more, and removes it. */
  remove(): Promise<void>
}

/** Makes a cgroup at the top of the hierarchy. @param label what it is called within the run */
export const makeCgroup = (label: string): TestCgroup => {
  const mount = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8'))
  if (mount === undefined) throw new Error('cgroup v2 is not mounted')
  const path = join(mount, named(label))
  mkdirSync(path)
  return {
    path,
    command: ['sh', '-c', `echo $$ > '${path}/cgroup.procs' && exec "$@"`, 'sh'],
    async remove() {
      await eventually('the cgroup to be empty', () => {
        rmdirSync(path)
        return true
      })
    },
  }
}

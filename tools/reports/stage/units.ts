import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const holdsProcesses = (dir: string): boolean => existsSync(join(dir, 'cgroup.procs'))

/** Where systemd keeps its cgroups: in a hierarchy of its own and beside it in that of v2, or in v2 alone. */
const hierarchies = (): string[] => {
  const root = '/sys/fs/cgroup'
  const hybrid = [join(root, 'systemd'), join(root, 'unified')].filter(holdsProcesses)
  return hybrid.length > 0 ? hybrid : [root]
}

/** A program that runs on the host as in a unit of systemd. */
export interface UnitProcess {
  /** Of several in one slice, the first one is stopped last: it removes the slice if it made it. */
  stop(): Promise<void>
}

/** Runs a program in the cgroup that a unit of systemd has. @param path such as `system.slice/nginx.service` */
export const runInUnit = (path: string, command: readonly string[]): UnitProcess => {
  const cgroups = hierarchies().map((root) => {
    const dir = join(root, path)
    return { dir, firstMade: mkdirSync(dir, { recursive: true }) }
  })
  // The shell waits until it is where it belongs, and then becomes the program.
  const child: ChildProcess = spawn('sh', ['-c', 'read go; exec "$@"', 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  for (const { dir } of cgroups) writeFileSync(join(dir, 'cgroup.procs'), String(child.pid))
  child.stdin?.end('go\n')
  return {
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill()
        await ended
      }
      for (const { dir, firstMade } of cgroups)
        for (let made = dir; firstMade !== undefined && made.startsWith(firstMade); made = dirname(made))
          await removeWhenEmpty(made)
    },
  }
}

const removeWhenEmpty = async (dir: string): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      return rmdirSync(dir)
    } catch (error) {
      // Its last processes may still be on their way out.
      if (tries >= 50) throw error
      await sleep(100)
    }
  }
}

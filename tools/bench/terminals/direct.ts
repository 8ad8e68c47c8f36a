import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestDocker } from '../../../test/support/machine/docker.ts'

const SETTLE_MS = 1000

/** Bytes per second that `docker exec` itself reads of the same program: what the machine and Docker can do. */
export const measureDirect = async (
  { host }: Pick<TestDocker, 'host'>,
  containerId: string,
  ms: number,
): Promise<number> => {
  // Docker lets a program run on when its reader has gone, so it has to end by itself.
  const seconds = Math.ceil((SETTLE_MS + ms) / 1000) + 1
  const program = ['/bin/busybox', 'timeout', String(seconds), '/bin/busybox', 'cat', '/dev/zero']
  const child = spawn('docker', ['-H', host, 'exec', containerId, ...program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  await sleep(SETTLE_MS)
  const [before, startedMs] = [bytes, performance.now()]
  await sleep(ms)
  const perSecond = (1000 * (bytes - before)) / (performance.now() - startedMs)
  await once(child, 'exit')
  return perSecond
}

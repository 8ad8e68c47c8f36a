import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestDocker } from '../../../test/support/machine/docker.ts'

/** Bytes per second that `docker exec` itself reads of the same program: what the machine and Docker can do. */
export const measureDirect = async (
  { host }: Pick<TestDocker, 'host'>,
  containerId: string,
  ms: number,
): Promise<number> => {
  const child = spawn('docker', ['-H', host, 'exec', containerId, '/bin/busybox', 'cat', '/dev/zero'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  await sleep(1000)
  const [before, startedMs] = [bytes, performance.now()]
  await sleep(ms)
  const perSecond = (1000 * (bytes - before)) / (performance.now() - startedMs)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return perSecond
}

import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProbeSummary } from '../../src/api/types.ts'
import { startListeners } from '../../test/support/machine/network/short-traffic.ts'
import { startScope } from '../../test/support/scope/running-scope.ts'

const TRIES = 50
const TIMEOUT_MS = 10_000

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

/** From `connect()` to the frame of the page's socket that shows the new edge, over 50 tries. */
export const run = async (args: readonly string[]): Promise<void> => {
  const scope = await startScope(['--probe.docker=false', ...args])
  const traffic = await startListeners(TRIES)
  const followed = await scope.follow('processes')
  try {
    const [probe] = await scope.get<ProbeSummary[]>('/api/probes')
    const mode = probe?.collectors.find(({ id }) => id === 'connections')?.mode
    // the listeners are new processes: let that be told before the first try
    await sleep(2000)
    const took: number[] = []
    for (const { pid, port } of traffic.listeners) {
      took.push(await timeToFrame(followed, `${probe?.hostId};${pid}`, port))
      // no try falls on the same point between two reports
      await sleep(600 + Math.random() * 500)
    }
    took.sort((a, b) => a - b)
    const figures = {
      p50: percentile(took, 0.5),
      p95: percentile(took, 0.95),
      max: took.at(-1) ?? Number.NaN,
    }
    console.log(`connect() to frame, ${mode}, ${TRIES} tries`)
    for (const [name, ms] of Object.entries(figures))
      console.log(`  ${name.padEnd(4)} ${ms.toFixed(0).padStart(6)} ms`)
  } finally {
    followed.close()
    await traffic.end()
    await scope.stop()
  }
}

const timeToFrame = async (
  followed: Awaited<ReturnType<Awaited<ReturnType<typeof startScope>>['follow']>>,
  target: string,
  port: number,
): Promise<number> => {
  const startedMs = performance.now()
  const socket = connect(port, '127.0.0.1')
  try {
    return await new Promise<number>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no frame within ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
      followed.onFrame = (diff) => {
        if (!diff.edges.add?.some((edge) => edge.target === target)) return
        clearTimeout(late)
        resolve(performance.now() - startedMs)
      }
      socket.on('error', reject)
    })
  } finally {
    socket.destroy()
  }
}

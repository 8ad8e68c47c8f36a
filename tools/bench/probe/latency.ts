import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProbeProcess } from './probe-process.ts'
import { startHeld } from './traffic.ts'

const LIMIT_MS = 10_000

const timeToReport = async ({ sink }: ProbeProcess, port: number): Promise<number> => {
  const startedMs = performance.now()
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    while (performance.now() - startedMs < LIMIT_MS) {
      const arrival = await sink.next()
      if (arrival.read().connections.some(({ serverPort }) => serverPort === port))
        return arrival.atMs - startedMs
    }
    throw new Error(`no report of a connection within ${LIMIT_MS} ms`)
  } finally {
    socket.destroy()
  }
}

/** From `connect()` to the report that tells of it, each time to another server; in milliseconds. */
export const measureLatency = async (probe: ProbeProcess, tries: number): Promise<number[]> => {
  const servers = await startHeld(tries, 0)
  try {
    // that they started is told before the first try
    await sleep(3000)
    const took: number[] = []
    for (const port of servers.ports) {
      took.push(await timeToReport(probe, port))
      // no try falls on the same point between two regular reports
      await sleep(500 + Math.random() * 500)
    }
    return took
  } finally {
    await servers.end()
  }
}

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Edge } from '../../../src/api/types.ts'
import { eventually } from '../../support/eventually.ts'
import { startClient, startServer } from '../../support/machine/network/traffic.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, openMatrix } from '../../support/scope/matrix.ts'

const CALLS = 2
/** Seconds without a word after which an edge is told as resting. */
const RESTS_SECONDS = 15

describeWith(['root', 'ebpf'], 'a program that calls less often than edges rest', () => {
  let matrix: Matrix
  beforeAll(async () => {
    matrix = await openMatrix('ebpf')
  })
  afterAll(() => matrix?.close())

  it('is one edge with growing totals and a true beginning, that says when it rests, until the program ends', async () => {
    const server = await startServer()
    const client = await startClient()
    const ends = { from: client.pid, to: server.pid, port: server.port }
    const seen: Edge[] = []
    for (let calls = 1; calls <= CALLS; calls++) {
      await client.ask(`burst 1 127.0.0.1 ${server.port}`)
      const edge = await matrix.edge({ ...ends, open: 0, opened: calls, closed: calls, failed: 0 })
      expect(edge.quietSeconds).toBeUndefined()
      seen.push(edge)
      await eventually('the edge to rest', async () => {
        const now = await matrix.edge({ ...ends, opened: calls })
        return now.quietSeconds === RESTS_SECONDS && now.lastSeen === edge.lastSeen
      })
    }
    await matrix.edge({ ...ends, open: 0, opened: CALLS, closed: CALLS })
    expect(new Set(seen.map(({ firstSeen }) => firstSeen)).size).toBe(1)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
    await client.end()
    await eventually('the edge to go', async () => (await matrix.edgesOf(server.pid)).trim() === 'none')
    await server.end()
  })
})

import { describe, expect, it } from 'vitest'
import { encodeReports } from '../../../../src/app/raw/encode-reports.ts'
import type { HeldReport } from '../../../../src/topology/held-report.ts'
import { countReports, tellCounts } from '../../../../tools/bench/app/count.ts'
import { createWorld, PER_HOST } from '../../../../tools/bench/app/world.ts'

const reports = createWorld(3, {
  ...{ intervalMs: 3000, historyMs: 15_000 },
  startedAtMs: Date.UTC(2026, 0, 5),
}).reportsAt(3_600_000)
const held = reports.map(
  (report): Pick<HeldReport, 'report' | 'arrivedAtMs' | 'startedAtMs' | 'verified'> => ({
    ...{ report, arrivedAtMs: 1000, startedAtMs: 500, verified: true },
  }),
)

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const answerOf = (some: typeof held): Uint8Array =>
  Buffer.from([...encodeReports(some as readonly HeldReport[])].join(''))

describe('counting what an app holds', () => {
  it.each([4096, 65_536, 10_000_000])('reads reports as they come, in pieces of %i bytes', async (length) => {
    const some = length === 4096 ? held.slice(0, 1) : held
    const counts = await countReports(inPieces(answerOf(some), length))
    expect(counts).toEqual(some.map(() => PER_HOST))
  })

  it('finds none in an answer without reports', async () => {
    expect(await countReports(inPieces(answerOf([]), 4))).toEqual([])
  })

  it('tells which hosts are not as they should be', () => {
    const short = { ...PER_HOST, connections: 149 }
    expect(tellCounts([PER_HOST, PER_HOST], 2)).toBe(
      '2 of 2 hosts with 20 containers, 60 processes, 150 connections ✓',
    )
    expect(tellCounts([PER_HOST, short, short], 4)).toBe(
      '1 of 4 hosts with 20 containers, 60 processes, 150 connections; ' +
        '2 with 20 containers, 60 processes, 149 connections ✗',
    )
  })
})

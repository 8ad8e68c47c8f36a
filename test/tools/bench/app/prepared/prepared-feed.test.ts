import { zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { unguarded } from '../../../../../src/log/faults.ts'
import { createMerger } from '../../../../../src/probe/assemble/merger.ts'
import type { Encoded } from '../../../../../src/probe/feed/encoder.ts'
import { createReportFeed, type ReportFeed } from '../../../../../src/probe/feed/report-feed.ts'
import { hashBody } from '../../../../../src/report/proof/proof.ts'
import type { Report } from '../../../../../src/report/schema.ts'
import { LIMITS, prepare } from '../../../../../tools/bench/app/prepared/prepare.ts'
import { createPreparedFeed } from '../../../../../tools/bench/app/prepared/prepared-feed.ts'
import { createPreparedHost } from '../../../../../tools/bench/app/prepared/prepared-host.ts'
import { createWriter } from '../../../../../tools/bench/app/prepared/writer.ts'
import { createWorld } from '../../../../../tools/bench/app/world.ts'

const FROM_MS = 3_600_000
const INTERVAL_MS = 3000
const [host] = createWorld(10, { intervalMs: INTERVAL_MS, historyMs: 15_000, startedAtMs: 0 }).hosts
if (host === undefined) throw new Error('there is no host')
const { probeId, collect } = host

const idle = { beat: () => {}, needs: () => undefined }

/** A feed of a probe, and one that is prepared, at the same moments. */
const feeds = () => {
  let atMs = FROM_MS
  const merge = createMerger()
  const prepared = createPreparedHost(
    prepare(host, FROM_MS, INTERVAL_MS, (all) => all),
    createWriter(),
  )
  const options = { probeId, intervalMs: INTERVAL_MS }
  const accessOf = (feed: ReportFeed) => {
    const access = feed.join(idle)
    let seq = 0
    return {
      access,
      /** What is sent after what is held. */
      async next(held: Report | undefined): Promise<Encoded & { readonly report: Report }> {
        const report = access.take(LIMITS, { newerThan: seq, sinceMs: held?.envelope.uptimeMs })
        seq = report.envelope.seq
        const wanted = { base: held, intervalMs: INTERVAL_MS, coding: 'zstd' } as const
        return { report, ...(await access.encode(report, wanted)) }
      },
    }
  }
  const real = createReportFeed({
    ...{ ...options, guard: unguarded, monotonicMs: () => atMs },
    collect: (sinceMs) => merge(collect(atMs, sinceMs)),
  })
  const cheap = createPreparedFeed({ ...options, prepared, uptimeMs: () => atMs, beacon: () => undefined })
  return {
    real: accessOf(real),
    cheap: accessOf(cheap),
    pass(ms: number) {
      atMs += ms
    },
  }
}

const EPOCH = /"?[0-9a-f]{16}/
/** What is packed in a body, but for the epoch, which is drawn. */
const textOf = ({ body }: { readonly body: Uint8Array }, { id }: { readonly id: string }): string => {
  expect(id).toMatch(EPOCH)
  return zstdDecompressSync(body).toString('latin1').replace(id, 'epoch')
}

describe('the feed of a prepared host', () => {
  it('sends what the feed of a probe does, first whole and then by what changed', async () => {
    const { real, cheap, pass } = feeds()
    let held: Report | undefined
    let cheapHeld: Report | undefined
    for (const _ of [0, 1, 2, 3]) {
      const [wanted, found] = [await real.next(held), await cheap.next(cheapHeld)]
      expect(textOf(found, cheap.access.epoch)).toBe(textOf(wanted, real.access.epoch))
      expect(found.coding).toBe(wanted.coding)
      expect(found.bodySha256).toBe(hashBody(found.body))
      held = { ...wanted.report, metrics: [] }
      cheapHeld = { ...found.report, metrics: [] }
      pass(INTERVAL_MS)
    }
  })

  it('sends the whole again to an app that has lost it, and as much as was missed after a pause', async () => {
    const { cheap, pass } = feeds()
    const first = await cheap.next(undefined)
    pass(INTERVAL_MS)
    const again = await cheap.next(undefined)
    expect(again.body.length / first.body.length).toBeCloseTo(1, 1)
    pass(INTERVAL_MS)
    const one = await cheap.next(again.report)
    pass(4 * INTERVAL_MS)
    const four = await cheap.next(one.report)
    expect(four.report.envelope.seq).toBe(one.report.envelope.seq + 1)
    const [short, long] = [one, four].map(({ body }) => zstdDecompressSync(body).length)
    expect(Number(long)).toBeGreaterThan(1.15 * Number(short))
  })
})

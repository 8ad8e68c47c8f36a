import { createEpoch } from '../../../../src/probe/feed/epoch.ts'
import type { FeedMember, ReportFeed } from '../../../../src/probe/feed/report-feed.ts'
import { createSchedule } from '../../../../src/probe/feed/schedule.ts'
import type { EncodedMessage } from '../../../../src/report/encoding/encoding.ts'
import { compressPacked } from '../../../../src/report/encoding/encoding.ts'
import { hashBody } from '../../../../src/report/proof/proof.ts'
import { PROTOCOL, type Report } from '../../../../src/report/schema.ts'
import type { Moment, PreparedHost } from './prepared-host.ts'

/** What {@link createPreparedFeed} needs. */
export interface PreparedFeedOptions {
  readonly probeId: string
  readonly prepared: PreparedHost
  /** Interval of beats and of the moments that are prepared. */
  readonly intervalMs: number
  /** The probe's clock. */
  readonly uptimeMs: () => number
  /** Gives the next report its beacon, if it has samples. */
  readonly beacon: (hasSamples: boolean) => number | undefined
}

/** Reports that a moment stands for until they are encoded: these parts are in the prepared bytes. */
const inBytes: Omit<Report, 'envelope' | 'host'> = {
  probe: { version: '', pid: 0, cpuMs: 0, rssBytes: 0 },
  ...{ nodes: [], metrics: [], connections: [], addresses: [], listeners: [], status: [], controls: [] },
  omitted: { nodes: 0, metrics: 0, connections: 0, addresses: 0, listeners: 0 },
}

/**
 * The feed of a probe with one app, whose messages are put together from what is prepared. It beats and numbers as `createReportFeed`
 * does.
 */
export const createPreparedFeed = (options: PreparedFeedOptions): ReportFeed => {
  const { probeId, prepared, intervalMs, uptimeMs, beacon } = options
  const schedule = createSchedule({ intervalMs, nowMs: () => performance.now() })
  const epoch = createEpoch()
  /** The moments of reports that may still be a base, by number. */
  const moments = new Map<number, Moment>()
  let last: Moment | undefined
  let seq = 0
  let member: FeedMember | undefined
  let timer: NodeJS.Timeout | undefined

  const plan = (): void => {
    clearTimeout(timer)
    timer = member && setTimeout(beat, schedule.waitMs())
  }
  const beat = (): void => {
    member?.beat(schedule.begin())
    plan()
  }

  const nextMoment = (sinceMs: number | undefined): Moment => {
    const atMs = uptimeMs()
    const steps = last === undefined ? 0 : Math.max(1, Math.round((atMs - last.uptimeMs) / intervalMs))
    return {
      step: (last?.step ?? 0) + steps,
      uptimeMs: atMs,
      beacon: beacon(sinceMs === undefined || prepared.hasSamples(sinceMs, atMs)),
    }
  }

  return {
    join(joined) {
      if (member !== undefined) throw new Error('a prepared feed is for one app')
      member = joined
      schedule.begin()
      plan()
      return {
        epoch,
        take(_limits, { sinceMs }) {
          last = nextMoment(sinceMs)
          seq++
          moments.set(seq, last)
          const envelope = {
            protocol: PROTOCOL,
            probeId,
            epoch: epoch.id,
            seq,
            base: null,
            intervalMs,
          } as const
          return { ...inBytes, host: prepared.host, envelope: { ...envelope, uptimeMs: last.uptimeMs } }
        },
        async encode({ envelope }, { base, intervalMs: toldMs, coding }) {
          const [moment, held] = [moments.get(envelope.seq), base && moments.get(base.envelope.seq)]
          if (moment === undefined || (base !== undefined && held === undefined))
            throw new Error(`report ${envelope.seq} is not one of this feed, or too old`)
          for (const number of moments.keys())
            if (number < (base?.envelope.seq ?? envelope.seq)) moments.delete(number)
          const of = { probeId, epoch: epoch.id, seq: envelope.seq, base: base?.envelope.seq ?? null }
          const message = prepared.message({ moment, base: held, envelope: { ...of, intervalMs: toldMs } })
          const encoded: EncodedMessage = compressPacked(message, coding)
          return { ...encoded, bodySha256: hashBody(encoded.body) }
        },
        leave() {
          member = undefined
          clearTimeout(timer)
        },
      }
    },
    changed() {
      schedule.changed()
      plan()
    },
    stop() {
      clearTimeout(timer)
    },
  }
}

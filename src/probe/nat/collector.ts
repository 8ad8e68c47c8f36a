import type { Logger } from '../../log/log.ts'
import type { CollectorStatus } from '../../report/schema.ts'
import type { Clock, Collector } from '../collector.ts'
import type { Every } from '../heartbeat.ts'
import { createConntrackSource } from './conntrack-source.ts'
import type { NatSource, TranslationSink } from './nat-source.ts'

/** What {@link createNatCollector} needs. */
export interface NatOptions {
  readonly procRoot: string
  readonly clock: Clock
  /** Scheduler for reading the events; own timer by default. */
  readonly every?: Every
  readonly log: Logger
  /** The source of translations; the kernel's connection tracking by default. */
  readonly source?: NatSource
}

/** Learns address translations for the collector of connections. Its own contribution to reports is only a status. */
export interface NatCollector extends Collector {
  /** Passes the existing translations to `sink`, and then each that begins or ends, until {@link Collector.stop}. */
  tellTo(sink: TranslationSink): void
}

/** Creates the collector `nat`, for address translations by netfilter, including those for Docker's published ports. */
export const createNatCollector = ({ procRoot, clock, every, log, source }: NatOptions): NatCollector => {
  const nat = source ?? createConntrackSource({ procRoot, log, ...(every && { every }) })
  let sinceMs = clock.uptimeMs()
  let previous = ''

  const status = (): CollectorStatus => {
    const now = nat.status()
    const key = `${now.mode} ${now.state} ${now.reason}`
    if (key !== previous) {
      previous = key
      sinceMs = clock.uptimeMs()
    }
    return { id: 'nat', ...now, sinceMs }
  }

  return {
    id: 'nat',
    async start() {},
    tellTo(sink) {
      nat.start(sink).catch((error: unknown) => log.error('address translations cannot be told', { error }))
    },
    collect: () => ({ nodes: [], metrics: [], connections: [], addresses: [], status: status() }),
    stop: () => nat.stop(),
  }
}

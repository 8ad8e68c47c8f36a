import type { ConnectionRecord, Report } from '../../../report/schema.ts'

/**
 * Preferred age of a base. A probe with many open connections counts bytes only every 3 s, so rates over a shorter time
 * would jump.
 */
const BASE_AGE_MS = 2900
/** Least age of a base, accepted while there is no older report. */
const MIN_BASE_AGE_MS = 900
/** Least time between two candidates, so that a burst of reports does not fill the list. */
const MIN_SPACING_MS = 300

/**
 * Chooses the earlier report that a report's rates are computed against: the newest one of the same epoch that is about
 * three seconds older. At the start of an epoch, one that is about a second older is accepted. Call `next` with the
 * reports of one epoch, in order. Of what changes in a report, candidates keep only what rates are computed from: no metrics, and of
 * connections no histograms.
 */
export class RateBases {
  /** Oldest first: at most one that is old enough, then those that will become so. */
  #candidates: Report[] = []
  /** Whether the newest candidate still has its connections as they were told. */
  #isNewestWhole = false

  /**
   * @returns the base of `report`, without the metrics that it had, and without what need not be told of connections where `report`
   *   tells otherwise of them; undefined when none is old enough
   */
  next(report: Report): Report | undefined {
    this.#reduceNewest(report)
    const { uptimeMs } = report.envelope
    const isOlder = (candidate: Report | undefined, byMs: number): boolean =>
      candidate !== undefined && candidate.envelope.uptimeMs <= uptimeMs - byMs
    const newestOldEnough = this.#candidates.findLastIndex((candidate) => isOlder(candidate, BASE_AGE_MS))
    if (newestOldEnough > 0) this.#candidates = this.#candidates.slice(newestOldEnough)
    const [oldest] = this.#candidates
    const base = isOlder(oldest, MIN_BASE_AGE_MS) ? oldest : undefined
    const newest = this.#candidates.at(-1)
    if (newest === undefined || uptimeMs - newest.envelope.uptimeMs >= MIN_SPACING_MS) {
      this.#candidates.push({ ...report, metrics: [] })
      this.#isNewestWhole = true
    }
    return base
  }

  /** Until the report that follows, the connections of the newest are those of a report that is held, and take no memory. */
  #reduceNewest({ connections }: Report): void {
    const newest = this.#candidates.at(-1)
    if (newest === undefined || !this.#isNewestWhole) return
    this.#isNewestWhole = false
    if (newest.connections === connections) return
    const lasting = new Set(connections)
    const reduced = newest.connections.map((record, i) =>
      lasting.has(record) ? record : countsOf(record, connections[i]),
    )
    this.#candidates[this.#candidates.length - 1] = { ...newest, connections: reduced }
  }
}

/**
 * A record without all that may be absent, which takes most of its memory.
 *
 * @param now the record in its place in the report that follows: where the ids of both are the same, they are to be one text in memory
 */
const countsOf = (record: ConnectionRecord, now: ConnectionRecord | undefined): ConnectionRecord => ({
  id: now?.id === record.id ? now.id : record.id,
  serverAddress: now?.serverAddress === record.serverAddress ? now.serverAddress : record.serverAddress,
  serverPort: record.serverPort,
  sinceMs: record.sinceMs,
  lastMs: record.lastMs,
  open: record.open,
  opened: record.opened,
  closed: record.closed,
  failed: record.failed,
  abandoned: record.abandoned,
  bytesSent: record.bytesSent,
  bytesReceived: record.bytesReceived,
  retransmits: record.retransmits,
})

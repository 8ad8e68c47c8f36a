import { byId } from '../../report/delta/by-id.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { Envelope } from '../../report/schema.ts'
import type { HeldReport } from '../held-report.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { EventDraft } from './draft.ts'
import { foldBursts } from './fold.ts'
import { EdgeTracker } from './tracking/edge-tracker.ts'
import { NodeTracker } from './tracking/node-tracker.ts'
import { watchedIn } from './tracking/watched.ts'

/**
 * After a probe joins or restarts, nothing is reported as new for this long: it is only discovering what was there
 * before.
 */
const QUIET_MS = 10_000

/** How long a probe may be silent, by what it says of its interval. */
export type SilenceLimit = (envelope: Pick<Envelope, 'intervalMs'>) => number

interface Followed {
  held: HeldReport
  readonly nodes: NodeTracker
  quietUntilMs: number
}

/**
 * Derives events from successive sets of reports. It has no clock and does no I/O: the same reports at the same times
 * give the same events. Reports that did not change cost next to nothing.
 */
export class EventDeriver {
  readonly #edges: EdgeTracker
  readonly #silenceLimitMs: SilenceLimit
  readonly #probes = new Map<string, Followed>()

  /**
   * @param pipeline gives what finds the edges that events belong to; called when it is needed, which is seldom
   * @param silenceLimitMs after how long without a report a probe is held no longer
   */
  constructor(pipeline: () => Pipeline, silenceLimitMs: SilenceLimit = ({ intervalMs }) => 3 * intervalMs) {
    this.#edges = new EdgeTracker(pipeline)
    this.#silenceLimitMs = silenceLimitMs
  }

  /**
   * The events since the previous call, oldest first.
   *
   * @param held the latest report of each probe
   * @param nowMs on the app's clock; never goes back
   * @param mayPlace whether connection records may be resolved to edges now, which costs about as much as rendering
   *   a view; when false, that is put off to a later call
   */
  next(held: readonly HeldReport[], nowMs: number, mayPlace = true): EventDraft[] {
    const [verified, unverified] = [this.#lost(held, nowMs, true), this.#lost(held, nowMs, false)]
    for (const one of held) {
      const drafts = one.verified ? verified : unverified
      const followed = this.#probes.get(one.report.envelope.probeId)
      if (followed === undefined) drafts.push(this.#join(one, nowMs))
      else if (followed.held !== one) drafts.push(...this.#follow(followed, one, nowMs))
      // Some events are held back for a while, so they can become due without a new report.
      const { nodes } = this.#probes.get(one.report.envelope.probeId) as Followed
      drafts.push(...nodes.due(nowMs, (id) => byId(one.report.nodes).get(id)))
    }
    return [
      ...foldBursts([...verified, ...this.#edges.due(held, nowMs, mayPlace)]),
      ...foldBursts(unverified).map((draft) => ({ ...draft, unverified: true as const })),
    ]
  }

  /** When {@link next} has to be called even if no report arrives before; Infinity when nothing is pending. */
  get dueMs(): number {
    return Math.min(...[...this.#probes.values()].map(({ nodes }) => nodes.dueMs))
  }

  /** When {@link next} has to be called with `mayPlace`; Infinity when no record waits to be resolved. */
  get placingDueMs(): number {
    return this.#edges.placingDueMs
  }

  #lost(held: readonly HeldReport[], nowMs: number, verified: boolean): EventDraft[] {
    const there = new Set(held.map(({ report }) => report.envelope.probeId))
    const lost = [...this.#probes].filter(([id, { held }]) => !there.has(id) && held.verified === verified)
    return lost.map(([id, followed]) => {
      this.#probes.delete(id)
      const { arrivedAtMs, report } = followed.held
      const wasSilent = nowMs - arrivedAtMs >= this.#silenceLimitMs(report.envelope)
      const does = wasSilent ? 'fell silent' : 'reports no more'
      return probeDraft('probe-lost', followed.held, nowMs, `${does}; what it saw is off the map`)
    })
  }

  #join(held: HeldReport, nowMs: number): EventDraft {
    const nodes = new NodeTracker(held.report.host.name)
    nodes.update(watchedIn(held.report), nowMs, true)
    if (held.verified) this.#edges.update(undefined, held, nowMs, true)
    this.#probes.set(held.report.envelope.probeId, { held, nodes, quietUntilMs: nowMs + QUIET_MS })
    return probeDraft('probe-joined', held, nowMs, 'reports')
  }

  #follow(followed: Followed, now: HeldReport, nowMs: number): EventDraft[] {
    const before = followed.held
    const isRestarted =
      before.report.envelope.epoch !== now.report.envelope.epoch || before.verified !== now.verified
    followed.held = now
    followed.nodes.renameHost(now.report.host.name)
    if (isRestarted) followed.quietUntilMs = nowMs + QUIET_MS
    const quiet = nowMs < followed.quietUntilMs
    // Of the connections that an unverified probe tells of there are no events: anybody could make up any number of them.
    if (now.verified) this.#edges.update(isRestarted ? undefined : before, now, nowMs, quiet)
    return [
      ...(isRestarted ? [probeDraft('probe-joined', now, nowMs, 'was started again')] : []),
      ...(before.report.nodes === now.report.nodes
        ? []
        : followed.nodes.update(watchedIn(now.report), nowMs, quiet)),
    ]
  }
}

const probeDraft = (
  kind: 'probe-joined' | 'probe-lost',
  { report, verified }: HeldReport,
  nowMs: number,
  does: string,
): EventDraft => ({
  kind,
  atMs: nowMs,
  text: `The ${verified ? '' : 'unverified '}probe of ${report.host.name} ${does}`,
  nodes: [{ id: hostNodeId(report.host.id), label: report.host.name, topology: 'host', view: 'hosts' }],
})

import { byId } from '../../report/delta/by-id.ts'
import { hostNodeId } from '../../report/ids.ts'
import type { HeldReport } from '../held-report.ts'
import { defaultContext, type RenderContext } from '../render-context.ts'
import type { EventDraft } from './draft.ts'
import { EdgeTracker } from './edge-tracker.ts'
import { foldBursts } from './fold.ts'
import { NodeTracker } from './node-tracker.ts'
import { watchedIn } from './watched.ts'

/** What a probe finds in its first seconds was there before, whatever it finds when. */
const QUIET_MS = 10_000

interface Followed {
  held: HeldReport
  readonly nodes: NodeTracker
  quietUntilMs: number
}

/**
 * Derives events from one set of reports after another. It knows no clock and asks nobody: the same reports at the same
 * times give the same events. Of reports that did not change it takes no notice.
 */
export class EventDeriver {
  readonly #edges: EdgeTracker
  readonly #probes = new Map<string, Followed>()

  constructor(context: RenderContext = defaultContext) {
    this.#edges = new EdgeTracker(context)
  }

  /**
   * What happened since the call before, oldest first.
   *
   * @param held the latest report of each probe
   * @param nowMs on the app's clock; never goes back
   * @param mayPlace whether to find out which edges are concerned where that is not known, which costs about as much as a
   *   view; when not, it is put off
   */
  next(held: readonly HeldReport[], nowMs: number, mayPlace = true): EventDraft[] {
    const drafts = this.#lost(held, nowMs)
    for (const one of held) {
      const followed = this.#probes.get(one.report.envelope.probeId)
      if (followed === undefined) drafts.push(this.#join(one, nowMs))
      else if (followed.held !== one) drafts.push(...this.#follow(followed, one, nowMs))
      // A restart is known at once, but may not be due.
      const { nodes } = this.#probes.get(one.report.envelope.probeId) as Followed
      drafts.push(...nodes.due(nowMs, (id) => byId(one.report.nodes).get(id)))
    }
    return foldBursts([...drafts, ...this.#edges.due(held, nowMs, mayPlace)])
  }

  /** When there is something to tell, even if no report comes until then; Infinity when there is not. */
  get dueMs(): number {
    return Math.min(...[...this.#probes.values()].map(({ nodes }) => nodes.dueMs))
  }

  /** When it has to be found out which edges are concerned; Infinity when it has not. */
  get placingDueMs(): number {
    return this.#edges.placingDueMs
  }

  #lost(held: readonly HeldReport[], nowMs: number): EventDraft[] {
    const there = new Set(held.map(({ report }) => report.envelope.probeId))
    const lost = [...this.#probes].filter(([id]) => !there.has(id))
    return lost.map(([id, followed]) => {
      this.#probes.delete(id)
      return probeDraft('probe-lost', followed.held, nowMs, 'fell silent; what it saw is off the map')
    })
  }

  #join(held: HeldReport, nowMs: number): EventDraft {
    const nodes = new NodeTracker(held.report.host.name)
    nodes.update(watchedIn(held.report), nowMs, true)
    this.#edges.update(undefined, held, nowMs, true)
    this.#probes.set(held.report.envelope.probeId, { held, nodes, quietUntilMs: nowMs + QUIET_MS })
    return probeDraft('probe-joined', held, nowMs, 'reports')
  }

  #follow(followed: Followed, now: HeldReport, nowMs: number): EventDraft[] {
    const before = followed.held
    const isRestarted = before.report.envelope.epoch !== now.report.envelope.epoch
    followed.held = now
    if (isRestarted) followed.quietUntilMs = nowMs + QUIET_MS
    const quiet = nowMs < followed.quietUntilMs
    this.#edges.update(isRestarted ? undefined : before, now, nowMs, quiet)
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
  { report }: HeldReport,
  nowMs: number,
  does: string,
): EventDraft => ({
  kind,
  atMs: nowMs,
  text: `The probe of ${report.host.name} ${does}`,
  nodes: [{ id: hostNodeId(report.host.id), label: report.host.name, topology: 'host', view: 'hosts' }],
})

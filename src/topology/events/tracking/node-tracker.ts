import type { ReportNode } from '../../../report/schema.ts'
import { type ContainerCondition, changesOf, conditionOf, imageChange } from '../container-condition.ts'
import type { EventDraft } from '../draft.ts'
import { appearedText, changedText, goneText, replacedText, restartedText } from '../node-words.ts'
import { isSameRun, type Watched } from './watched.ts'

/** Delays of events about nodes. */
export const nodeTimes = {
  /**
   * How long something must be missing before it is reported as gone. Until then it may be restarting, or just
   * missing from one report.
   */
  graceMs: 5_000,
  /** The same for something that came back less than this long before it went missing again: it flaps. */
  flapGraceMs: 30_000,
  /** How long a new program waits before it is reported: a process may listen before its container is known. */
  settleMs: 3_000,
  /** The shortest time between two restart events of one thing. */
  restartPauseMs: 60_000,
} as const

interface Restart {
  readonly before: Watched
  readonly atMs: number
  readonly times: number
}

interface Tracked {
  watched: Watched
  phase: 'settling' | 'present' | 'leaving'
  /** When it entered the phase. */
  sinceMs: number
  /** When it last came back. */
  backMs: number
  restart: Restart | undefined
  restartToldMs: number
  oomToldMs: number
}

/** Tracks what appears, disappears, changes and restarts on the host of one probe. */
export class NodeTracker {
  #hostName: string
  readonly #tracked = new Map<string, Tracked>()
  /** Those that will have an event, or will be forgotten, after some time. */
  readonly #waiting = new Set<Tracked>()

  /** @param hostName what the host is called on the map */
  constructor(hostName: string) {
    this.#hostName = hostName
  }

  /** The host is called something else from now on, as when another host of its name joins. */
  renameHost(hostName: string): void {
    this.#hostName = hostName
  }

  /**
   * Takes in what is running now, and returns the events that can be reported at once.
   *
   * @param quiet true while what appears is taken as existing before, and is not reported
   */
  update(now: ReadonlyMap<string, Watched>, nowMs: number, quiet: boolean): EventDraft[] {
    const drafts: EventDraft[] = []
    for (const [key, watched] of now) {
      const known = this.#tracked.get(key)
      if (known === undefined) drafts.push(...this.#add(key, watched, nowMs, quiet))
      else drafts.push(...this.#see(known, watched, nowMs, quiet))
    }
    for (const [key, tracked] of this.#tracked) {
      if (now.has(key)) continue
      if (tracked.phase === 'settling') {
        this.#tracked.delete(key)
        this.#waiting.delete(tracked)
      } else if (tracked.phase === 'present') this.#enter(tracked, 'leaving', nowMs)
    }
    return drafts
  }

  /** The delayed events that are due. @param nodeOf looks up a node of the newest report by its id */
  due(nowMs: number, nodeOf: (id: string) => ReportNode | undefined): EventDraft[] {
    return [...this.#waiting].flatMap((tracked) =>
      this.#dueMsOf(tracked) > nowMs ? [] : this.#tell(tracked, nowMs, nodeOf),
    )
  }

  /** When {@link due} will have something to report; Infinity when nothing is pending. */
  get dueMs(): number {
    let dueMs = Number.POSITIVE_INFINITY
    for (const tracked of this.#waiting) dueMs = Math.min(dueMs, this.#dueMsOf(tracked))
    return dueMs
  }

  #add(key: string, watched: Watched, nowMs: number, quiet: boolean): EventDraft[] {
    const tracked: Tracked = {
      watched,
      phase: 'present',
      sinceMs: nowMs,
      backMs: Number.NEGATIVE_INFINITY,
      restart: undefined,
      restartToldMs: Number.NEGATIVE_INFINITY,
      oomToldMs: Number.NEGATIVE_INFINITY,
    }
    this.#tracked.set(key, tracked)
    if (quiet) return []
    if (watched.kind === 'program') {
      this.#enter(tracked, 'settling', nowMs)
      return []
    }
    return [this.#draft('appeared', watched, nowMs, appearedText(watched, this.#hostName))]
  }

  #see(tracked: Tracked, watched: Watched, nowMs: number, quiet: boolean): EventDraft[] {
    const before = tracked.watched
    tracked.watched = watched
    if (tracked.phase === 'settling') return []
    const drafts = quiet ? [] : this.#changes(tracked, before, watched.condition, nowMs)
    if (tracked.phase === 'leaving') {
      tracked.backMs = nowMs
      this.#enter(tracked, 'present', nowMs)
    }
    if (isSameRun(before, watched)) return drafts
    const { restart } = tracked
    tracked.restart = {
      before: restart?.before ?? before,
      atMs: nowMs,
      times: (restart?.times ?? 0) + 1,
    }
    this.#waiting.add(tracked)
    return drafts
  }

  /**
   * Changes of a container's condition. None when another container took its place, because there is nothing to
   * compare with.
   */
  #changes(
    tracked: Tracked,
    before: Watched,
    now: ContainerCondition | undefined,
    nowMs: number,
  ): EventDraft[] {
    if (before.condition === undefined || now === undefined) return []
    const { watched } = tracked
    if (watched.node.id !== before.node.id) return []
    return changesOf(before.condition, now).flatMap((change) => {
      if (change === 'oom-killed') {
        if (tracked.oomToldMs + nodeTimes.restartPauseMs > nowMs) return []
        tracked.oomToldMs = nowMs
      }
      return [this.#draft(change, watched, nowMs, changedText(change, watched, this.#hostName))]
    })
  }

  #enter(tracked: Tracked, phase: Tracked['phase'], nowMs: number): void {
    tracked.phase = phase
    tracked.sinceMs = nowMs
    if (phase === 'present' && tracked.restart === undefined) this.#waiting.delete(tracked)
    else this.#waiting.add(tracked)
  }

  #dueMsOf({ phase, sinceMs, backMs, restart, restartToldMs }: Tracked): number {
    const { graceMs, flapGraceMs, settleMs, restartPauseMs } = nodeTimes
    const restartMs = restart ? restartToldMs + restartPauseMs : Number.POSITIVE_INFINITY
    if (phase === 'settling') return sinceMs + settleMs
    if (phase === 'present') return restartMs
    return Math.min(restartMs, sinceMs + (sinceMs - backMs < flapGraceMs ? flapGraceMs : graceMs))
  }

  #tell(tracked: Tracked, nowMs: number, nodeOf: (id: string) => ReportNode | undefined): EventDraft[] {
    const { watched, phase, sinceMs, restart, restartToldMs } = tracked
    if (phase === 'settling') {
      this.#enter(tracked, 'present', nowMs)
      return [this.#draft('appeared', watched, sinceMs, appearedText(watched, this.#hostName))]
    }
    if (restart !== undefined && restartToldMs + nodeTimes.restartPauseMs <= nowMs) {
      tracked.restart = undefined
      tracked.restartToldMs = nowMs
      if (phase === 'present') this.#waiting.delete(tracked)
      return [this.#restarted(restart, watched)]
    }
    this.#waiting.delete(tracked)
    this.#tracked.delete(watched.key)
    const node = nodeOf(watched.node.id)
    const text = goneText(watched, this.#hostName, node)
    // an out-of-memory kill may be reported only once the container has stopped
    const last = node && watched.condition ? this.#changes(tracked, watched, conditionOf(node), sinceMs) : []
    return [...last.filter(({ kind }) => kind === 'oom-killed'), this.#draft('gone', watched, sinceMs, text)]
  }

  #restarted({ before, atMs, times }: Restart, watched: Watched): EventDraft {
    const image = before.condition && watched.condition && imageChange(before.condition, watched.condition)
    if (image !== undefined)
      return this.#draft('replaced', watched, atMs, replacedText(watched, image, this.#hostName, times))
    return this.#draft('restarted', watched, atMs, restartedText(before, watched, this.#hostName, times))
  }

  #draft(kind: EventDraft['kind'], { node }: Watched, atMs: number, text: string): EventDraft {
    return { kind, atMs, text, nodes: [node], hostName: this.#hostName }
  }
}

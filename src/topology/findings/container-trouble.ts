import type { EventNode, FindingKind } from '../../api/types.ts'
import { byId } from '../../report/delta/by-id.ts'
import { facts, metrics } from '../../report/facts.ts'
import type { Report, ReportNode } from '../../report/schema.ts'
import { conditionOf } from '../events/container-condition.ts'
import { containerLabel } from '../nodes/naming/labels.ts'
import { isRunningContainer } from '../reports/container-state.ts'
import { numberFact, textFact } from '../reports/node-facts.ts'
import type { Candidate } from './candidate.ts'

/** When the state of a container makes a finding. */
export const containerTimes = {
  /** So many restarts within this time, and so many for a loop. */
  restartsWithinMs: 600_000,
  restarts: 3,
  loop: 5,
  /** A kill for want of memory is told for this long. */
  oomStaysMs: 600_000,
  /** At its limit is a container that uses this share of it for this long, until it uses less than the other share. */
  limitShare: 0.95,
  limitLeftShare: 0.85,
  limitMs: 60_000,
} as const

/** Restarts remembered of one container. */
const MAX_RESTARTS = 100

const limitOf = {
  [metrics.containerCpu]: { kind: 'cpu-limit', fact: facts.containerCpuLimit, what: 'CPU' },
  [metrics.containerMemory]: { kind: 'memory-limit', fact: facts.containerMemoryLimit, what: 'memory' },
} as const

type Limit = (typeof limitOf)[keyof typeof limitOf]
const limits: Readonly<Record<string, Limit | undefined>> = limitOf

interface Trouble {
  /** When it was restarted, oldest first. */
  readonly restartsMs: number[]
  unhealthySinceMs: number | undefined
  oomMs: number | undefined
  readonly atLimitSinceMs: Map<Limit, number>
}

/** What is not well with the containers of one probe. Only nodes that changed, and samples of containers with limits, are looked at. */
export class ContainerTrouble {
  /** By id; only those with something to remember. */
  readonly #troubles = new Map<string, Trouble>()
  #limited: ReadonlySet<string> = new Set()

  /**
   * @param before the probe's previous report; undefined when there is none
   * @param isSameEpoch whether the probe has not been started again since
   */
  update(before: Report | undefined, now: Report, isSameEpoch: boolean, nowMs: number): void {
    if (before?.nodes !== now.nodes) this.#nodes(before, now, isSameEpoch, nowMs)
    if (this.#limited.size > 0 && before?.metrics !== now.metrics) this.#samples(now, nowMs)
  }

  /** Whether anything may change without a report. */
  get isActive(): boolean {
    return this.#troubles.size > 0
  }

  /** @param now the latest report */
  candidates(now: Report, nowMs: number): Candidate[] {
    const candidates: Candidate[] = []
    for (const [id, trouble] of this.#troubles) {
      const node = byId(now.nodes).get(id)
      const found = node === undefined ? [] : candidatesOf(node, trouble, nowMs)
      candidates.push(...found)
      if (found.length === 0 && isOver(trouble, nowMs)) this.#troubles.delete(id)
    }
    return candidates
  }

  #nodes(before: Report | undefined, now: Report, isSameEpoch: boolean, nowMs: number): void {
    const known = before && byId(before.nodes)
    const limited = new Set<string>()
    for (const node of now.nodes) {
      if (node.topology !== 'container') continue
      if (Object.values(limitOf).some((limit) => isLimited(node, limit))) limited.add(node.id)
      const earlier = known?.get(node.id)
      if (earlier !== node) this.#container(earlier, node, isSameEpoch, nowMs)
    }
    this.#limited = limited
    const there = byId(now.nodes)
    for (const [id, { atLimitSinceMs }] of this.#troubles) {
      const node = there.get(id)
      if (node === undefined) this.#troubles.delete(id)
      else
        for (const limit of atLimitSinceMs.keys()) if (!isLimited(node, limit)) atLimitSinceMs.delete(limit)
    }
  }

  #container(before: ReportNode | undefined, now: ReportNode, isSameEpoch: boolean, nowMs: number): void {
    const is = conditionOf(now)
    const isUnhealthy = is.health === 'unhealthy' && isRunningContainer(now)
    if (isUnhealthy) this.#of(now.id).unhealthySinceMs ??= nowMs
    else if (this.#troubles.has(now.id)) this.#of(now.id).unhealthySinceMs = undefined
    if (before === undefined) return
    const restarts = Math.min(MAX_RESTARTS, restartsBetween(before, now))
    if (restarts > 0) this.#of(now.id).restartsMs.push(...Array.from({ length: restarts }, () => nowMs))
    // The probe counts the kills since it was started.
    if (isSameEpoch && is.oomKills > conditionOf(before).oomKills) this.#of(now.id).oomMs = nowMs
  }

  #samples({ metrics }: Report, nowMs: number): void {
    for (const { node, id, max, samples } of metrics) {
      const limit = limits[id]
      if (limit === undefined || !this.#limited.has(node)) continue
      const value = samples.at(-1)?.[1]
      if (value === undefined || max === undefined) continue
      const known = this.#troubles.get(node)?.atLimitSinceMs
      const isTold = nowMs - (known?.get(limit) ?? nowMs) >= containerTimes.limitMs
      const leftShare = isTold ? containerTimes.limitLeftShare : containerTimes.limitShare
      if (value < leftShare * max) known?.delete(limit)
      else if (value >= containerTimes.limitShare * max && known?.has(limit) !== true)
        this.#of(node).atLimitSinceMs.set(limit, nowMs)
    }
  }

  #of(id: string): Trouble {
    const known = this.#troubles.get(id)
    if (known !== undefined) return known
    const made = {
      restartsMs: [],
      unhealthySinceMs: undefined,
      oomMs: undefined,
      atLimitSinceMs: new Map(),
    }
    this.#troubles.set(id, made)
    return made
  }
}

/** How often a container was restarted between two reports: by Docker's count, else once when it began anew. */
const restartsBetween = (before: ReportNode, now: ReportNode): number => {
  const [was, is] = [before, now].map((node) => numberFact(node, facts.containerRestarts) ?? 0)
  if ((is ?? 0) > (was ?? 0)) return (is ?? 0) - (was ?? 0)
  const [began, begins] = [before, now].map((node) => textFact(node, facts.containerStarted))
  return began !== undefined && begins !== undefined && began !== begins ? 1 : 0
}

/** Whether a container can be at this limit: it runs, and has one. */
const isLimited = (container: ReportNode, { fact }: Limit): boolean =>
  isRunningContainer(container) && (numberFact(container, fact) ?? 0) > 0

const isOver = ({ restartsMs, unhealthySinceMs, oomMs, atLimitSinceMs }: Trouble, nowMs: number): boolean =>
  restartsMs.every((ms) => nowMs - ms >= containerTimes.restartsWithinMs) &&
  unhealthySinceMs === undefined &&
  (oomMs === undefined || nowMs - oomMs >= containerTimes.oomStaysMs) &&
  atLimitSinceMs.size === 0

const candidatesOf = (node: ReportNode, trouble: Trouble, nowMs: number): Candidate[] => {
  const label = containerLabel(node)
  const about: EventNode = { id: node.id, label, topology: 'container', view: 'containers' }
  const of = (kind: FindingKind, sinceMs: number, text: string): Candidate => ({
    id: `${kind === 'restart-loop' ? 'restarted' : kind} ${node.id}`,
    kind,
    sinceMs,
    text,
    nodes: [about],
  })
  const { restartsMs, unhealthySinceMs, oomMs, atLimitSinceMs } = trouble
  while (restartsMs[0] !== undefined && nowMs - restartsMs[0] >= containerTimes.restartsWithinMs)
    restartsMs.shift()
  restartsMs.splice(0, restartsMs.length - MAX_RESTARTS)
  const [times, firstMs = nowMs] = [restartsMs.length, restartsMs[0]]
  const found: Candidate[] = []
  if (times >= containerTimes.loop)
    found.push(of('restart-loop', firstMs, `${label} keeps restarting: ${times} times within 10 minutes`))
  else if (times >= containerTimes.restarts)
    found.push(of('restarted', firstMs, `${times} restarts of ${label} within 10 minutes`))
  if (oomMs !== undefined && nowMs - oomMs < containerTimes.oomStaysMs)
    found.push(of('oom-killed', oomMs, `${label} ran out of memory: the kernel killed a process of it`))
  if (unhealthySinceMs !== undefined) found.push(of('unhealthy', unhealthySinceMs, `${label} is unhealthy`))
  if (isRunningContainer(node))
    for (const [{ kind, what }, sinceMs] of atLimitSinceMs)
      if (nowMs - sinceMs >= containerTimes.limitMs)
        found.push(of(kind, sinceMs, `${label} is at its ${what} limit`))
  return found
}

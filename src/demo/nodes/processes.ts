import { exitedNode, processNode } from '../../probe/process/node.ts'
import { redactCommandLine } from '../../probe/redact/redact.ts'
import { facts } from '../../report/facts.ts'
import { containerNodeId, processNodeId } from '../../report/ids.ts'
import type { Fact, ReportNode } from '../../report/schema.ts'
import type { Draw } from '../draw.ts'
import type { Span } from '../life.ts'
import type { Machine, Slot } from '../plan.ts'
import type { Program } from '../shop/service.ts'
import { containerIdOf } from './container-messages.ts'

/** One process of a slot while it runs. */
export interface Running {
  readonly slot: Slot
  readonly program: Program
  /** Index among the processes of its slot. */
  readonly index: number
  readonly span: Span
  readonly pid: number
  /** Node id. */
  readonly id: string
}

/** Finds the processes of slots. */
export interface Processes {
  /** The processes of a span, in a fixed order; the first is the parent of the others. */
  of(slot: Slot, span: Span): readonly Running[]
  /** The processes of a span that have connections. */
  talking(slot: Slot, span: Span): readonly Running[]
}

/** Lower pids are left to the system. */
const FIRST_PID = 1200
const MAX_PID = 4_194_304
/** How long ended processes and their connection records are still reported. Rule 1 of the model. */
export const RETENTION_MS = 15_000
const TICKS_PER_SECOND = 100

/** @param positions number of processes that run on a host at the same time, by the host's index */
export const createProcesses = (positions: ReadonlyMap<number, number>): Processes => {
  const known = new WeakMap<Slot, Map<number, readonly Running[]>>()

  const make = (slot: Slot, span: Span): readonly Running[] => {
    const { machine, service } = slot
    const atATime = positions.get(machine.index) ?? 1
    // Each run gets new pids, until they wrap around as in the kernel.
    const generation = span.index % Math.max(1, Math.floor((MAX_PID - FIRST_PID) / atATime))
    const first = FIRST_PID + generation * atATime + slot.position
    return service.programs
      .flatMap((program) => Array.from({ length: program.count ?? 1 }, () => program))
      .map((program, index) => {
        const pid = service.name === 'systemd' ? 1 : first + index
        return { slot, program, index, span, pid, id: processNodeId(machine.id, pid) }
      })
  }

  const of = (slot: Slot, span: Span): readonly Running[] => {
    const spans = known.get(slot) ?? new Map<number, readonly Running[]>()
    known.set(slot, spans)
    const found = spans.get(span.index) ?? make(slot, span)
    if (!spans.has(span.index)) {
      // Only the previous span may still be asked about.
      for (const index of spans.keys()) if (index < span.index - 1) spans.delete(index)
      spans.set(span.index, found)
    }
    return found
  }

  const talking = new WeakMap<readonly Running[], readonly Running[]>()
  return {
    of,
    talking(slot, span) {
      const all = of(slot, span)
      const known = talking.get(all)
      if (known !== undefined) return known
      const some = all.filter(({ program }) => program.idle !== true)
      talking.set(all, some)
      return some
    },
  }
}

/** The addresses on which a slot's programs listen, in the kernel's notation. */
export const listeningOf = ({ service }: Slot): readonly string[] =>
  [...new Set([...(service.port === undefined ? [] : [service.port]), ...(service.visitors ? [80] : [])])]
    .map((port) => `0.0.0.0:${port}`)
    .sort()

/** Whether the processes of a span are reported at a moment. */
export const isTold = (span: Span, tMs: number): boolean =>
  span.startMs <= tMs && tMs < span.endMs + RETENTION_MS && span.endMs > 0

/**
 * The spans of a slot's programs whose processes are reported at a moment: the one that runs, and one that has just
 * ended.
 */
export const toldSpans = (slot: Slot, tMs: number): readonly Span[] => {
  const { current, previous } = slot.processLife.at(tMs)
  return [current, previous].filter((span) => span !== undefined).filter((span) => isTold(span, tMs))
}

/**
 * Simulates the process nodes of one host.
 *
 * @param startedAtMs wall-clock time at the beginning of the story
 * @returns the nodes at a given time; an unchanged node is the same object as before
 */
export const processNodesOf = (
  machine: Machine,
  slots: readonly Slot[],
  processes: Processes,
  startedAtMs: number,
  draw: Draw,
): ((tMs: number) => readonly ReportNode[]) => {
  const context = {
    hostId: machine.id,
    bootMs: startedAtMs + machine.bootedMs,
    ticksPerSecond: TICKS_PER_SECOND,
  }

  const containerOf = ({ slot, span }: Running): string | undefined => {
    if (slot.shop === undefined) return undefined
    const container = slot.life === slot.processLife ? span : slot.life.at(span.startMs).current
    return container && containerIdOf(slot, container, draw)
  }

  const living = (running: Running): ReportNode => {
    const { slot, program, pid, span, index } = running
    const [first] = processes.of(slot, span)
    const node = processNode(context, {
      pid,
      startTicks: Math.floor(((span.startMs + index * 20 - machine.bootedMs) / 1000) * TICKS_PER_SECOND),
      name: program.name,
      ppid: index === 0 || first === undefined || slot.shop === undefined ? (pid === 1 ? 0 : 1) : first.pid,
      commandLine: redactCommandLine([...program.argv]),
      systemdUnit: slot.service.unit,
      systemdSlice: slot.service.unit?.endsWith('.service') ? 'system.slice' : undefined,
      netns: slot.netns,
      containerId: containerOf(running),
    })
    return { ...node, facts: { ...node.facts, ...listening(running) } }
  }

  let before = new Map<string, ReportNode>()
  return (tMs) => {
    const now = new Map<string, ReportNode>()
    for (const slot of slots)
      for (const span of toldSpans(slot, tMs)) {
        const hasExited = tMs >= span.endMs
        for (const running of processes.of(slot, span)) {
          const key = `${running.id} ${span.index} ${hasExited}`
          const known = before.get(key)
          now.set(key, known ?? (hasExited ? exitedNode(living(running)) : living(running)))
        }
      }
    before = now
    return [...now.values()]
  }
}

const listening = ({ slot, program }: Running): Record<string, Fact> => {
  const addresses = program.idle ? [] : listeningOf(slot)
  if (addresses.length === 0) return {}
  return {
    [facts.listeningAddresses]: [...addresses],
    ...(slot.shop === undefined && { [facts.reachableFromOutside]: true }),
  }
}

/** Listening addresses of the containers of these slots, as facts by node id. */
export const listeningContainers = (
  slots: readonly Slot[],
  draw: Draw,
): ((tMs: number) => ReadonlyMap<string, Readonly<Record<string, Fact>>>) => {
  const factsOf = new Map<Slot, Readonly<Record<string, Fact>>>()
  for (const slot of slots) {
    const addresses = listeningOf(slot)
    if (addresses.length > 0) factsOf.set(slot, { [facts.listeningAddresses]: [...addresses] })
  }
  return (tMs) => {
    const all = new Map<string, Readonly<Record<string, Fact>>>()
    for (const [slot, known] of factsOf) {
      const container = slot.life.at(tMs).current
      if (container === undefined || slot.processLife.at(tMs).current === undefined) continue
      all.set(containerNodeId(containerIdOf(slot, container, draw)), known)
    }
    return all
  }
}

import type { Draw } from '../../../../src/demo/draw.ts'
import type { Span } from '../../../../src/demo/life.ts'
import { containerIdOf } from '../../../../src/demo/nodes/container-messages.ts'
import { containerStatesOf } from '../../../../src/demo/nodes/containers.ts'
import { type Processes, toldSpans } from '../../../../src/demo/nodes/processes.ts'
import type { Machine, Plan, Slot } from '../../../../src/demo/plan.ts'
import type { Program } from '../../../../src/demo/shop/service.ts'

/** A container that a host has. */
export interface TrueContainer {
  /** Full Docker id. */
  readonly id: string
  readonly slot: Slot
  readonly span: Span
  readonly status: 'running' | 'restarting' | 'exited'
  readonly health: 'healthy' | 'unhealthy' | undefined
  /** Whether its programs run. */
  readonly listens: boolean
}

/** A process of which a host tells: it runs, or has ended just now. */
export interface TrueProcess {
  /** Node id. */
  readonly id: string
  readonly slot: Slot
  readonly program: Program
  readonly pid: number
  readonly parentPid: number
  /** Index among the processes of its slot. */
  readonly index: number
  readonly span: Span
  /** Full Docker id of its container; undefined for one that runs directly on the host. */
  readonly containerId: string | undefined
  readonly hasExited: boolean
}

/** What is on the hosts of a story that report, at one moment. */
export interface Moment {
  readonly tMs: number
  readonly draw: Draw
  /** Wall-clock time at the beginning of the story. */
  readonly startedAtMs: number
  readonly machines: readonly Machine[]
  readonly containers: readonly TrueContainer[]
  /** By node id. */
  readonly processes: ReadonlyMap<string, TrueProcess>
  /** The processes of a slot that may have connections: of those that run, and of those that have ended just now. */
  talkersOf(slot: Slot): readonly TrueProcess[]
  /** Whether a slot has a container that has not exited, which is who has its addresses. */
  holdsAddress(slot: Slot): boolean
}

/** @param machines those that report */
export const momentOf = (
  { slots, draw }: Plan,
  known: Processes,
  machines: readonly Machine[],
  tMs: number,
  startedAtMs: number,
): Moment => {
  const here = new Set(machines)
  const containers: TrueContainer[] = []
  const processes = new Map<string, TrueProcess>()
  const talkers = new Map<Slot, TrueProcess[]>()
  for (const slot of slots) {
    if (!here.has(slot.machine)) continue
    const runs = slot.processLife.at(tMs).current !== undefined
    if (slot.shop !== undefined)
      for (const state of containerStatesOf(slot, tMs))
        containers.push({
          ...state,
          id: containerIdOf(slot, state.span, draw),
          slot,
          listens: state.status === 'running' && runs,
        })
    for (const span of toldSpans(slot, tMs)) {
      const all = known.of(slot, span)
      const isInside = slot.shop !== undefined
      const within = slot.life === slot.processLife ? span : slot.life.at(span.startMs).current
      for (const { id, program, pid, index } of all) {
        const process: TrueProcess = {
          ...{ id, slot, program, pid, index, span },
          parentPid: pid === 1 ? 0 : index === 0 || !isInside ? 1 : (all[0]?.pid ?? 1),
          containerId: isInside && within ? containerIdOf(slot, within, draw) : undefined,
          hasExited: tMs >= span.endMs,
        }
        processes.set(id, process)
        if (program.idle) continue
        const others = talkers.get(slot)
        if (others) others.push(process)
        else talkers.set(slot, [process])
      }
    }
  }
  const holders = new Set(containers.filter(({ status }) => status !== 'exited').map(({ slot }) => slot))
  return {
    holdsAddress: (slot) => holders.has(slot),
    ...{ tMs, draw, startedAtMs, machines, containers, processes },
    talkersOf: (slot) => talkers.get(slot) ?? [],
  }
}

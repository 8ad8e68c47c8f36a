import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import type { ContainerIndex } from '../cgroup/container-index.ts'
import { NAMESPACE_LINGER_MS } from '../cgroup/namespace-containers.ts'
import type { UnitIndex } from '../cgroup/unit-index.ts'
import type { ProcessRef } from './directory.ts'
import { exitedNode, exitedNodeOfRef, formerNode, type ProcessNodeContext, redated } from './node.ts'

interface Departed {
  readonly ref: ProcessRef
  node: ReportNode
  holds: number
  /** Those of them by which its node is in reports. */
  tellingHolds: number
  /**
   * Undefined when no container of the process is known. It may still be learned from a living process of that container,
   * unless {@link isSettled}.
   */
  containerId: string | undefined
  /** True when all was known of it that there is. */
  readonly isSettled: boolean
  /** When it was added, in milliseconds. */
  readonly sinceMs: number
}

/** What was known of a process when it ended. */
export interface LastKnown {
  readonly node: ReportNode
  readonly containerId: string | undefined
  /** How many times it is held. */
  readonly holds: number
}

type Identity = Pick<ProcessRef, 'pid' | 'startTicks'>

const keyOf = ({ pid, startTicks }: Identity): string => `${pid};${startTicks}`

/**
 * Processes that have exited but are still referred to by connections.
 *
 * Of all processes that had the same pid, the newest has the plain node id. Node ids of the earlier ones contain their
 * start time.
 */
export class DepartedProcesses {
  readonly #context: ProcessNodeContext
  readonly #containers: ContainerIndex
  readonly #units: UnitIndex
  readonly #nowMs: () => number
  readonly #held = new Map<string, Departed>()
  /** By pid, the exited process that has the plain node id. */
  readonly #newestOfPid = new Map<number, Departed>()

  /** @param nowMs a clock that never goes back */
  constructor(
    context: ProcessNodeContext,
    containers: ContainerIndex,
    units: UnitIndex,
    nowMs: () => number,
  ) {
    this.#context = context
    this.#containers = containers
    this.#units = units
    this.#nowMs = nowMs
  }

  get size(): number {
    return this.#held.size
  }

  nodeOf(ref: Identity): ReportNode | undefined {
    return this.#held.get(keyOf(ref))?.node
  }

  /** The id of the container that it was in; undefined when none is known. */
  containerOf(ref: Identity): string | undefined {
    return this.#held.get(keyOf(ref))?.containerId
  }

  nodes(): ReportNode[] {
    return [...this.#held.values()].flatMap(({ node, tellingHolds }) => (tellingHolds > 0 ? [node] : []))
  }

  /** Whether {@link nodes} has its node. */
  isTold(ref: Identity): boolean {
    return (this.#held.get(keyOf(ref))?.tellingHolds ?? 0) > 0
  }

  /**
   * @param told whether reports are to have its node because of this hold
   * @returns the node; undefined when the process is not held
   */
  hold(ref: Identity, told: boolean): ReportNode | undefined {
    const departed = this.#held.get(keyOf(ref))
    if (departed === undefined) return undefined
    departed.holds++
    if (told) departed.tellingHolds++
    return departed.node
  }

  /** @returns true when reports no longer have its node */
  release(ref: Identity, told: boolean): boolean {
    const departed = this.#held.get(keyOf(ref))
    if (departed === undefined) return false
    departed.holds--
    if (told) departed.tellingHolds--
    if (departed.holds <= 0) {
      this.#held.delete(keyOf(ref))
      if (this.#newestOfPid.get(ref.pid) === departed) this.#newestOfPid.delete(ref.pid)
    }
    return told && departed.tellingHolds <= 0
  }

  /**
   * Adds a process that was known and exited while held.
   *
   * @param pidTaken a newer process has its pid
   */
  addKnown(ref: Identity, { node, containerId, holds }: LastKnown, pidTaken: boolean): void {
    const whole = { ...ref, comm: node.name, cgroupId: 0, netns: 0 }
    const of = { containerId, isSettled: true, sinceMs: this.#nowMs() }
    this.#add({ ref: whole, node: exitedNode(node), holds, tellingHolds: holds, ...of }, pidTaken)
  }

  /**
   * Adds a process that exited before it could be read.
   *
   * @param pidTaken a newer process has its pid
   * @param told see {@link hold}
   */
  addUnknown(ref: ProcessRef, pidTaken: boolean, told: boolean): ReportNode {
    const sinceMs = this.#nowMs()
    const place = this.#placeOf(ref, sinceMs)
    const node = exitedNodeOfRef(this.#context, ref, place)
    const holds = { holds: 1, tellingHolds: told ? 1 : 0 }
    const { containerId } = place
    return this.#add({ ref, node, ...holds, containerId, isSettled: false, sinceMs }, pidTaken)
  }

  /**
   * Call when a process with this pid has started: the exited process with the plain node id gets an id with its start
   * time.
   */
  pidTaken(pid: number): void {
    const departed = this.#newestOfPid.get(pid)
    if (departed === undefined) return
    departed.node = formerNode(this.#context.hostId, departed.ref, departed.node)
    this.#newestOfPid.delete(pid)
  }

  /** @param sinceMs when the process was added: a container that comes to its network namespace later has another with the same inode */
  #placeOf({ cgroupId, netns }: ProcessRef, sinceMs: number) {
    const isRecent = this.#nowMs() - sinceMs < NAMESPACE_LINGER_MS
    const containerId = this.#containers.find(cgroupId, isRecent ? netns : 0)
    return { containerId, unit: containerId === undefined ? this.#units.find(cgroupId) : undefined }
  }

  /** Looks again for containers and units that were unknown before. @returns true when a node changed */
  place(): boolean {
    let changed = false
    for (const departed of this.#held.values()) {
      if (departed.isSettled || departed.containerId !== undefined) continue
      const place = this.#placeOf(departed.ref, departed.sinceMs)
      const { id, facts: known } = departed.node
      if (place.containerId === undefined && place.unit?.systemdUnit === known[facts.systemdUnit]) continue
      departed.node = { ...exitedNodeOfRef(this.#context, departed.ref, place), id }
      departed.containerId = place.containerId
      changed = true
    }
    return changed
  }

  /** Dates all nodes anew: the boot time has changed. */
  redate(): void {
    for (const departed of this.#held.values()) departed.node = redated(this.#context, departed.node)
  }

  #add(departed: Departed, pidTaken: boolean): ReportNode {
    const { ref } = departed
    const rival = this.#newestOfPid.get(ref.pid)
    if (pidTaken || (rival !== undefined && rival.ref.startTicks > ref.startTicks)) {
      departed.node = formerNode(this.#context.hostId, ref, departed.node)
    } else {
      this.pidTaken(ref.pid)
      this.#newestOfPid.set(ref.pid, departed)
    }
    this.#held.set(keyOf(ref), departed)
    return departed.node
  }
}

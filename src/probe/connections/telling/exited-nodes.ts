import { createHash } from 'node:crypto'
import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import type { ProcessDirectory } from '../../process/directory.ts'
import type { ExitedProcesses, Role } from '../table/accounting/exited/exited-processes.ts'
import type { Tally } from '../table/accounting/tally.ts'

interface Made {
  readonly sample: ReportNode
  readonly count: number
  readonly node: ReportNode
}

/**
 * Makes the nodes of the exited processes that ends of tallies stand for: one for all clients that are alike, and one for all
 * servers, whoever is at the other end.
 */
export class ExitedNodes {
  readonly #hostId: string
  readonly #processes: Pick<ProcessDirectory, 'nodeOf'>
  readonly #ids = new WeakMap<ExitedProcesses, string>()
  readonly #made = new WeakMap<ExitedProcesses, Made>()

  constructor(hostId: string, processes: Pick<ProcessDirectory, 'nodeOf'>) {
    this.#hostId = hostId
    this.#processes = processes
  }

  /** The id of the node of an end; undefined where it is a single process, or none. */
  idOf(tally: Tally, role: Role): string | undefined {
    const exited = exitedAt(tally, role)
    if (exited === undefined) return undefined
    const known = this.#ids.get(exited)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(`${role} ${exited.likeness}`).digest('hex')
    const id = `${this.#hostId};exited;${hash.slice(0, 16)}`
    this.#ids.set(exited, id)
    return id
  }

  /**
   * The node of an end; the same object until something changes.
   *
   * @returns undefined where the end is a single process, or none, and when nothing is known of the processes
   */
  nodeOf(tally: Tally, role: Role): ReportNode | undefined {
    const exited = exitedAt(tally, role)
    const id = this.idOf(tally, role)
    const process = tally.identity[role]
    const sample = process && this.#processes.nodeOf(process)
    if (exited === undefined || id === undefined || sample === undefined) return undefined
    const { count } = exited
    const made = this.#made.get(exited)
    if (made?.sample === sample && made.count === count) return made.node
    const node = nodeFor(id, sample, count)
    this.#made.set(exited, { sample, count, node })
    return node
  }
}

const nodeFor = (id: string, sample: ReportNode, count: number): ReportNode => {
  // Only facts that all of these processes share.
  const common = [facts.hostId, facts.systemdUnit, facts.systemdSlice].flatMap((key) => {
    const value = sample.facts[key]
    return value === undefined ? [] : [[key, value] as const]
  })
  return {
    id,
    topology: 'process',
    name: sample.name,
    facts: { ...Object.fromEntries(common), [facts.exited]: true, [facts.exitedCount]: count },
    parents: sample.parents,
    controls: [],
  }
}

const exitedAt = ({ clients, servers }: Tally, role: Role): ExitedProcesses | undefined =>
  role === 'client' ? clients : servers

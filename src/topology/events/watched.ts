import type { EventNode } from '../../api/types.ts'
import { facts } from '../../report/facts.ts'
import type { Report, ReportNode } from '../../report/schema.ts'
import { containerLabel } from '../nodes/naming/labels.ts'
import { isRunningContainer } from '../reports/container-state.ts'
import { flagFact, numberFact, setFact, textFact } from '../reports/node-facts.ts'
import { type ContainerCondition, conditionOf } from './container-condition.ts'
import { lastingName } from './lasting-names.ts'

/** Something whose coming and going is told: a running container, or a program outside of containers that listens. */
export interface Watched {
  /** Outlives a restart: the name, not the id. */
  readonly key: string
  readonly kind: 'container' | 'program'
  readonly node: EventNode
  /** Ids of what runs now: the container, or the processes. */
  readonly runs: ReadonlySet<string>
  /** The port that a program is known by. */
  readonly port?: number
  /** When this run began, as told; undefined when it was not, and for programs. */
  readonly startedAt: string | undefined
  /** Of a container. */
  readonly condition?: ContainerCondition
}

/** What carries connections into containers comes and goes with them. */
const PLUMBING: ReadonlySet<string> = new Set(['docker-proxy'])

/** From here on Linux gives out ports by itself: who listens there is hardly known by it. */
const FIRST_EPHEMERAL_PORT = 32_768

/**
 * What is watched of a report, by key. Processes of one name and port are one program: workers come and go as they like.
 * Processes that do not listen at a port of their choice, and images, come and go without a word: there are too many of
 * them, and what matters of them shows in the edges.
 */
export const watchedIn = (report: Pick<Report, 'nodes'>): ReadonlyMap<string, Watched> => {
  const watched = new Map<string, Watched>()
  for (const node of report.nodes) {
    const one = watchedOf(node)
    if (one === undefined) continue
    const known = watched.get(one.key)
    watched.set(one.key, known ? together(known, one) : one)
  }
  return watched
}

/** True when something of what ran before still runs. */
export const isSameRun = (before: Watched, now: Watched): boolean =>
  [...before.runs].some((run) => now.runs.has(run)) &&
  (before.startedAt === undefined || now.startedAt === undefined || before.startedAt === now.startedAt)

const watchedOf = (node: ReportNode): Watched | undefined => {
  if (node.topology === 'container') return containerOf(node)
  return node.topology === 'process' ? programOf(node) : undefined
}

const containerOf = (node: ReportNode): Watched | undefined => {
  if (!isRunningContainer(node)) return undefined
  const { id } = node
  return {
    key: `container ${lastingName(node)}`,
    kind: 'container',
    node: { id, label: containerLabel(node), topology: 'container', view: 'containers' },
    runs: new Set([id]),
    startedAt: textFact(node, facts.containerStarted),
    condition: conditionOf(node),
  }
}

const programOf = (node: ReportNode): Watched | undefined => {
  const { id, name } = node
  if (node.facts[facts.listeningAddresses] === undefined) return undefined
  const port = Math.min(...setFact(node, facts.listeningAddresses).map(portOf))
  if (
    !(port < FIRST_EPHEMERAL_PORT) ||
    node.parents.container !== undefined ||
    flagFact(node, facts.exited) ||
    PLUMBING.has(name) ||
    name === ''
  )
    return undefined
  return {
    key: `program ${name} ${port}`,
    kind: 'program',
    port,
    node: { id: name, label: name, topology: 'process', view: 'processes-by-name' },
    // A pid may be another process by now.
    runs: new Set([`${id} ${numberFact(node, facts.startTicks) ?? ''}`]),
    startedAt: undefined,
  }
}

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))

const together = (a: Watched, b: Watched): Watched => {
  // While one container takes the place of another, both run.
  if (a.kind === 'container') return (a.startedAt ?? '') >= (b.startedAt ?? '') ? a : b
  return { ...a, runs: new Set([...a.runs, ...b.runs]) }
}

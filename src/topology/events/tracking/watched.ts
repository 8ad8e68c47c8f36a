import type { EventNode } from '../../../api/types.ts'
import { DOCKER_PROXY, runsAsDockerProxy } from '../../../report/docker-proxy.ts'
import { facts } from '../../../report/facts.ts'
import type { Report, ReportNode } from '../../../report/schema.ts'
import { containerLabel } from '../../nodes/naming/labels.ts'
import { isRunningContainer } from '../../reports/container-state.ts'
import { flagFact, numberFact, setFact, textFact } from '../../reports/node-facts.ts'
import { type ContainerCondition, conditionOf } from '../container-condition.ts'
import { lastingName } from '../lasting-names.ts'

/**
 * Something that is reported when it comes or goes: a running container, or a listening program outside of
 * containers.
 */
export interface Watched {
  /** Stays the same over a restart: made of the name, not the id. */
  readonly key: string
  readonly kind: 'container' | 'program'
  readonly node: EventNode
  /** Ids of the container or processes that are running now. */
  readonly runs: ReadonlySet<string>
  /** The port that a program is known by. */
  readonly port?: number
  /** When the container was started, as reported; undefined when it was not reported, and for programs. */
  readonly startedAt: string | undefined
  /** Present for containers. */
  readonly condition?: ContainerCondition
}

/** Linux assigns ephemeral ports from here on by default, so a program is hardly known by such a port. */
const FIRST_EPHEMERAL_PORT = 32_768

/**
 * The containers and programs of a report that are watched, by key. Processes with the same name and port count as
 * one program, since workers come and go. Other processes and images are not watched: there are too many, and what
 * matters about them shows in the edges.
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

/** Whether a part of what ran before is still running, so that there was no restart. */
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
    // It only forwards connections into a container, and comes and goes with that.
    (name === DOCKER_PROXY && runsAsDockerProxy(node)) ||
    name === ''
  )
    return undefined
  return {
    key: `program ${name} ${port}`,
    kind: 'program',
    port,
    node: { id: name, label: name, topology: 'process', view: 'processes-by-name' },
    // The start time tells apart two processes that were given the same pid.
    runs: new Set([`${id} ${numberFact(node, facts.startTicks) ?? ''}`]),
    startedAt: undefined,
  }
}

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))

const together = (a: Watched, b: Watched): Watched => {
  // While a container is being replaced, both may be running; the one started last counts.
  if (a.kind === 'container') return (a.startedAt ?? '') >= (b.startedAt ?? '') ? a : b
  return { ...a, runs: new Set([...a.runs, ...b.runs]) }
}

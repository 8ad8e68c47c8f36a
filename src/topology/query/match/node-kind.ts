import type { NodeSummary } from '../../../api/types.ts'
import type { Condition } from '../language/ast.ts'

const KIND_OF_TAG: ReadonlyMap<string, string> = new Map(
  Object.entries({
    container: 'container',
    host: 'host',
    container_image: 'image',
    compose_project: 'project',
    compose_service: 'service',
    swarm_service: 'service',
    systemd_unit: 'unit',
  }),
)

const KIND_OF_SHAPE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    square: 'process',
    hexagon: 'container',
    circle: 'host',
    image: 'image',
  }),
)

/** What a node is, in words, the first the most exact: `container`; `internet`, `pseudo`. */
export const kindsOf = (node: NodeSummary): readonly string[] => {
  if (node.pseudo) return [pseudoKind(node.id), 'pseudo']
  if (node.group?.id === node.id) return ['group']
  const tag = /;<(\w+)>$/.exec(node.id)?.[1]
  const kind = (tag && (KIND_OF_TAG.get(tag) ?? tag)) || KIND_OF_SHAPE.get(node.shape) || node.shape
  return node.stack && kind !== 'image' ? [kind, 'group'] : [kind]
}

const pseudoKind = (id: string): string => {
  if (id.endsWith('-theinternet') || id.startsWith('service-')) return 'internet'
  const [, kind = 'pseudo'] = /^pseudo:([^:]+):/.exec(id) ?? []
  return kind === 'prefix' ? 'address' : kind
}

const OUTSIDE: ReadonlySet<string> = new Set(['internet', 'address'])

/** Outside of all that probes watch: the Internet, a service of it, an address that nobody watches. */
export const isExternal = (node: NodeSummary): boolean =>
  node.pseudo === true && OUTSIDE.has(pseudoKind(node.id))

const STOPPED: ReadonlySet<string> = new Set(['exited', 'created', 'dead'])

/** The states a node is in, as words: what earns it a badge, and what Docker says. */
export const statesOf = (node: NodeSummary): readonly string[] => {
  const row = node.metadata?.find(({ id }) => id === 'docker_container_state')?.value
  const states = [node.state, row].filter((state) => state !== undefined)
  const runs = states.length === 0 && kindsOf(node)[0] === 'process'
  return runs ? ['running'] : states
}

/** Conditions that follow from a node by itself. */
export const nodeConditions = {
  pseudo: (node) => node.pseudo === true,
  external: isExternal,
  group: (node) => node.stack === true && node.pseudo !== true,
  running: (node) => node.state !== 'restarting' && statesOf(node).some((state) => /^running\b/.test(state)),
  stopped: (node) => node.state !== undefined && STOPPED.has(node.state),
  paused: (node) => node.state === 'paused',
  exited: (node) => node.state === 'exited',
  restarting: (node) => node.state === 'restarting',
  unhealthy: (node) => node.state === 'unhealthy',
  created: (node) => node.state === 'created',
  dead: (node) => node.state === 'dead',
} satisfies Partial<Record<Condition, (node: NodeSummary) => boolean>>

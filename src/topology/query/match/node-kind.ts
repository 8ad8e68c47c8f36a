import type { NodeState, NodeSummary } from '../../../api/types.ts'
import { isLinkLocal, isLoopback } from '../../../report/address/ip.ts'
import { badgesOf } from '../../trouble.ts'
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

/** Words for the kind of a node, the most specific first: `['container']`, `['internet', 'pseudo']`. */
export const kindsOf = (node: NodeSummary): readonly string[] => {
  if (node.pseudo) return [pseudoKind(node.id), 'pseudo']
  if (node.id.startsWith(WEAVE_PEER)) return ['peer']
  if (node.group?.id === node.id) return ['group']
  const tag = /;<(\w+)>$/.exec(node.id)?.[1]
  const kind = (tag && (KIND_OF_TAG.get(tag) ?? tag)) || KIND_OF_SHAPE.get(node.shape) || node.shape
  return node.stack && kind !== 'image' ? [kind, 'group'] : [kind]
}

/** What the ids of peers of a Weave network begin with. */
const WEAVE_PEER = '#'

const pseudoKind = (id: string): string => {
  if (id.startsWith(WEAVE_PEER)) return 'peer'
  if (id.endsWith('-theinternet') || id.startsWith('service-')) return 'internet'
  const [, kind = 'pseudo'] = /^pseudo:([^:]+):/.exec(id) ?? []
  return kind === 'prefix' ? 'address' : kind
}

/** A pseudo node of an address, with the parts of its id. */
export interface AddressPlace {
  /** Scope prefix of the address id: where the address is valid. Empty when it is valid everywhere. */
  readonly scope: string
  /** The address, or a network as `address/bits`. */
  readonly address: string
  /** Whether a container or host holds the address, or several claim to. */
  readonly isHeld: boolean
}

/** The address that a pseudo node stands for; undefined for any other node. */
export const addressPlaceOf = ({ id, pseudo }: NodeSummary): AddressPlace | undefined => {
  const [, scope, address, holders] = (pseudo && ADDRESS_ID.exec(id)) || []
  if (scope === undefined || address === undefined) return undefined
  return { scope, address, isHeld: holders !== undefined }
}

// Format: `pseudo:address:<scope>;<address>`, followed by `@<id>` for each holder, if any.
const ADDRESS_ID = /^pseudo:(?:address|prefix):([^;]*);([^@]+)(@.*)?$/s

/**
 * Whether a node is outside of everything that probes watch: the Internet, a service on it, or an address of another
 * machine. Addresses with a known holder are not external, nor are those that are only valid on one host or container
 * network (loopback, a removed container).
 */
export const isExternal = (node: NodeSummary): boolean => {
  if (node.pseudo !== true) return false
  const place = addressPlaceOf(node)
  if (place === undefined) return pseudoKind(node.id) === 'internet'
  const { scope, address, isHeld } = place
  const [ip = ''] = address.split('/')
  // A link-local address belongs to another machine, or to a cloud provider's service, although it has a scope: that
  // only tells which link it is on.
  return !isHeld && !isLoopback(ip) && (scope === '' || isLinkLocal(ip))
}

const STOPPED: ReadonlySet<NodeState> = new Set(['exited', 'created', 'dead'])

/**
 * The states of a node: the one shown as its badge, and the one reported by Docker; of a node that stands for several, each
 * in which one of them is in trouble. A process without any is `running`, and so are several of which not all are in trouble.
 */
export const statesOf = (node: NodeSummary): readonly string[] => {
  const row = node.metadata?.find(({ id }) => id === 'docker_container_state')?.value
  const states = [...badgesOf(node), row].filter((state) => state !== undefined)
  const runs = !isAllInTrouble(node) && (states.length === 0 || node.trouble !== undefined)
  return runs && kindsOf(node)[0] === 'process' ? [...states, 'running'] : states
}

const isAllInTrouble = ({ trouble }: NodeSummary): boolean =>
  trouble !== undefined && trouble.states.reduce((sum, { count }) => sum + count, 0) >= trouble.of

const has =
  (state: NodeState) =>
  (node: NodeSummary): boolean =>
    badgesOf(node).includes(state)

/** Conditions of `is:` that depend on the node alone. */
export const nodeConditions = {
  pseudo: (node) => node.pseudo === true,
  external: isExternal,
  group: (node) => node.stack === true && node.pseudo !== true,
  running: (node) =>
    (node.trouble !== undefined || node.state !== 'restarting') &&
    statesOf(node).some((state) => /^running\b/.test(state)),
  stopped: (node) => badgesOf(node).some((state) => STOPPED.has(state)),
  paused: has('paused'),
  exited: has('exited'),
  restarting: has('restarting'),
  unhealthy: has('unhealthy'),
  created: has('created'),
  dead: has('dead'),
} satisfies Partial<Record<Condition, (node: NodeSummary) => boolean>>

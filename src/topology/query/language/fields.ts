import type { Dimension } from './quantity.ts'

/** How the values of a field are compared. */
export type FieldType = 'text' | 'address' | 'listener' | 'words' | Dimension

/** A name that may stand before a colon or a comparison. */
export interface Field {
  readonly name: string
  readonly aliases: readonly string[]
  /** What has it; of `both` are connections, and nodes that wait for them. */
  readonly of: 'node' | 'connection' | 'both'
  readonly type: FieldType
  /** Of `words`: what may be written, and what is meant by it. */
  readonly words?: ReadonlyMap<string, string>
  /** Connections have it, and a node the sum over its connections. */
  readonly sums?: boolean
  /** For people, in few words. */
  readonly about: string
}

const field = (
  of: Field['of'],
  type: FieldType,
  name: string,
  about: string,
  aliases: readonly string[] = [],
): Field => ({ name, aliases, of, type, about })

const sum = (type: FieldType, name: string, about: string, aliases: readonly string[] = []): Field => ({
  ...field('connection', type, name, about, aliases),
  sums: true,
})

/** @param words what may be written for each value, itself first */
const choice = (name: string, about: string, ...words: readonly (readonly string[])[]): Field => ({
  ...field('node', 'words', name, about),
  words: new Map(words.flatMap((all) => all.map((word) => [word, all[0] ?? word]))),
})

/** Every field known by name, the most useful first. A name of these before a colon is never text. */
export const fields: readonly Field[] = [
  field('node', 'text', 'name', 'name of a node'),
  field('node', 'text', 'host', 'host it is on'),
  field('node', 'text', 'image', 'image, with or without tag'),
  field('node', 'text', 'container', 'container it is, or is in'),
  field('node', 'text', 'state', 'running, exited, paused …', ['status']),
  field('node', 'text', 'cmd', 'command line', ['command', 'cmdline']),
  field('node', 'text', 'label', 'label as name=value; label.name: its value', ['labels']),
  field('node', 'text', 'kind', 'process, container, host, service, pseudo …', ['type']),
  field('node', 'address', 'ip', 'address, or network such as 10.0.0.0/8', ['ips', 'address']),
  field('node', 'percent', 'cpu', 'CPU in use'),
  field('node', 'bytes', 'mem', 'memory in use', ['memory', 'ram']),
  field('both', 'count', 'port', 'server port of a connection, or listened on', ['ports']),
  field('connection', 'text', 'to', 'server: name, container or image'),
  field('connection', 'text', 'from', 'client: name, container or image'),
  sum('count', 'failed', 'connections that failed'),
  sum('count', 'open', 'connections open now'),
  sum('count', 'opened', 'connections made so far'),
  sum('bytes', 'rate', 'bytes per second, both ways'),
  sum('bytes', 'bytes', 'bytes so far, both ways'),
  field('connection', 'time', 'duration', 'how long connections lasted: 19 of 20 no longer', ['lasted']),
  field('connection', 'time', 'connect', 'how long the handshake took: of 19 of 20 no longer'),
  field('connection', 'time', 'rtt', 'round trip, the shortest of late'),
  sum('count', 'refused', 'failed: nobody listened'),
  sum('count', 'timedout', 'failed: no answer', ['timed_out']),
  sum('count', 'unreachable', 'failed: no route'),
  sum('count', 'reset', 'open connections that were reset', ['resets']),
  sum('count', 'retransmits', 'segments sent again', ['retransmitted']),
  field('node', 'count', 'pid', 'process id'),
  field('node', 'text', 'project', 'Compose project'),
  field('node', 'text', 'service', 'Compose or Swarm service'),
  field('node', 'text', 'unit', 'systemd unit', ['systemd_unit']),
  field('node', 'text', 'network', 'Docker networks', ['networks']),
  field('node', 'text', 'id', 'id of a node'),
  field('node', 'listener', 'listen', 'port or address listened on, such as 8080 or 0.0.0.0:80', [
    'listening',
  ]),
  choice(
    'used',
    'whether where it listens was ever connected to: never or yes',
    ['never', 'no', 'false'],
    ['yes', 'true'],
  ),
  choice('reachable', 'whether other machines can get to where it listens', ['yes', 'true'], ['no', 'false']),
  field('node', 'count', 'threads', 'threads'),
  field('node', 'count', 'files', 'open files'),
  field('node', 'count', 'restarts', 'restarts of a container'),
  field('node', 'bytes', 'size', 'size of an image'),
  field('node', 'count', 'load', 'load of a host over 1 minute'),
  field('node', 'text', 'env', 'environment as name=value, where the probe was told to send it'),
  sum('count', 'closed', 'connections closed'),
  sum('count', 'abandoned', 'connections given up by the client'),
  sum('count', 'outofports', 'failed: no local port left', ['out_of_ports']),
  sum('count', 'lost', 'open connections whose other end fell silent'),
  field('connection', 'time', 'srtt', 'smoothed round trip', ['smoothed_rtt']),
  sum('bytes', 'sent', 'bytes from client to server'),
  sum('bytes', 'received', 'bytes from server to client'),
]

/** Names before a colon whose values are words of their own. */
export const specialFields = [
  { name: 'is', about: 'paused, exited, failing, pseudo …' },
  { name: 'external', about: 'connections with other machines that no probe watches: true or false' },
] as const

const byName = new Map(fields.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one])))

/** Fields with a name of their own below them: `label.tier`. */
const families = ['label', 'env'] as const

/** The part of a name such as `label.tier` behind the dot, with its family; undefined when it is of none. */
export const familyOf = (
  name: string,
): { readonly family: (typeof families)[number]; readonly key: string } | undefined => {
  const dot = name.indexOf('.')
  if (dot < 0 || dot === name.length - 1) return undefined
  const family = families.find((one) => one === name.slice(0, dot).toLowerCase())
  return family && { family, key: name.slice(dot + 1) }
}

/** The known field of a name or alias. */
export const fieldOf = (name: string): Field | undefined =>
  byName.get(name.toLowerCase()) ?? byName.get(familyOf(name)?.family ?? '')

/** The one spelling of the name of a known field; undefined when there is none of that name. */
export const canonicalField = (name: string): string | undefined => {
  const known = fieldOf(name)
  const member = familyOf(name)
  return member && known ? `${known.name}.${member.key}` : known?.name
}

/** Whether what stands before an operator is always a field, never text. */
export const isFieldName = (name: string): boolean =>
  fieldOf(name) !== undefined || specialFields.some((one) => one.name === name.toLowerCase())

/** Whether the values of a field are compared as numbers. */
export const isNumeric = (type: FieldType): type is Dimension =>
  type === 'count' || type === 'percent' || type === 'bytes' || type === 'time'

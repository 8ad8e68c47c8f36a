import type { Dimension } from './quantity.ts'

/** How the values of a field are compared. */
export type FieldType = 'text' | 'address' | 'listener' | 'words' | Dimension

/** A name that may stand before a colon or a comparison. */
export interface Field {
  readonly name: string
  readonly aliases: readonly string[]
  /** What has the field. `both`: connections have it, and nodes that listen do as well. */
  readonly of: 'node' | 'connection' | 'both'
  readonly type: FieldType
  /** For type `words`: accepted spellings, each with the value it stands for. */
  readonly words?: ReadonlyMap<string, string>
  /** A number that can be added up: connections have it, and a node has the sum over its connections. */
  readonly sums?: boolean
  /** Short description for users. */
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

/** @param words for each value, its accepted spellings; the first is the value itself */
const choice = (name: string, about: string, ...words: readonly (readonly string[])[]): Field => ({
  ...field('node', 'words', name, about),
  words: new Map(words.flatMap((all) => all.map((word) => [word, all[0] ?? word]))),
})

/** All known fields, the most useful first. One of these names before an operator is always a field, never text. */
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
  choice('verified', "whether its probe holds the app's cluster key", ['yes', 'true'], ['no', 'false']),
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

/** Special names before a colon, which take their own keywords as values. */
export const specialFields = [
  { name: 'is', about: 'paused, exited, failing, pseudo …' },
  { name: 'external', about: 'connections with other machines that no probe watches: true or false' },
] as const

const byName = new Map(fields.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one])))

/** Families of fields, such as `label.tier`, where the name after the dot is free. */
const families = ['label', 'env'] as const

/**
 * Splits a name such as `label.tier` into its family and the part after the dot; undefined when it is not of a
 * family.
 */
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

/** The canonical name of a known field; undefined when the field is not known. */
export const canonicalField = (name: string): string | undefined => {
  const known = fieldOf(name)
  const member = familyOf(name)
  return member && known ? `${known.name}.${member.key}` : known?.name
}

/** Whether a name before an operator is always taken as a field, never as text. */
export const isFieldName = (name: string): boolean =>
  fieldOf(name) !== undefined || specialFields.some((one) => one.name === name.toLowerCase())

/** Whether the values of a field are compared as numbers. */
export const isNumeric = (type: FieldType): type is Dimension =>
  type === 'count' || type === 'percent' || type === 'bytes' || type === 'time'

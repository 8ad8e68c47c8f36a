import type { MetadataRow, NodeSummary } from '../../../api/types.ts'
import { facts, metrics } from '../../../report/facts.ts'
import { familyOf } from '../language/fields.ts'
import { listenersOf } from './listeners.ts'
import { addressPlaceOf, kindsOf, statesOf } from './node-kind.ts'
import { familyOfTable, imageWithTag, rowName, rowsNamed } from './node-texts.ts'

type Read<Value> = (node: NodeSummary) => readonly Value[]

const rows = (...ids: readonly string[]): Read<string> => {
  const names = new Set(ids)
  return ({ metadata = [] }) => metadata.filter(({ id }) => names.has(id)).map(({ value }) => value)
}

const parents = (...topologyIds: readonly string[]): Read<string> => {
  const views = new Set(topologyIds)
  return ({ parents: links = [] }) =>
    links.filter(({ topologyId }) => views.has(topologyId)).map(({ label }) => label)
}

const own = (kind: string): Read<string> => {
  return (node) => (kindsOf(node)[0] === kind ? [node.label] : [])
}

const together =
  (...reads: readonly Read<string>[]): Read<string> =>
  (node) =>
    reads.flatMap((read) => read(node))

const image = together(imageWithTag, rows(facts.imageName), parents('containers-by-image'), own('image'))

/** Ids of the pseudo nodes that stand for what of a host has no node of its own in a view. */
const REST_OF_HOST = /^pseudo:(?:uncontained|unmanaged|containers|no-unit):/

const isRestOfHost = ({ pseudo, id }: NodeSummary): boolean => pseudo === true && REST_OF_HOST.test(id)

const host: Read<string> = (node) => {
  // It has no parents; its minor label is the name of the host.
  if (isRestOfHost(node)) return [node.labelMinor]
  return [...parents('hosts')(node), ...own('host')(node)]
}

const byFamily = (family: 'label' | 'env'): Read<readonly [name: string, value: string]> => {
  return ({ tables = [] }) =>
    tables
      .filter((table) => familyOfTable(table) === family)
      .flatMap((table) =>
        table.rows.map(({ entries: { label = '', value = '' } }) => [label, value] as const),
      )
}

const properties = (family: 'label' | 'env'): Read<string> => {
  const read = byFamily(family)
  return (node) => read(node).map(([name, value]) => `${name}=${value}`)
}

const separated = (values: readonly string[]): string[] =>
  values.flatMap((value) => value.split(/[\s,]+/)).filter(Boolean)

/** The addresses of a node, without port and zone; networks as `address/bits`. */
const addresses: Read<string> = (node) => [
  ...separated((node.metadata ?? []).filter(({ dataType }) => dataType === 'ip').map(({ value }) => value)),
  ...listenersOf(node).map(({ ip }) => ip),
  ...(node.pseudo ? [addressPlaceOf(node)?.address].filter((at) => at !== undefined) : []),
]

const texts: ReadonlyMap<string, Read<string>> = new Map(
  Object.entries<Read<string>>({
    name: (node) => [node.label],
    id: (node) => [node.id],
    host,
    image,
    container: together(parents('containers'), own('container')),
    state: statesOf,
    cmd: rows(facts.commandLine, facts.containerCommand),
    kind: kindsOf,
    ip: addresses,
    listen: (node) => listenersOf(node).map(({ text }) => text),
    reachable: rows(facts.reachableFromOutside),
    verified: (node) =>
      node.pseudo || node.group?.id === node.id ? [] : [node.verified === false ? 'no' : 'yes'],
    unit: together(rows(facts.systemdUnit), parents('systemd-units'), own('unit')),
    project: together(parents('compose-projects'), own('project')),
    service: together(parents('compose-services', 'swarm-services'), own('service')),
    network: (node) => separated(rows(facts.containerNetworks)(node)),
    label: properties('label'),
    env: properties('env'),
  }),
)

/** Returns a reader of a field's texts, such as `image` or `label.tier`. */
export const textReader = (field: string): Read<string> => {
  const member = familyOf(field)
  if (member === undefined) return texts.get(field) ?? (() => [])
  const key = member.key.toLowerCase()
  const read = byFamily(member.family)
  return (node) => read(node).flatMap(([name, value]) => (name.toLowerCase() === key ? [value] : []))
}

const metric = (...ids: readonly string[]): Read<number> => {
  const wanted = new Set(ids)
  return ({ metrics: known = [] }) => known.filter(({ id }) => wanted.has(id)).map(({ value }) => value)
}

const numbersIn = (values: readonly string[]): number[] =>
  values
    .filter((value) => value.trim() !== '')
    .map(Number)
    .filter(Number.isFinite)

const rowNumbers = (...ids: readonly string[]): Read<number> => {
  const read = rows(...ids)
  return (node) => numbersIn(read(node))
}

const listeningPorts: Read<number> = (node) => listenersOf(node).map(({ port }) => port)

const numbers: ReadonlyMap<string, Read<number>> = new Map(
  Object.entries<Read<number>>({
    cpu: metric(metrics.processCpu, metrics.containerCpu, metrics.hostCpu),
    mem: metric(metrics.processMemory, metrics.containerMemory, metrics.hostMemory),
    files: metric(metrics.processOpenFiles),
    threads: (node) => {
      const measured = metric(metrics.processThreads)(node)
      return measured.length > 0 ? measured : rowNumbers(facts.threads)(node)
    },
    load: metric(metrics.load1),
    pid: rowNumbers(facts.pid),
    restarts: rowNumbers(facts.containerRestarts),
    size: rowNumbers(facts.imageSize),
    port: listeningPorts,
    listen: listeningPorts,
  }),
)

/** Returns a reader of the numbers of a field, or of the row or metric with this name, in base units. */
export const numberReader = (field: string): Read<number> => {
  const known = numbers.get(field)
  if (known) return known
  const name = rowName(field)
  const named = rowsNamed(name)
  return (node) => [
    ...(node.metrics ?? [])
      .filter(({ id, label }) => id === field || rowName(label) === name)
      .map(({ value }) => value),
    ...named(node).flatMap(numbersOfRow),
  ]
}

const numbersOfRow = ({ dataType, value }: MetadataRow): number[] => {
  if (dataType === 'datetime') return []
  // Queries measure time in milliseconds.
  return dataType === 'microseconds' ? numbersIn([value]).map((us) => us / 1000) : numbersIn([value])
}

/** Returns a reader of the rows whose id or label is this name. */
export const rowReader = (name: string): Read<string> => {
  const named = rowsNamed(rowName(name))
  return (node) => named(node).map(({ value }) => value)
}

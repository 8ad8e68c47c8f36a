import type { Column, ConnectionRow, ConnectionTable, FailureReasons } from '../../../src/api/types.ts'
import { cellsOf, factValue, type Line } from '../plot/table.ts'
import { count } from '../words/format.ts'
import { quietWords } from '../words/time.ts'
import { reasonWords } from './failure-words.ts'

/** A set of columns of a connection table: there is room for only a few at a time. */
export type ConnectionAspect = 'traffic' | 'counts' | 'times' | 'seen'

/** The aspects in the order of their buttons. */
export const connectionAspects: readonly { readonly id: ConnectionAspect; readonly label: string }[] = [
  { id: 'traffic', label: 'Traffic' },
  { id: 'counts', label: 'Counts' },
  { id: 'times', label: 'Times' },
  { id: 'seen', label: 'Seen' },
]

const columnsOf: Readonly<Record<ConnectionAspect, readonly string[]>> = {
  traffic: ['port', 'count', 'sent', 'received'],
  counts: ['port', 'opened', 'failed', 'abandoned'],
  times: ['port', 'connectP95', 'durationP95', 'rtt'],
  seen: ['port', 'firstSeen', 'lastSeen'],
}

/** The columns of an aspect, in its order. */
export function aspectColumns(columns: readonly Column[], aspect: ConnectionAspect): readonly Column[] {
  return columnsOf[aspect].flatMap((id) => columns.find((column) => column.id === id) ?? [])
}

/**
 * Whether connections of a row failed: `all` when none was ever opened or found open, else `some`; undefined when none
 * failed.
 */
export function failing(row: Pick<ConnectionRow, 'metadata'>): 'some' | 'all' | undefined {
  const number = (id: string) => Number(factValue(row, id) ?? 0)
  if (!(number('failed') > 0)) return undefined
  return number('opened') > 0 || number('count') > 0 ? 'some' : 'all'
}

/**
 * The failures of a row in words, with the address that the client asked for unless the row shows it already. Undefined
 * when none failed.
 *
 * @param known the address that the row shows
 */
export function troubleOf(row: Pick<ConnectionRow, 'metadata'>, known?: string): string | undefined {
  const how = failing(row)
  if (!how) return undefined
  const failed = Number(factValue(row, 'failed'))
  const reasons = reasonsOf(row)
  const words = [
    how === 'all' && failed > 1 ? `all ${count(failed)} failed` : `${count(failed)} failed`,
    reasonWords(reasons),
  ]
    .filter(Boolean)
    .join(': ')
  const wanted = factValue(row, 'wanted')
  const port = factValue(row, 'port')
  const isTold = wanted === `${known}:${port}` || wanted === `[${known}]:${port}`
  return wanted === undefined || isTold ? words : `${words} · wanted ${wanted}`
}

function reasonsOf(row: Pick<ConnectionRow, 'metadata'>): FailureReasons {
  const number = (id: string) => Number(factValue(row, id) ?? 0)
  return {
    refused: number('refused'),
    timedOut: number('timedOut'),
    unreachable: number('unreachable'),
    outOfPorts: number('outOfPorts'),
    other: number('failedOtherwise'),
  }
}

/** A sentence about the failing connections of one direction, and the table that lists them. */
export interface Failure {
  readonly table: ConnectionTable['id']
  readonly words: string
}

/** The failures of connections to and from a node: a sentence for each direction in which any failed. */
export function failuresOf(tables: readonly ConnectionTable[], nodeId: string): readonly Failure[] {
  return tables.flatMap((table) => {
    const incoming = table.id === 'incoming-connections'
    // Connections of a node to itself are in both tables; they are told with the outgoing ones.
    const rows = table.connections.filter((row) => failing(row) && !(incoming && row.nodeId === nodeId))
    const [first, ...others] = rows
    if (!first) return []
    const way = incoming ? 'from' : 'to'
    const who = factValue(first, 'remote') ?? (first.nodeId === nodeId ? 'itself' : namesOf(first).label)
    const port = incoming ? '' : ` at port ${factValue(first, 'port')}`
    const more = others.length > 0 ? ` and ${way} ${count(others.length)} more` : ''
    const how = rows.every((row) => failing(row) === 'all') ? 'fail' : 'fail at times'
    return [{ table: table.id, words: `Connections ${way} ${who}${port}${more} ${how}.` }]
  })
}

/**
 * The lines of a connection table: the label names the other end, and the text below it has its address and remarks.
 * Where a row is about one of many addresses (it has `remote`), the label is that address. Of a row without any
 * successful connection, zeros are left out.
 */
export function connectionLines(table: ConnectionTable, nowMs: number): readonly Line[] {
  return table.connections.map((row) => {
    const local = factValue(row, 'remote')
    const { label, minor, address } = local === undefined ? namesOf(row) : namesOfAddress(local, row.label)
    const number = (id: string) => Number(factValue(row, id) ?? 0)
    const never = number('opened') === 0 && number('count') === 0
    const cells = cellsOf(table.columns, row, nowMs)
    const quiet = factValue(row, 'quietSeconds')
    return {
      id: row.id,
      nodeId: row.nodeId,
      label,
      minor: [
        minor,
        number('abandoned') > 0 && never ? `${count(number('abandoned'))} abandoned` : undefined,
        factValue(row, 'estimated') === undefined ? undefined : 'estimated',
        quiet === undefined ? undefined : quietWords(Number(quiet)),
      ]
        .filter(Boolean)
        .join(' · '),
      quiet: quiet !== undefined,
      trouble: troubleOf(row, address),
      hint: [label, minor, factValue(row, 'name'), factValue(row, 'address')]
        .filter((text, at, all) => text && all.indexOf(text) === at)
        .join('\n'),
      cells: never ? new Map([...cells].filter(([, { order }]) => order !== 0)) : cells,
    }
  })
}

interface Names {
  readonly label: string
  readonly minor: string | undefined
  /** The address; where none is known, the name. */
  readonly address: string
}

function namesOf(row: ConnectionRow): Names {
  const [name = row.label, address] = splitAddress(row.label)
  return { label: name, minor: address ?? row.labelMinor, address: address ?? name }
}

function namesOfAddress(remote: string, who: string): Names {
  const [name = remote, address] = splitAddress(remote)
  return { label: name, minor: [address, who].filter(Boolean).join(' · '), address: address ?? name }
}

/** Splits `name (address)` into its two parts; any other text is returned whole. */
function splitAddress(text: string): readonly [string, string?] {
  const [, name, address] = /^(\S+) \(([0-9a-f.:/]+)\)$/i.exec(text) ?? []
  return name !== undefined && address !== undefined ? [name, address] : [text]
}

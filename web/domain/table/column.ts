import type { MapNode } from '../graph/graph.ts'
import type { Traffic } from './traffic.ts'

/** What a column is about, as the list of columns is divided. */
export const columnKinds = [
  'Metrics',
  'Connections',
  'Part of',
  'Facts',
  'Image',
  'Environment',
  'Labels',
] as const

/** One of {@link columnKinds}. */
export type ColumnKind = (typeof columnKinds)[number]

/** A node of the view as a row of the table. */
export interface TableNode {
  readonly id: string
  readonly node: MapNode
  /** Undefined when the node has no edge. */
  readonly traffic: Traffic | undefined
}

/** A value in a cell. */
export interface CellValue {
  readonly text: string
  /** The exact value, for a tooltip and for files: a plain number, an ISO 8601 date, or the whole text. */
  readonly full: string
  readonly order: number | string
  /** Of a list of several, its entries. */
  readonly items?: readonly string[]
  /** To be set in the monospaced font. */
  readonly mono?: boolean
  /** Something is wrong. */
  readonly trouble?: boolean
}

/** A column besides the name. */
export interface TableColumn {
  readonly id: string
  readonly label: string
  readonly kind: ColumnKind
  /** Its values are numbers, set to the right. */
  readonly numeric: boolean
  /** Whether it is shown unless somebody chooses. */
  readonly first: boolean
  /** The value of a node; undefined = none. @param nowMs the time that "12 s ago" refers to */
  readonly valueOf: (of: TableNode, nowMs: number) => CellValue | undefined
}

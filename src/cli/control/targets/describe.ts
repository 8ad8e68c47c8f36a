import type { Controllable } from '../../../api/control.ts'
import { harmless } from '../../terminal/harmless.ts'

/** The name of a node as a terminal can show it. */
export const nameOf = (node: Pick<Controllable, 'label'> | undefined): string => harmless(node?.label ?? '')

const MOST_LINES = 50

/** Nodes as lines, with what tells those of the same name apart. */
export const describeNodes = (nodes: readonly Controllable[]): string => {
  const shown = nodes.slice(0, MOST_LINES)
  const width = Math.min(40, Math.max(...shown.map((node) => nameOf(node).length)))
  const lines = shown.map((node) =>
    `  ${nameOf(node).padEnd(width)}  ${shortId(node)}  ${harmless(node.labelMinor)}`.trimEnd(),
  )
  if (nodes.length > MOST_LINES) lines.push(`  … and ${nodes.length - MOST_LINES} more`)
  return lines.join('\n')
}

/** The id by which a node can be named: of a container the first 12 digits, as Docker has it. */
const shortId = ({ id }: Controllable): string => {
  const [, hex] = /^([\da-f]{64})(?:;|$)/.exec(id) ?? []
  return hex?.slice(0, 12) ?? harmless(id)
}

/** Who is connected to a node now: `3 connections from 2: checkout, cart`. */
export const clientsText = ({ clients: { open, total, names } }: Controllable): string => {
  if (open === 0) return 'nobody is connected to it now'
  const more = total > names.length ? ' …' : ''
  const who = names.length === 0 ? '' : `: ${names.map((name) => harmless(name)).join(', ')}${more}`
  const clients = total === 1 ? '1 client is' : `${total.toLocaleString('en')} clients are`
  return `${clients} connected now (${open.toLocaleString('en')} ${open === 1 ? 'connection' : 'connections'})${who}`
}

import type { Controllable } from '../../../src/api/control.ts'
import { count, plural } from '../words/format.ts'

/** Who is connected to a node. */
export type Clients = Controllable['clients']

/** The most clients that are named for several nodes together. */
const namesMost = 5
/** The most clients that are named in one line of a list. */
const namesShort = 2

/**
 * Who is connected to a node, and would notice what is about to happen: `3 clients are connected now: web-1, web-2, web-3;
 * 17 connections are open.`
 */
export function impactWords({ open, total, names }: Clients): string {
  if (total === 0) return 'No client is connected now.'
  const rest = total - names.length
  const named = names.length === 0 ? '' : `: ${names.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`
  return `${plural(total, 'client is', 'clients are')} connected now${named}; ${openWords(open)}.`
}

/** Who is connected to several nodes. A client that is connected to two of them counts once where it is named. */
export function impactOfSeveral(nodes: readonly { readonly clients: Clients }[]): string {
  const hit = nodes.filter(({ clients }) => clients.total > 0)
  if (hit.length === 0) return 'No client is connected to any of them now.'
  const open = hit.reduce((sum, { clients }) => sum + clients.open, 0)
  const names = [...new Set(hit.flatMap(({ clients }) => clients.names))]
  const more =
    names.length > namesMost || hit.some(({ clients }) => clients.total > clients.names.length)
      ? ' and others'
      : ''
  const from = names.length === 0 ? '' : `, by ${names.slice(0, namesMost).join(', ')}${more}`
  return `Clients are connected to ${count(hit.length)} of them now${from}; ${openWords(open)}.`
}

/** Who is connected to one of several nodes, shortly: `web-1, web-2 and 3 more · 17 open`. */
export function impactShort({ open, total, names }: Clients): string {
  if (total === 0) return 'no clients'
  const named = names.slice(0, namesShort)
  const rest = total - named.length
  const who = named.length === 0 ? plural(total, 'client') : named.join(', ')
  const more = named.length > 0 && rest > 0 ? ` and ${count(rest)} more` : ''
  return `${who}${more} · ${count(open)} open`
}

function openWords(open: number): string {
  return plural(open, 'connection is open', 'connections are open')
}

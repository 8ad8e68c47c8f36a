import type { NodeSummary } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { CompareTerm, MatchTerm } from '../language/ast.ts'
import { parseListener } from '../language/listener.ts'
import { foldPattern, isAnything, isWhole, literal } from '../language/pattern.ts'
import { addressTest, numberTest } from './values.ts'

/** Where somebody listens. */
export interface Listener {
  /** Address and port: `0.0.0.0:80`, `[::1]:5432`. */
  readonly text: string
  readonly ip: string
  readonly port: number
  /** Whether anybody was seen to connect there; undefined where not every connection is seen. */
  readonly used?: 'yes' | 'never'
  /** Whether other machines can get there; undefined when only the node as a whole says so. */
  readonly reachable?: 'yes' | 'no'
}

export type ListenerTest = (listener: Listener) => boolean

const textsIn = (row: string | undefined): readonly string[] => row?.split(/[\s,]+/).filter(Boolean) ?? []

/** Where a node listens, by its rows of addresses. */
export const listenersOf = ({ metadata = [] }: NodeSummary): readonly Listener[] => {
  const row = (wanted: string) => metadata.find(({ id }) => id === wanted)?.value
  const unused = row(facts.neverUsedAddresses)
  const never = new Set(textsIn(unused))
  return textsIn(row(facts.listeningAddresses)).flatMap((text) => {
    const { address: ip, port } = parseListener(text) ?? {}
    if (ip === undefined || port === undefined) return []
    return [{ text, ip, port, ...(unused === undefined ? {} : { used: never.has(text) ? 'never' : 'yes' }) }]
  })
}

/** Fields that are asked of each place where somebody listens. */
export const listenerFields: ReadonlySet<string> = new Set(['listen', 'used', 'reachable'])

/** Whether a place where somebody listens is what a term of one of the {@link listenerFields} says. */
export const listenerTest = (term: MatchTerm | CompareTerm): ListenerTest => {
  if (term.field === 'used') return wordTest(term, ({ used }) => used)
  return term.field === 'reachable' ? wordTest(term, ({ reachable }) => reachable) : addressTestOf(term)
}

const wordTest = (
  term: MatchTerm | CompareTerm,
  read: (listener: Listener) => string | undefined,
): ListenerTest => {
  if (term.kind === 'compare') return () => false
  const { pattern } = term
  if (isAnything(pattern)) return (listener) => read(listener) !== undefined
  return (listener) => read(listener) === pattern.pieces[0]
}

const addressTestOf = (term: MatchTerm | CompareTerm): ListenerTest => {
  if (term.kind === 'compare') {
    const test = numberTest(term)
    return ({ port }) => test([port])
  }
  const { operator, pattern } = term
  if (operator === '!=') {
    const test = addressTestOf({ ...term, operator: '=' })
    return (listener) => !test(listener)
  }
  if (isAnything(pattern)) return () => true
  const folded = foldPattern(pattern)
  const [only = ''] = folded.pieces
  const { address, port } = (folded.pieces.length === 1 && parseListener(only)) || {}
  if (address === undefined && port === undefined)
    return ({ text, ip }) => isWhole(folded, text) || isWhole(folded, ip)
  const isAddress = address === undefined ? undefined : addressTest(literal(address))
  return (listener) => (port ?? listener.port) === listener.port && (isAddress?.(listener.ip) ?? true)
}

import type { NodeSummary } from '../../../api/types.ts'
import { facts } from '../../../report/facts.ts'
import type { CompareTerm, MatchTerm } from '../language/ast.ts'
import { parseListener } from '../language/listener.ts'
import { foldPattern, isAnything, isWhole, literal } from '../language/pattern.ts'
import { addressTest, numberTest } from './values.ts'

/** An address and port that a process listens on. */
export interface Listener {
  /** Address and port: `0.0.0.0:80`, `[::1]:5432`. */
  readonly text: string
  readonly ip: string
  readonly port: number
  /** Whether any connection to it was seen; undefined where the probe does not see every connection. */
  readonly used?: 'yes' | 'never'
  /** Whether other machines can reach it; undefined when this is only known for the node as a whole. */
  readonly reachable?: 'yes' | 'no'
}

export type ListenerTest = (listener: Listener) => boolean

const textsIn = (row: string | undefined): readonly string[] => row?.split(/[\s,]+/).filter(Boolean) ?? []

/** The listeners of a node, read from its metadata rows. */
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

/** Fields whose terms are tested for each listener, so that several of them must hold for the same one. */
export const listenerFields: ReadonlySet<string> = new Set(['listen', 'used', 'reachable'])

/** Compiles a term of one of the {@link listenerFields} into a test of a listener. */
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

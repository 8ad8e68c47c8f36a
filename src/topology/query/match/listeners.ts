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
}

export type ListenerTest = (listener: Listener) => boolean

/** Where a node listens, by its row of listening addresses. */
export const listenersOf = ({ metadata = [] }: NodeSummary): readonly Listener[] => {
  const row = metadata.find(({ id }) => id === facts.listeningAddresses)?.value ?? ''
  return row.split(/[\s,]+/).flatMap((text) => {
    const { address: ip, port } = parseListener(text) ?? {}
    return ip === undefined || port === undefined ? [] : [{ text, ip, port }]
  })
}

/** Whether somebody listens where a term of the field `listen` says. */
export const listenerTest = (term: MatchTerm | CompareTerm): ListenerTest => {
  if (term.kind === 'compare') {
    const test = numberTest(term)
    return ({ port }) => test([port])
  }
  const { operator, pattern } = term
  if (operator === '!=') {
    const test = listenerTest({ ...term, operator: '=' })
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

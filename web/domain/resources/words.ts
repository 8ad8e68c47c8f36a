import type { ResourceKind } from '../address/shown.ts'
import type { EmptyFacts, EmptyWords } from '../words/empty-words.ts'
import { bytes, count, percent, plural } from '../words/format.ts'
import type { Box } from './boxes.ts'
import type { HostUse } from './tree.ts'

/** An amount of a resource in two parts, of which the second may be left out: `12 %` and ` of a CPU`, `1.2 GB` and nothing. */
export function amountParts(value: number, kind: ResourceKind): readonly [number: string, rest: string] {
  return kind === 'memory' ? [bytes(value), ''] : [percent(value), ' of a CPU']
}

/** An amount of a resource: `12 % of a CPU`, `1.2 GB`. */
export function amountWords(value: number, kind: ResourceKind): string {
  return amountParts(value, kind).join('')
}

/** What a host uses of what it has: `1.2 of 8 CPUs, 15 %`. */
export function hostWords({ value, capacity }: HostUse, kind: ResourceKind): string {
  const share = percent((100 * value) / capacity)
  if (kind === 'memory') return `${bytes(value)} of ${bytes(capacity)}, ${share}`
  return `${count(value / 100)} of ${plural(capacity / 100, 'CPU')}, ${share}`
}

/** What stands on a box: its label, or how many it stands for. */
export function boxName(box: Box): string {
  return box.kind === 'other' ? 'other' : (box.use?.label ?? `+${box.count}`)
}

/** What a box is, and how much, beginning with what stands on it: `web: 12 % of a CPU, 1.5 % of node-1`. */
export function boxWords(box: Box, host: HostUse, kind: ResourceKind): string {
  const share = percent((100 * box.value) / host.capacity)
  const amount = `${boxName(box)}: ${amountWords(box.value, kind)}, ${share} of ${host.label}`
  if (box.use) return amount
  if (box.kind === 'other') return `${amount}; what is not shown`
  const noun =
    box.view === 'processes' ? plural(box.count, 'process', 'processes') : plural(box.count, 'container')
  return `${amount}; ${noun}, each too small to be drawn`
}

/**
 * What is said where no host is shown.
 *
 * @param facts those of the view of hosts
 * @param explain what explains why a view is empty
 */
export function noHostsWords(
  facts: Omit<EmptyFacts, 'viewName' | 'hidden'>,
  explain: (facts: EmptyFacts) => EmptyWords,
): EmptyWords {
  if (facts.loaded && facts.nodes > 0)
    return { title: 'No host tells what it uses yet', detail: '', busy: false }
  const words = explain({ ...facts, viewName: 'Hosts', hidden: 0 })
  return words.busy ? { ...words, title: 'Asking for hosts' } : words
}

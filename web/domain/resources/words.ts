import { bytes, count, percent, plural } from '../format.ts'
import type { ResourceKind } from '../shown.ts'
import type { Box } from './boxes.ts'
import type { HostUse } from './tree.ts'

/** An amount of a resource: `12 % of a CPU`, `1.2 GB`. */
export function amountWords(value: number, kind: ResourceKind): string {
  return kind === 'memory' ? bytes(value) : `${percent(value)} of a CPU`
}

/** What a host uses of what it has: `1.2 of 8 CPUs, 15 %`. */
export function hostWords({ value, capacity }: HostUse, kind: ResourceKind): string {
  const share = percent((100 * value) / capacity)
  if (kind === 'memory') return `${bytes(value)} of ${bytes(capacity)}, ${share}`
  return `${count(value / 100)} of ${plural(capacity / 100, 'CPU')}, ${share}`
}

/** What a box is, and how much: `web: 12 % of a CPU, 1.5 % of node-1`. */
export function boxWords(box: Box, host: HostUse, kind: ResourceKind): string {
  const amount = `${amountWords(box.value, kind)}, ${percent((100 * box.value) / host.capacity)} of ${host.label}`
  if (box.kind === 'other') return `What is not shown: ${amount}`
  const noun =
    box.view === 'processes' ? plural(box.count, 'process', 'processes') : plural(box.count, 'container')
  return `${box.use?.label ?? `${noun}, each too small to be drawn`}: ${amount}`
}

import type { ReportNode } from '../../report/schema.ts'
import { hostLabels } from '../nodes/naming/labels.ts'
import type { GroupKey } from './group-key.ts'

const NUMBER = /^(.*?)(\d+)$/
const LAST_PART = /^(.*[-_])[^-_]+$/

/**
 * What names of hosts have in common that are made by counting, or by an ending of their own: `node-*` of `node-17`, `ip-10-0-1-*` of
 * `ip-10-0-1-23`, `pool-*` of `pool-x7kq`. The domain has to be the same. Undefined for a name of one part.
 *
 * @param digits how many of the last digits may differ: 1 makes `node-1*` of `node-17`, whose tens are the same; undefined = all
 */
export const hostStem = (host: ReportNode, digits?: number): GroupKey | undefined => {
  const { label, domain } = hostLabels(host)
  const stem = stemOf(label, digits)
  if (stem === undefined) return undefined
  const name = domain === '' ? `${stem}*` : `${stem}*.${domain}`
  return { key: name, label: name }
}

const stemOf = (label: string, digits: number | undefined): string | undefined => {
  const [, before = '', number = ''] = NUMBER.exec(label) ?? []
  if (number === '') return LAST_PART.exec(label)?.[1]
  // A host that is called by a number alone has no name in common with others.
  if (before === '') return undefined
  return before + (digits === undefined ? '' : number.slice(0, Math.max(0, number.length - digits)))
}

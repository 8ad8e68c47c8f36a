import type { Report } from '../../../src/report/schema.ts'
import { PER_HOST } from './world.ts'

/** What a host has. */
export type HostCount = Record<keyof typeof PER_HOST, number>

/** Counts what a report tells of its host. */
export const countReport = ({ nodes, connections }: Pick<Report, 'nodes' | 'connections'>): HostCount => ({
  containers: nodes.filter(({ topology }) => topology === 'container').length,
  processes: nodes.filter(({ topology }) => topology === 'process').length,
  connections: connections.length,
})

/** How each report of `GET /api/report` begins. Within a report it cannot occur: a quote in a text is escaped. */
const BEGINNING = '{"arrivedAt":'
const TAIL = /\s*(?:,|\]\s*\}\s*)$/

/**
 * Counts, for each host, what the app holds of it, report by report: all of them together may be more than a text can be.
 *
 * @param body of `GET /api/report`
 */
export const countReports = async (body: AsyncIterable<Uint8Array>): Promise<HostCount[]> => {
  const counts: HostCount[] = []
  const decoder = new TextDecoder()
  let text = ''
  const take = (one: string): void => {
    if (one.startsWith(BEGINNING)) counts.push(countReport(JSON.parse(one.replace(TAIL, '')).report))
  }
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let at = text.indexOf(BEGINNING, 1); at > 0; at = text.indexOf(BEGINNING, 1)) {
      take(text.slice(0, at))
      text = text.slice(at)
    }
  }
  take(text)
  return counts
}

/** How many hosts have what all of them should have, and what the others have, in words. */
export const tellCounts = (counts: readonly HostCount[], hosts: number): string => {
  const wanted = wordsOf(PER_HOST)
  const others = new Map<string, number>()
  for (const count of counts) {
    const words = wordsOf(count)
    if (words !== wanted) others.set(words, (others.get(words) ?? 0) + 1)
  }
  const right = counts.length - [...others.values()].reduce((sum, n) => sum + n, 0)
  const rest = [...others].map(([words, n]) => `; ${n} with ${words}`).join('')
  return `${right} of ${hosts} hosts with ${wanted}${rest}${right === hosts ? ' ✓' : ' ✗'}`
}

const wordsOf = ({ containers, processes, connections }: HostCount): string =>
  `${containers} containers, ${processes} processes, ${connections} connections`

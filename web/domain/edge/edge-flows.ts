import type { ConnectionsDocument, EdgeFlow, FlowEnd } from '../../../src/api/types.ts'
import { count, plural } from '../words/format.ts'
import { ago } from '../words/time.ts'
import { reasonWords } from './failure-words.ts'

/** A line of an edge's card: one client, one server and one port that the edge joins. */
export interface FlowLine {
  readonly id: string
  readonly client: FlowEnd
  readonly server: FlowEnd
  readonly port: string
  /** Counts of open, opened and abandoned connections, and when the last one was seen. */
  readonly words: string
  /** How many connections failed, why, and the address that the client asked for; undefined when none failed. */
  readonly trouble: string | undefined
}

/** The lines of an edge. @param nowMs the present, to show how long ago `lastSeen` was */
export function flowLines({ flows }: ConnectionsDocument, nowMs: number): readonly FlowLine[] {
  return flows.map((flow) => ({
    id: [keyOf(flow.client), keyOf(flow.server), flow.port].join(' '),
    client: flow.client,
    server: flow.server,
    port: `:${flow.port}`,
    words: [...goodWords(flow), ago(Date.parse(flow.lastSeen), nowMs)].join(' · '),
    trouble: troubleWords(flow),
  }))
}

/** Whether connections were attempted and not one was ever established. */
export function noneCameAbout({ flows }: Pick<ConnectionsDocument, 'flows'>): boolean {
  return flows.some(({ failed }) => failed > 0) && flows.every(({ open, opened }) => open + opened === 0)
}

function keyOf({ process, address = '' }: FlowEnd): string {
  return process ?? address
}

function goodWords({ open, opened, abandoned }: EdgeFlow): readonly string[] {
  const parts: string[] = []
  if (open > 0) parts.push(`${count(open)} open`)
  if (opened > 0) parts.push(`${count(opened)} opened`)
  if (abandoned > 0) parts.push(`${count(abandoned)} abandoned`)
  return parts
}

function troubleWords({ open, opened, failed, failedBy, wanted }: EdgeFlow): string | undefined {
  if (failed === 0) return undefined
  const all = open + opened === 0
  const many = all && failed > 1 ? `all ${count(failed)} failed` : plural(failed, 'failed', 'failed')
  const why = failedBy ? `: ${reasonWords(failedBy)}` : ''
  const where = wanted ? ` · wanted ${wanted.join(', ')}` : ''
  return `${many}${why}${where}`
}

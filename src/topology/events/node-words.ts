import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { numberFact } from '../reports/node-facts.ts'
import type { Watched } from './watched.ts'

const nameOf = ({ kind, node }: Watched): string =>
  kind === 'container' ? `The container ${node.label}` : node.label

/** `The container web started on alpha` */
export const appearedText = (watched: Watched, hostName: string): string =>
  `${nameOf(watched)} ${watched.kind === 'container' ? 'started' : 'listens'} on ${hostName}`

/** @param now the node as the newest report has it; undefined when it has it no more */
export const goneText = (watched: Watched, hostName: string, now: ReportNode | undefined): string => {
  const name = nameOf(watched)
  if (watched.kind === 'program') return `${name} no longer listens on ${hostName}`
  if (now === undefined) return `${name} was removed from ${hostName}`
  const exitCode = numberFact(now, facts.containerExitCode)
  return `${name} stopped on ${hostName}${exitCode === undefined ? '' : ` with exit code ${exitCode}`}`
}

/** @param times within the time since it was last told */
export const restartedText = (before: Watched, now: Watched, hostName: string, times: number): string => {
  const isNew = now.kind === 'container' && before.node.id !== now.node.id
  const often = times > 1 ? `, ${times} times within a minute or so` : ''
  return `${nameOf(now)} ${isNew ? 'was replaced by a new one' : 'restarted'} on ${hostName}${often}`
}

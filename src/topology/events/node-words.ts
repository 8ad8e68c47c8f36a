import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { numberFact } from '../reports/node-facts.ts'
import type { Watched } from './watched.ts'

const nameOf = ({ kind, node, port }: Watched): string =>
  kind === 'container' ? `The container ${node.label}` : `${node.label} (port ${port})`

/** `The container web started on alpha`, `nginx listens on port 80 of alpha` */
export const appearedText = (watched: Watched, hostName: string): string =>
  watched.kind === 'container'
    ? `${nameOf(watched)} started on ${hostName}`
    : `${watched.node.label} listens on port ${watched.port} of ${hostName}`

/** @param now the node as the newest report has it; undefined when it has it no more */
export const goneText = (watched: Watched, hostName: string, now: ReportNode | undefined): string => {
  if (watched.kind === 'program')
    return `${watched.node.label} no longer listens on port ${watched.port} of ${hostName}`
  if (now === undefined) return `${nameOf(watched)} was removed from ${hostName}`
  const exitCode = numberFact(now, facts.containerExitCode)
  return `${nameOf(watched)} stopped on ${hostName}${exitCode === undefined ? '' : ` with exit code ${exitCode}`}`
}

/** @param times within the time since it was last told */
export const restartedText = (before: Watched, now: Watched, hostName: string, times: number): string => {
  const isNew = now.kind === 'container' && before.node.id !== now.node.id
  const often = times > 1 ? `, ${times} times within a minute or so` : ''
  return `${nameOf(now)} ${isNew ? 'was replaced by a new one' : 'restarted'} on ${hostName}${often}`
}

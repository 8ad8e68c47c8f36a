import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { flagFact, numberFact } from '../reports/node-facts.ts'
import type { Change } from './container-condition.ts'
import type { Watched } from './tracking/watched.ts'

const nameOf = ({ kind, node, port }: Watched): string =>
  kind === 'container' ? `The container ${node.label}` : `${node.label} (port ${port})`

/** `The container web started on alpha`, `nginx listens on port 80 of alpha` */
export const appearedText = (watched: Watched, hostName: string): string =>
  watched.kind === 'container'
    ? `${nameOf(watched)} started on ${hostName}`
    : `${watched.node.label} listens on port ${watched.port} of ${hostName}`

/** @param now the node in the newest report; undefined when the report no longer has it */
export const goneText = (watched: Watched, hostName: string, now: ReportNode | undefined): string => {
  if (watched.kind === 'program')
    return `${watched.node.label} no longer listens on port ${watched.port} of ${hostName}`
  if (now === undefined) return `${nameOf(watched)} was removed from ${hostName}`
  const exitCode = numberFact(now, facts.containerExitCode)
  const how = exitCode === undefined ? '' : ` with exit code ${exitCode}`
  const why = flagFact(now, facts.containerOomKilled) ? ', for want of memory' : ''
  return `${nameOf(watched)} stopped on ${hostName}${how}${why}`
}

const changes: Readonly<Record<Change, (name: string, hostName: string) => string>> = {
  'oom-killed': (name, host) => `${name} was short of memory on ${host}: the kernel killed a process of it`,
  paused: (name, host) => `${name} was paused on ${host}`,
  unpaused: (name, host) => `${name} was unpaused on ${host}`,
  healthy: (name, host) => `${name} is healthy on ${host}`,
  unhealthy: (name, host) => `${name} is unhealthy on ${host}`,
}

/** `The container web is unhealthy on alpha` */
export const changedText = (change: Change, watched: Watched, hostName: string): string =>
  changes[change](nameOf(watched), hostName)

/** @param image how the image differs: `shop/cart 1.4 → 1.5` @param times how often since the last such event */
export const replacedText = (now: Watched, image: string, hostName: string, times: number): string =>
  `${nameOf(now)} was replaced on ${hostName}: ${image}${oftenText(times)}`

const oftenText = (times: number): string => (times > 1 ? `, ${times} times within a minute or so` : '')

/** @param times how often since the last such event */
export const restartedText = (before: Watched, now: Watched, hostName: string, times: number): string => {
  const isNew = now.kind === 'container' && before.node.id !== now.node.id
  return `${nameOf(now)} ${isNew ? 'was replaced by a new one' : 'restarted'} on ${hostName}${oftenText(times)}`
}

import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'

const CONTAINER_NAME_LABELS = ['com.amazonaws.ecs.container-name', 'io.kubernetes.container.name']

const SWARM_TASK_LABEL = 'com.docker.swarm.task.id'

/** The name without the task id that Swarm appends (`web_frontend.1.<25 characters>`). */
const readableName = ({ name, labels }: ReportNode): string => {
  const task = labels?.[SWARM_TASK_LABEL]
  return task && name.endsWith(`.${task}`) ? name.slice(0, -task.length - 1) : name
}

/**
 * The display name of a container: the name its orchestrator gave it, else its own name, its host name, or the start
 * of its id.
 */
export const containerLabel = (container: ReportNode): string => {
  const given = CONTAINER_NAME_LABELS.map((key) => container.labels?.[key]).find((name) => name)
  return (
    given ??
    ([readableName(container), textFact(container, facts.containerHostname)].find((name) => name) ||
      container.id.slice(0, 12))
  )
}

/** The display name of a process: its name, else its pid. */
export const processLabel = (process: ReportNode): string =>
  process.name || (textFact(process, facts.pid) ?? process.id.split(';')[1] ?? process.id)

/**
 * The name of a host, split at the first dot into host name and domain. A host that has to be told apart from others
 * keeps its name in one piece.
 */
export const hostLabels = (host: ReportNode): { readonly label: string; readonly domain: string } => {
  const apart = textFact(host, facts.hostLabel)
  if (apart) return { label: apart, domain: '' }
  const name = host.name || (host.id.split(';')[0] ?? host.id)
  const dot = name.indexOf('.')
  return dot > 0 ? { label: name.slice(0, dot), domain: name.slice(dot + 1) } : { label: name, domain: '' }
}

/**
 * The display name of a unit: `nginx` for `nginx.service`. Other types of units keep their suffix, to tell them
 * apart.
 */
export const unitLabel = (unit: string): string => unit.replace(/\.service$/, '')

const digits = new Intl.NumberFormat('en')

/** `1 container`, `2 containers`, `1,200 containers`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${digits.format(count)} ${count === 1 ? singular : plural}`

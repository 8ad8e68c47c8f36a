import { facts } from '../../../report/facts.ts'
import type { ReportNode } from '../../../report/schema.ts'
import { textFact } from '../../reports/node-facts.ts'

const CONTAINER_NAME_LABELS = ['com.amazonaws.ecs.container-name', 'io.kubernetes.container.name']

const SWARM_TASK_LABEL = 'com.docker.swarm.task.id'

/** Swarm ends the name of a container with the id of its task, which nobody reads: `web_frontend.1.<25 characters>`. */
const readableName = ({ name, labels }: ReportNode): string => {
  const task = labels?.[SWARM_TASK_LABEL]
  return task && name.endsWith(`.${task}`) ? name.slice(0, -task.length - 1) : name
}

/** What people call a container: by its orchestrator, its name, its host name, else the start of its id. */
export const containerLabel = (container: ReportNode): string => {
  const given = CONTAINER_NAME_LABELS.map((key) => container.labels?.[key]).find((name) => name)
  return (
    given ??
    ([readableName(container), textFact(container, facts.containerHostname)].find((name) => name) ||
      container.id.slice(0, 12))
  )
}

/** A process by name, else by pid. */
export const processLabel = (process: ReportNode): string =>
  process.name || (textFact(process, facts.pid) ?? process.id.split(';')[1] ?? process.id)

/** A host's name split at its first dot: what names the host, and the domain. */
export const hostLabels = (host: ReportNode): { readonly label: string; readonly domain: string } => {
  const name = host.name || (host.id.split(';')[0] ?? host.id)
  const dot = name.indexOf('.')
  return dot > 0 ? { label: name.slice(0, dot), domain: name.slice(dot + 1) } : { label: name, domain: '' }
}

/** `nginx` of `nginx.service`; other kinds of unit keep their suffix, which tells them apart. */
export const unitLabel = (unit: string): string => unit.replace(/\.service$/, '')

/** `1 container`, `2 containers`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count} ${count === 1 ? singular : plural}`

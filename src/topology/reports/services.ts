import type { ReportNode } from '../../report/schema.ts'
import { composeOf, swarmServiceOf } from './stacks.ts'

/** What a container is a replica of: a service of Swarm or Compose, or a container of a Kubernetes controller's pods. */
export interface Service {
  /** The same for all its replicas, on whatever hosts. */
  readonly key: string
  readonly label: string
}

/** The labels that a kubelet puts on the containers of a pod. */
const kubernetesLabels = {
  pod: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  container: 'io.kubernetes.container.name',
  templateHash: 'pod-template-hash',
} as const

/**
 * The service of a container; undefined when its labels tell of none. Of Compose it is that of a project's name, so copies of
 * a project on several hosts count as one.
 */
export const serviceOf = (container: ReportNode): Service | undefined => {
  const swarm = swarmServiceOf(container)
  if (swarm) return { key: `swarm;${swarm.id}`, label: swarm.name }
  const compose = composeOf(container)
  if (compose?.service !== undefined) {
    const { project, service } = compose
    return { key: `compose;${project};${service}`, label: `${project}-${service}` }
  }
  return controlledBy(container)
}

/** The Kubernetes namespace of a container; undefined when it is in no pod. */
export const namespaceOf = ({ labels = {} }: ReportNode): string | undefined =>
  labels[kubernetesLabels.namespace] || undefined

const controlledBy = ({ labels = {} }: ReportNode): Service | undefined => {
  const pod = labels[kubernetesLabels.pod]
  const container = labels[kubernetesLabels.container]
  if (!pod || !container) return undefined
  const controller = controllerOf(pod, labels[kubernetesLabels.templateHash])
  if (controller === undefined) return undefined
  return {
    key: `kubernetes;${labels[kubernetesLabels.namespace] ?? ''};${controller};${container}`,
    label: controller === container ? controller : `${controller}/${container}`,
  }
}

/** What Kubernetes makes random endings of names from: no vowels, and no digits that look like letters. */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]'
const ENDINGS = [
  // Deployment: the hash of its template, then a random ending.
  new RegExp(`^(.+)-${RANDOM}{6,10}-${RANDOM}{5}$`),
  // CronJob: when it was due, in minutes.
  new RegExp(`^(.+)-\\d{8}-${RANDOM}{5}$`),
  // DaemonSet, Job, ReplicaSet.
  new RegExp(`^(.+)-${RANDOM}{5}$`),
  // StatefulSet.
  /^(.+)-\d+$/,
]

/** The name of the controller that made a pod; undefined when the pod's name does not end as such names do. */
const controllerOf = (pod: string, templateHash: string | undefined): string | undefined => {
  const at = templateHash ? pod.lastIndexOf(`-${templateHash}-`) : -1
  if (at > 0) return pod.slice(0, at)
  for (const ending of ENDINGS) {
    const name = ending.exec(pod)?.[1]
    if (name !== undefined) return name
  }
  return undefined
}

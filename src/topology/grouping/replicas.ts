import { facts } from '../../report/facts.ts'
import type { ReportNode } from '../../report/schema.ts'
import { imageIdentity } from '../nodes/naming/image-name.ts'
import { processLabel } from '../nodes/naming/labels.ts'
import { numberFact, setFact } from '../reports/node-facts.ts'
import { serviceOf } from '../reports/services.ts'
import { unitOf } from '../reports/systemd.ts'
import type { GroupKey } from './group-key.ts'

/** Endings of names by which replicas differ: letters and digits drawn at random, those that Kubernetes draws, and numbers. */
const ENDINGS = [
  /^(.+)[._-](?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{5,}$/,
  /^(.+)-[bcdfghjklmnpqrstvwxz]{5}$/,
  /^(.*[^\d._-])[\d._-]*\d$/,
]

/**
 * The name without the endings by which replicas differ: `worker` of `worker-1` and `worker-x7k2q`. A name that would have nothing
 * left stays as it is.
 */
export const nameStem = (name: string): string => {
  for (const ending of ENDINGS) {
    const stem = ending.exec(name)?.[1]
    if (stem !== undefined) return nameStem(stem)
  }
  return name
}

/**
 * What a container is a replica of: its service or, where its labels tell of none, all containers of the same image that are in the
 * same Docker networks and whose names differ in such endings alone. Undefined without a name or image.
 *
 * @param image the node of its image, if there is one
 */
export const containerReplica = (
  container: ReportNode,
  image: ReportNode | undefined,
): GroupKey | undefined => {
  const service = serviceOf(container)
  if (service) return service
  const of = imageIdentity(container, image)?.label
  if (of === undefined || container.name === '') return undefined
  const stem = nameStem(container.name)
  const networks = [...setFact(container, facts.containerNetworks)].sort()
  return { key: `alike;${of};${stem};${networks.join(' ')}`, label: stem }
}

/** What a process is a replica of: those of its name that have the same parent and unit. Undefined when its parent is not known. */
export const processReplica = (process: ReportNode): GroupKey | undefined => {
  const parent = numberFact(process, facts.ppid)
  if (parent === undefined) return undefined
  const label = processLabel(process)
  return { key: `${unitOf(process) ?? ''};${parent};${label}`, label }
}

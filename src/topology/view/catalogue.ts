import { composeProjects } from './definitions/compose-projects.ts'
import { composeServices } from './definitions/compose-services.ts'
import { containers } from './definitions/containers.ts'
import { containersByHostname } from './definitions/containers-by-hostname.ts'
import { containersByImage } from './definitions/containers-by-image.ts'
import { hosts } from './definitions/hosts.ts'
import { processes } from './definitions/processes.ts'
import { processesByName } from './definitions/processes-by-name.ts'
import { swarmServices } from './definitions/swarm-services.ts'
import { systemdUnits } from './definitions/systemd-units.ts'
import { weaveNet } from './definitions/weave/weave-net.ts'
import type { ViewDefinition } from './placing/placement.ts'

/** All views, in listing order. */
export const catalogue: readonly ViewDefinition[] = [
  processes,
  processesByName,
  containers,
  containersByHostname,
  containersByImage,
  composeServices,
  composeProjects,
  swarmServices,
  systemdUnits,
  hosts,
  weaveNet,
]

/** The view of this id; undefined when there is none. */
export const findView = (id: string): ViewDefinition | undefined => catalogue.find((view) => view.id === id)

/** The view of this id. @throws RangeError when there is none; check with `isView` first */
export const viewOf = (id: string): ViewDefinition => {
  const view = findView(id)
  if (view) return view
  throw new RangeError(`no view ${JSON.stringify(id)}: there are ${catalogue.map((v) => v.id).join(', ')}`)
}

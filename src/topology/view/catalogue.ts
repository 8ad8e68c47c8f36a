import { containers } from './definitions/containers.ts'
import { containersByImage } from './definitions/containers-by-image.ts'
import { hosts } from './definitions/hosts.ts'
import { processes } from './definitions/processes.ts'
import { processesByName } from './definitions/processes-by-name.ts'
import type { ViewDefinition } from './placement.ts'

/** Every view, in the order in which they are listed. */
export const catalogue: readonly ViewDefinition[] = [
  processes,
  processesByName,
  containers,
  containersByImage,
  hosts,
]

/** The view of this id; undefined when there is none. */
export const findView = (id: string): ViewDefinition | undefined => catalogue.find((view) => view.id === id)

/** The view of this id. @throws RangeError when there is none: ask `isView` first */
export const viewOf = (id: string): ViewDefinition => {
  const view = findView(id)
  if (view) return view
  throw new RangeError(`no view ${JSON.stringify(id)}: there are ${catalogue.map((v) => v.id).join(', ')}`)
}

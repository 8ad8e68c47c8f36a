import { type JSX, lazy } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import type { ResourcesViewProps } from './resources-view.tsx'

const ResourcesView = lazy(async () => ({
  default: (await loadPart(() => import('./resources-view.tsx'))).ResourcesView,
}))

/** Where the resources are. Their code is loaded when they are first shown. */
export function ResourcesPlace(props: ResourcesViewProps): JSX.Element {
  return <ResourcesView {...props} />
}

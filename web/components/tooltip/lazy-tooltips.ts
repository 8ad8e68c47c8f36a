import { lazy } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'

const load = () => loadPart(() => import('./tooltips.ts'))

/** The tooltips of the map. Their code is loaded when the first is shown, or by {@link preloadTooltips}. */
export const PointedEdgeTooltip = lazy(async () => ({ default: (await load()).PointedEdgeTooltip }))
export const BundleTooltip = lazy(async () => ({ default: (await load()).BundleTooltip }))
export const GhostTooltip = lazy(async () => ({ default: (await load()).GhostTooltip }))
export const NodeTooltip = lazy(async () => ({ default: (await load()).NodeTooltip }))

/** Loads the code of all tooltips. */
export const preloadTooltips = (): void => void PointedEdgeTooltip.preload()

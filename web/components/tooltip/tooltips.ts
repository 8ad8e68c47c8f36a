export { BundleTooltip } from './bundle-tooltip.tsx'
export { GhostTooltip } from './ghost-tooltip.tsx'
export { NodeTooltip } from './node-tooltip.tsx'
export { PointedEdgeTooltip } from './pointed-edge-tooltip.tsx'

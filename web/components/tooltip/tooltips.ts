export { BundleTooltip } from './bundle-tooltip.tsx'
export { EdgeTooltip } from './edge-tooltip.tsx'
export { GhostTooltip } from './ghost-tooltip.tsx'
export { NodeTooltip } from './node-tooltip.tsx'

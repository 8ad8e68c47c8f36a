import type { ContainerUse, HostUse, ResourceView, Use } from './tree.ts'

/** A box: what it stands for, and where it is. */
export interface Box {
  /** Unique among the boxes of a host. */
  readonly key: string
  /** Undefined = several that are too small to be seen, or what nobody shown uses. */
  readonly use: Use | undefined
  readonly kind: 'use' | 'smaller' | 'other'
  readonly view: ResourceView
  /** Key of the box that it is in; undefined for those directly in the host. */
  readonly parent: string | undefined
  /** How many it stands for. */
  readonly count: number
  /** In the unit of the uses. */
  readonly value: number
  /** In pixels from the left edge of the host. */
  readonly x: number
  readonly width: number
}

/** What {@link hostBoxes} draws within. */
export interface BoxSpace {
  /** Width of the host's whole capacity, in pixels. */
  readonly width: number
  /** Boxes that would be narrower are one box for all of them. */
  readonly widthMin: number
}

/**
 * The boxes of a host: containers, and what is in them, in the order given, each as wide as its share of the host's capacity; then
 * processes of no container; then the rest of what the host uses (`other`). What is right of all these is unused. When what is
 * in a box adds up to more than the box, as numbers that were measured at different moments may, it is shrunk to fit.
 */
export function hostBoxes(host: HostUse, { width, widthMin }: BoxSpace): readonly Box[] {
  const parts = sum(host.containers) + sum(host.processes)
  const used = Math.max(host.value, Math.min(parts, host.capacity))
  const scale = (width / host.capacity) * Math.min(1, host.capacity / Math.max(parts, 1e-9))
  const boxes: Box[] = []
  let x = 0
  const containers = laid(host.containers, 'containers', undefined, { x, scale, widthMin })
  boxes.push(...containers)
  const byId = new Map<string, ContainerUse>(host.containers.map((use) => [use.id, use]))
  for (const box of containers) {
    x = box.x + box.width
    const inside = box.use && byId.get(box.use.id)?.processes
    if (!inside || inside.length === 0) continue
    const shrink = Math.min(1, box.value / Math.max(sum(inside), 1e-9))
    boxes.push(...laid(inside, 'processes', box.key, { x: box.x, scale: scale * shrink, widthMin }))
  }
  const loose = laid(host.processes, 'processes', undefined, { x, scale, widthMin })
  boxes.push(...loose)
  for (const box of loose) x = box.x + box.width
  const end = (width * used) / host.capacity
  if (end - x >= Math.max(widthMin, 1))
    boxes.push({
      ...{ key: 'other', use: undefined, kind: 'other', view: 'containers', parent: undefined },
      ...{ count: 1, value: used - parts, x, width: end - x },
    })
  return boxes
}

interface Line {
  readonly x: number
  /** Pixels for each unit of use. */
  readonly scale: number
  readonly widthMin: number
}

/** Boxes side by side, the small ones together as one at the end. */
function laid(
  uses: readonly Use[],
  view: ResourceView,
  parent: string | undefined,
  { x, scale, widthMin }: Line,
): readonly Box[] {
  const boxes: Box[] = []
  let at = x
  let count = 0
  let rest = 0
  for (const use of uses) {
    const width = use.value * scale
    if (width < widthMin) {
      count += 1
      rest += use.value
      continue
    }
    boxes.push({ key: use.id, use, kind: 'use', view, parent, count: 1, value: use.value, x: at, width })
    at += width
  }
  if (count > 0)
    boxes.push({
      ...{ key: `${parent ?? ''} ${view} smaller`, use: undefined, kind: 'smaller', view, parent },
      ...{ count, value: rest, x: at, width: rest * scale },
    })
  return boxes
}

function sum(uses: readonly Use[]): number {
  return uses.reduce((total, { value }) => total + value, 0)
}

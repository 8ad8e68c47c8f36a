import type { Point } from '../plot/geometry.ts'

/** The keys that move within a menu. */
const steps: Readonly<Record<string, (at: number, length: number) => number>> = {
  ArrowDown: (at, length) => (at + 1) % length,
  ArrowUp: (at, length) => (at <= 0 ? length : at) - 1,
  Home: () => 0,
  End: (_, length) => length - 1,
}

/**
 * The item of a menu that a key leads to: by arrows round the ends, to the first and the last, or by a letter to the next
 * item that begins with it.
 *
 * @param at index of the item that has the focus; -1 when none has
 * @returns undefined when the key leads nowhere
 */
export function menuStep(key: string, at: number, names: readonly string[]): number | undefined {
  const { length } = names
  if (length === 0) return undefined
  const step = steps[key]
  if (step) return step(at, length)
  if (key.length !== 1 || key === ' ') return undefined
  const letter = key.toLowerCase()
  for (let by = 1; by <= length; by += 1) {
    const next = (at + by + length) % length
    if (names[next]?.toLowerCase().startsWith(letter)) return next
  }
  return undefined
}

/** A width and a height. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Free space between a menu and the border of the window. */
const border = 8

/**
 * Where the top left corner of a menu goes: at a place, or as near to it as it fits into the window.
 *
 * @param reserved height that the menu may grow to, for which room is kept below where the window has it, so that its items
 *   need not move when more of them come
 */
export function menuPlace(at: Point, size: Size, window: Size, reserved: number): Point {
  const height = Math.min(Math.max(size.height, reserved), window.height - 2 * border)
  return {
    x: Math.max(border, Math.min(at.x, window.width - size.width - border)),
    y: Math.max(border, Math.min(at.y, window.height - height - border)),
  }
}

/** What the menu of a node knows of it. */
export interface MenuOf {
  readonly label: string
  /** Whether the view has the node still: with a filter, it may only match no longer. */
  readonly onMap: boolean
  /** How many controls the node offers; undefined until the app has answered. */
  readonly offered: number | undefined
  /** Why the app could not be asked. */
  readonly failure: string | undefined
}

/** What is said in the menu of a node; undefined when what it lists says all. */
export function menuNote({ label, onMap, offered, failure }: MenuOf): string | undefined {
  if (!onMap) return `${label} is no longer shown.`
  if (failure !== undefined) return `What can be done to it could not be read: ${failure}`
  if (offered === undefined) return 'Asking what can be done …'
  return offered === 0 ? 'Nothing can be done to it.' : undefined
}

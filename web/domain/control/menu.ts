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
